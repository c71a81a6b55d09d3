/** @file The notes of a walk through timbres: the latent of every frame is asked once, then their sounds, in parts. */

import { run } from "../../core/api.js";
import { explicit } from "../../core/latents.js";
import { bufferOf } from "../../core/sound.js";

const AT_ONCE = 5; // sounds in one request: more would keep the first waiting

/**
 * @typedef {import("../../panels/interpolate/walk.js").Asked & {pitch: number}} Walk  a request whose frames are to be heard
 */

/** The sounds of one walk at one pitch, fetched ahead in a given order. */
export class WalkSounds {
  /**
   * @param {Walk} what
   * @param {number[]} order of the frames, most wanted first
   * @param {(indices: number[], done: number) => void} onPart these frames can be heard now; done: how many in all
   */
  constructor(what, order, onPart) {
    this.what = what;
    this.order = order;
    this.onPart = onPart;
    /** @type {Map<number, {bytes: Uint8Array, rate: number}>} by frame */
    this.pcm = new Map();
    /** @type {Map<number, AudioBuffer>} by frame, made when it is first heard */
    this.buffers = new Map();
    this.stopped = false;
    /** @type {Map<number, (() => void)[]>} by frame: whom to tell */
    this.waiting = new Map();
    /** @type {Promise<void>|null} */
    this.all = null;
  }

  /** Fetch everything, once. @returns {Promise<void>} @throws {ApiError} */
  load() {
    this.all ??= this.#fetch();
    this.all.catch(() => (this.all = null));
    return this.all;
  }

  /** Fetch nothing more: the walk has changed. */
  stop() {
    this.stopped = true;
  }

  /** Whether a frame can be heard. @param {number} index @returns {boolean} */
  has(index) {
    return this.pcm.has(index);
  }

  /** A frame's sound, once it is here. @param {number} index @returns {Promise<AudioBuffer|null>} null: stopped before @throws {ApiError} */
  async get(index) {
    if (!this.has(index)) {
      /** @type {Promise<void>} */
      const arrived = new Promise((resolve) => this.waiting.set(index, [...(this.waiting.get(index) ?? []), resolve]));
      await Promise.race([arrived, this.load()]);
    }
    return this.buffer(index);
  }

  /** A frame's sound, at once. @param {number} index @returns {AudioBuffer|null} null: not here yet */
  buffer(index) {
    const known = this.pcm.get(index);
    if (!known) return null;
    const buffer = this.buffers.get(index) ?? bufferOf(known.bytes, known.rate);
    this.buffers.set(index, buffer);
    return buffer;
  }

  async #fetch() {
    const { model, operation, request, pitch } = this.what;
    const { header, body } = await run(model, "latents", { of: operation, request });
    const values = new Float32Array(body.slice().buffer);
    const latent = (/** @type {number} */ index) =>
      explicit(values.subarray(index * header.size, (index + 1) * header.size));
    const missing = this.order.filter((index) => !this.has(index));
    for (let i = 0; i < missing.length && !this.stopped; i += AT_ONCE) {
      const part = missing.slice(i, i + AT_ONCE);
      const asked = { latents: part.map(latent), pitches: [pitch], settings: request.settings };
      this.#keep(part, await run(model, "sound", asked));
      if (!this.stopped) this.onPart(part, this.pcm.size);
    }
  }

  /** @param {number[]} part @param {Reply} reply */
  #keep(part, { header, body }) {
    const start = header.frames * header.height * header.width;
    part.forEach((index, i) => {
      const bytes = body.subarray(start + 2 * i * header.samples, start + 2 * (i + 1) * header.samples);
      this.pcm.set(index, { bytes, rate: header.rate });
      for (const resolve of this.waiting.get(index) ?? []) resolve();
      this.waiting.delete(index);
    });
  }
}

/** Places of a square from coarse to fine: corners first, then the middle, then what lies between. @param {number} side */
export function coarseFirst(side) {
  /** @type {number[]} */
  const order = [];
  for (let step = side - 1; step >= 1; step = Math.floor(step / 2)) {
    for (let y = 0; y < side; y += step) for (let x = 0; x < side; x += step) order.push(y * side + x);
  }
  for (let place = 0; place < side * side; place += 1) order.push(place);
  return [...new Set(order)];
}
