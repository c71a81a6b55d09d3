/** @file What plays a pitch: a notes model's timbre, rendered pitch by pitch as needed, or a synthesised piano. */

import { canonical, run } from "./api.js";
import { bufferOf, play } from "./sound.js";

const AT_ONCE = 4; // pitches asked in one request: more would keep the first waiting
const KEPT_BUFFERS = 400; // notes of 64 KB, of all timbres together
const PIANO_SECONDS = 2.5;
const PIANO_RATE = 22050;
const PIANO_EVERY = 3; // semitones between synthesised piano notes; those between are played a little faster or slower
const banks = new Map(); // canonical timbre -> NoteBank, oldest first

/**
 * The bank of a timbre, shared by all who ask for the same one.
 * @param {string} model id
 * @param {object} spec latent
 * @param {object} settings the model's; the pitch among them does not matter
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
  constructor(model, spec, settings) {
    Object.assign(this, { model, spec, settings });
    this.buffers = new Map(); // pitch -> AudioBuffer
    this.frames = new Map(); // pitch -> spectrogram bytes
    this.asked = new Map(); // pitch -> promise
    this.facts = null; // header of the last reply
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

  /** Those pitches are on their way: whoever wants them waits for this promise. */
  expect(pitches, promise) {
    const forget = () => pitches.forEach((pitch) => this.asked.delete(pitch));
    for (const pitch of pitches) this.asked.set(pitch, promise);
    promise.then(forget, forget);
  }

  /** Take these pitches out of a reply to "sound"; latent: which of its latents is this one. */
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

  /** The nearest pitch that is here, for one that is not yet. @returns {number|null} */
  nearest(pitch) {
    let best = null;
    for (const known of this.buffers.keys()) {
      if (best === null || Math.abs(known - pitch) < Math.abs(best - pitch)) best = known;
    }
    return best;
  }

  /**
   * Play a pitch now, or at a context time: its own buffer, else the nearest one's, faster or slower.
   * @returns {{stop: () => void, ended: Promise<void>}|null} null when nothing is here yet
   */
  play(pitch, options = {}) {
    const from = this.nearest(pitch);
    if (from === null) return null;
    return play(this.buffers.get(from), { ...options, speed: 2 ** ((pitch - from) / 12) });
  }
}

/** A piano made of sines: needs no model and no server. Same face as a NoteBank. */
export const piano = {
  buffers: new Map(), // pitch -> AudioBuffer
  async want(pitches) {
    for (const pitch of pitches) pianoString(pitch);
  },
  play(pitch, options = {}) {
    const from = nearestString(pitch);
    return play(pianoString(pitch), { gain: 0.5, ...options, speed: 2 ** ((pitch - from) / 12) });
  },
};

function nearestString(pitch) {
  return PIANO_EVERY * Math.round(pitch / PIANO_EVERY);
}

function pianoString(pitch) {
  const from = nearestString(pitch);
  if (!piano.buffers.has(from)) piano.buffers.set(from, struckString(from));
  return piano.buffers.get(from);
}

/** A stiff struck string: partials a little sharp, the higher ones weaker and sooner gone. */
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
