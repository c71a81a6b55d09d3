/** @file What plays a pitch: a notes model's timbre, rendered pitch by pitch as needed, or a synthesised piano. */

import { canonical, run } from "./api.js";
import { bufferOf, play } from "./sound.js";

const AT_ONCE = 4; // pitches asked in one request: more would keep the first waiting
const KEPT_BUFFERS = 400; // notes of 64 KB, of all timbres together
const PIANO_SECONDS = 2.5;
const PIANO_RATE = 22050;
const PIANO_EVERY = 3; // semitones between synthesised piano notes; those between are played a little faster or slower
/** @type {Map<string, NoteBank>} by canonical timbre, oldest first */
const banks = new Map();

/**
 * @typedef {import("./sound.js").PlayOptions} PlayOptions
 * @typedef {import("./sound.js").Playing} Playing
 */

/**
 * What plays pitches: a NoteBank or the piano. `want` makes sure that pitches are here; `play` plays one, or the nearest
 * that is here, at its height.
 * @typedef {{buffers: Map<number, AudioBuffer>, want: (pitches: number[], options?: {view?: string}) => Promise<void>,
 *   play: (pitch: number, options?: PlayOptions) => Playing|null}} Instrument
 */

/**
 * The bank of a timbre, shared by all who ask for the same one.
 * @param {string} model id
 * @param {Spec} spec latent
 * @param {Settings} settings the model's; the pitch among them does not matter
 * @returns {NoteBank}
 */
export function bankOf(model, spec, settings) {
  const { pitch: _, ...others } = settings;
  const key = canonical([model, spec, others]);
  const known = banks.get(key);
  const bank = known ?? new NoteBank(model, spec, others);
  banks.delete(key);
  banks.set(key, bank); // to the end: most recently used
  if (known) return bank;
  let count = 0;
  for (const [other, kept] of [...banks].reverse()) {
    count += 1 + kept.buffers.size;
    if (count > KEPT_BUFFERS) banks.delete(other);
  }
  return bank;
}

/**
 * Several timbres at one pitch, asked together where they are not here yet.
 * @param {NoteBank[]} wanted of one model and the same settings, at most 16
 * @param {number} pitch MIDI
 * @param {{view?: string}} [options] view: see api.js
 * @throws {ApiError}
 */
export async function renderTimbres(wanted, pitch, { view = "" } = {}) {
  const missing = wanted.filter((bank) => !bank.buffers.has(pitch) && !bank.asked.has(pitch));
  if (missing.length) {
    const [{ model, settings }] = missing;
    const request = { latents: missing.map((bank) => bank.spec), pitches: [pitch], settings };
    const promise = run(model, "sound", request, { view });
    missing.forEach((bank, i) =>
      bank.expect(
        [pitch],
        promise.then((reply) => bank.keep([pitch], reply, i)),
      ),
    );
  }
  await Promise.all(wanted.map((bank) => bank.asked.get(pitch)));
}

/** One timbre: asks the server for its pitches, keeps their buffers. */
export class NoteBank {
  /** @param {string} model id @param {Spec} spec @param {Settings} settings without the pitch */
  constructor(model, spec, settings) {
    this.model = model;
    this.spec = spec;
    this.settings = settings;
    /** @type {Map<number, AudioBuffer>} by pitch */
    this.buffers = new Map();
    /** @type {Map<number, Uint8Array>} bytes of spectrograms by pitch */
    this.frames = new Map();
    /** @type {Map<number, Promise<void>>} by pitch */
    this.asked = new Map();
    /** @type {ReplyHeader|null} of the last reply */
    this.facts = null;
  }

  /**
   * Make sure that these pitches are here.
   * @param {number[]} pitches MIDI
   * @param {{view?: string}} [options] view: see api.js
   * @returns {Promise<void>}
   * @throws {ApiError}
   */
  async want(pitches, { view = "" } = {}) {
    const missing = pitches.filter((pitch) => !this.buffers.has(pitch) && !this.asked.has(pitch));
    for (let i = 0; i < missing.length; i += AT_ONCE) {
      const part = missing.slice(i, i + AT_ONCE);
      const request = { latents: [this.spec], pitches: part, settings: this.settings };
      this.expect(
        part,
        run(this.model, "sound", request, { view }).then((reply) => this.keep(part, reply)),
      );
    }
    await Promise.all(pitches.map((pitch) => this.asked.get(pitch)));
  }

  /** Those pitches are on their way: whoever wants them waits for this promise. @param {number[]} pitches @param {Promise<void>} promise */
  expect(pitches, promise) {
    const forget = () => pitches.forEach((pitch) => this.asked.delete(pitch));
    for (const pitch of pitches) this.asked.set(pitch, promise);
    promise.then(forget, forget);
  }

  /**
   * Take these pitches out of a reply to "sound".
   * @param {number[]} pitches
   * @param {Reply} reply
   * @param {number} [latent] which of its latents is this one
   */
  keep(pitches, { header, body }, latent = 0) {
    this.facts = header;
    const pixels = header.height * header.width;
    const sounds = header.frames * pixels;
    pitches.forEach((pitch, i) => {
      const place = latent * pitches.length + i;
      this.frames.set(pitch, body.subarray(place * pixels, (place + 1) * pixels));
      const bytes = body.subarray(sounds + 2 * place * header.samples, sounds + 2 * (place + 1) * header.samples);
      this.buffers.set(pitch, bufferOf(bytes, header.rate));
    });
  }

  /** The nearest pitch that is here, for one that is not yet. @param {number} pitch @returns {number|null} */
  nearest(pitch) {
    /** @type {number|null} */
    let best = null;
    for (const known of this.buffers.keys()) {
      if (best === null || Math.abs(known - pitch) < Math.abs(best - pitch)) best = known;
    }
    return best;
  }

  /**
   * Play a pitch now, or at a context time: its own buffer, else the nearest one's, faster or slower.
   * @param {number} pitch
   * @param {PlayOptions} [options]
   * @returns {Playing|null} null when nothing is here yet
   */
  play(pitch, options = {}) {
    const from = this.nearest(pitch);
    const buffer = from !== null && this.buffers.get(from);
    if (!buffer) return null;
    return play(buffer, { ...options, speed: 2 ** ((pitch - from) / 12) });
  }
}

/** A piano made of sines: needs no model and no server. @type {Instrument} */
export const piano = {
  buffers: new Map(),
  async want(pitches) {
    for (const pitch of pitches) pianoString(pitch);
  },
  play(pitch, options = {}) {
    const from = nearestString(pitch);
    return play(pianoString(pitch), { gain: 0.5, ...options, speed: 2 ** ((pitch - from) / 12) });
  },
};

/** @param {number} pitch */
function nearestString(pitch) {
  return PIANO_EVERY * Math.round(pitch / PIANO_EVERY);
}

/** @param {number} pitch */
function pianoString(pitch) {
  const from = nearestString(pitch);
  const buffer = piano.buffers.get(from) ?? struckString(from);
  piano.buffers.set(from, buffer);
  return buffer;
}

/** A stiff struck string: partials a little sharp, the higher ones weaker and sooner gone. @param {number} pitch */
function struckString(pitch) {
  const buffer = new AudioBuffer({ numberOfChannels: 1, length: PIANO_SECONDS * PIANO_RATE, sampleRate: PIANO_RATE });
  const samples = buffer.getChannelData(0);
  const base = 440 * 2 ** ((pitch - 69) / 12);
  const stiffness = 7e-5 * 2 ** ((pitch - 48) / 12);
  for (let k = 1; k <= 16; k += 1) {
    const hertz = base * k * Math.sqrt(1 + stiffness * k * k);
    if (hertz > 0.45 * PIANO_RATE) break;
    const turn = (2 * Math.PI * hertz) / PIANO_RATE;
    const fall = Math.exp(-(1.2 + 0.5 * k + base / 700) / PIANO_RATE);
    let level = (Math.abs(Math.sin((Math.PI * k) / 8)) * Math.exp(-hertz / 4500)) / k ** 1.15;
    // A sine by its recurrence, x[n] = 2 cos(w) x[n-1] - x[n-2], which needs no call per sample.
    const twice = 2 * Math.cos(turn);
    let [before, now] = [0, Math.sin(turn)];
    for (let i = 0; i < samples.length; i += 1) {
      samples[i] += level * now;
      [before, now] = [now, twice * now - before];
      level *= fall;
    }
  }
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const end = 0.2 * PIANO_RATE;
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] *= (0.8 / peak) * Math.min(1, i / 40, (samples.length - 1 - i) / end);
  }
  return buffer;
}
