/** @file Sound in the browser: one audio context behind a soft limiter, safe volume, single sounds, and what plays now. */

import { el, range } from "./dom.js";
import { penOf } from "./frames.js";

const LOUDEST = 0.9; // no sample leaves the limiter above this
const FADE_S = 0.008; // a sound begins and ends with a ramp, so that nothing clicks
const VOLUME_KEY = "playground-volume";
const FIRST_VOLUME = 0.6;

/**
 * A sound that plays. stop fades out; level changes the gain; both take about so many seconds.
 * @typedef {{stop: (seconds?: number) => void, level: (gain: number, seconds?: number) => void, ended: Promise<void>}} Playing
 * @typedef {{at?: number, offset?: number, seconds?: number, speed?: number, gain?: number, fade?: number, onEnd?: () => void}}
 *   PlayOptions at: context time (now by default); offset: seconds of the buffer to leave out; seconds: cut after so long;
 *   speed: 2 = an octave higher; fade: seconds of the ramps at both ends
 */

/** @type {{context: AudioContext, master: GainNode}|null} */
let output = null;
/** @type {Set<Playing>} sounds that may still be heard */
const playing = new Set();
/** @type {ReturnType<typeof range>[]} */
const volumeControls = [];

/**
 * The page's audio context. Made on first use: call from a visitor's gesture, since browsers keep a page silent until one.
 * @returns {AudioContext}
 */
export function audio() {
  return outlet().context;
}

function outlet() {
  output ??= makeOutlet();
  if (output.context.state === "suspended") output.context.resume();
  return output;
}

function makeOutlet() {
  const context = new AudioContext({ latencyHint: "interactive" });
  const limiter = context.createWaveShaper();
  limiter.curve = Float32Array.from({ length: 2049 }, (_, i) => LOUDEST * Math.tanh((1.2 * (i - 1024)) / 1024));
  const master = context.createGain();
  master.gain.value = volume();
  master.connect(limiter).connect(context.destination);
  return { context, master };
}

/** Make the audio context at the visitor's first gesture, or now if there was one, so that the first key need not wait for it. */
export function warmUp() {
  if (navigator.userActivation?.hasBeenActive) return void audio();
  for (const gesture of ["pointerdown", "keydown"])
    addEventListener(gesture, () => audio(), { once: true, capture: true });
}

/** The visitor's volume from 0 to 1, remembered by the browser. */
function volume() {
  const kept = Number.parseFloat(withStorage((storage) => storage.getItem(VOLUME_KEY)) ?? "");
  return kept >= 0 && kept <= 1 ? kept : FIRST_VOLUME;
}

/** @param {number} value */
function setVolume(value) {
  withStorage((storage) => storage.setItem(VOLUME_KEY, String(value)));
  output?.master.gain.setTargetAtTime(value, output.context.currentTime, 0.02);
}

/** @template T @param {(storage: Storage) => T} use @returns {T|null} */
function withStorage(use) {
  try {
    return use(localStorage);
  } catch {
    return null; // a browser may forbid it; then the volume is kept for this visit only
  }
}

/** A slider for the volume of everything; all of them on the page move together. @returns {HTMLElement} */
export function volumeControl() {
  const control = range({
    label: "Volume",
    min: 0,
    max: 1,
    step: 0.05,
    value: volume(),
    words: (value) => `${Math.round(100 * value)} percent`,
    shown: (value) => `${Math.round(100 * value)} %`,
    onInput: (value) => {
      setVolume(value);
      for (const other of volumeControls) if (other !== control) other.set(value);
    },
  });
  volumeControls.push(control);
  return el("div", { class: "pg-volume" }, control.root);
}

/**
 * 16-bit samples as a buffer that can be played. Needs no audio context, so it may be made before the visitor did anything.
 * @param {Uint8Array} bytes little-endian int16, one channel
 * @param {number} rate samples a second
 * @returns {AudioBuffer}
 */
export function bufferOf(bytes, rate) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buffer = new AudioBuffer({ numberOfChannels: 1, length: Math.max(1, bytes.byteLength >> 1), sampleRate: rate });
  const samples = buffer.getChannelData(0);
  for (let i = 0; 2 * i + 1 < bytes.byteLength; i += 1) samples[i] = view.getInt16(2 * i, true) / 32768;
  return buffer;
}

/**
 * Play a buffer.
 * @param {AudioBuffer} buffer
 * @param {PlayOptions} [options]
 * @returns {Playing}
 */
export function play(
  buffer,
  { at = 0, offset = 0, seconds = Infinity, speed = 1, gain = 1, fade = FADE_S, onEnd } = {},
) {
  const { context: ctx, master } = outlet();
  const start = Math.max(at, ctx.currentTime);
  const lasts = Math.max(fade, Math.min(seconds, (buffer.duration - offset) / speed));
  const source = ctx.createBufferSource();
  const envelope = ctx.createGain(); // the ramps at both ends, known beforehand
  const level = ctx.createGain(); // what is changed while it sounds
  source.buffer = buffer;
  source.playbackRate.value = speed;
  envelope.gain.setValueAtTime(0, start);
  envelope.gain.linearRampToValueAtTime(1, start + fade);
  envelope.gain.setValueAtTime(1, Math.max(start + fade, start + lasts - fade));
  envelope.gain.linearRampToValueAtTime(0, start + lasts + fade);
  level.gain.value = gain;
  source.connect(envelope).connect(level).connect(master);
  source.start(start, offset);
  source.stop(start + lasts + 2 * fade);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    source.onended = () => {
      playing.delete(handle);
      for (const node of [source, envelope, level]) node.disconnect();
      onEnd?.();
      resolve();
    };
  });
  /** @type {Playing} */
  const handle = {
    level: (value, time = FADE_S) => level.gain.setTargetAtTime(value, ctx.currentTime, time / 3),
    stop(time = FADE_S) {
      level.gain.setTargetAtTime(0, ctx.currentTime, time / 3);
      source.stop(Math.max(ctx.currentTime, start) + 2 * time);
    },
    ended,
  };
  playing.add(handle);
  return handle;
}

/** Silence everything that sounds or is about to. */
export function stopAll() {
  for (const handle of [...playing]) handle.stop();
}

/**
 * Draw a sound's outline: for every pixel column its lowest and highest sample.
 * @param {HTMLCanvasElement} canvas drawn at its size on the page, in its text colour
 * @param {Float32Array} samples
 */
export function drawWave(canvas, samples) {
  const scale = Math.min(2, window.devicePixelRatio || 1);
  const box = canvas.getBoundingClientRect();
  const [width, height] = [Math.max(64, Math.round(box.width * scale)), Math.max(24, Math.round(box.height * scale))];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = penOf(canvas);
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = getComputedStyle(canvas).color;
  const middle = height / 2;
  for (let x = 0; x < width; x += 1) {
    let low = 0;
    let high = 0;
    const end = Math.floor(((x + 1) * samples.length) / width);
    for (let i = Math.floor((x * samples.length) / width); i < end; i += 1) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    pen.fillRect(x, middle - high * middle, 1, Math.max(1, (high - low) * middle));
  }
  canvas.dataset.drawn = "true";
}
