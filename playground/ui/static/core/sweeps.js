/**
 * @file Scrubbing: a slider's whole line of pictures is asked once, then the picture follows locally at display rate.
 *
 * One sweep holds frames at equal steps between the slider's ends. It is asked when the slider is touched (or before, by
 * `prefetch`), coarse first when the model is slow. `move` draws the nearest frame in the very task of the input event.
 */

import { Lane, canonical, paceOf, peek } from "./api.js";
import { markPaint } from "./timings.js";

const FRAME_COUNTS = [33, 17, 9, 5, 3]; // each next one is every second frame of the one before
const FINEST = FRAME_COUNTS[0];
const FIRST_ANSWER_MS = 120; // what the first sweep of a gesture may take
const REFINE_MS = 1500; // beyond this a finer sweep is not worth its cost to others

/**
 * @typedef {{model: string, latent: object, settings: object, kind: "direction"|"dimension", number: number,
 *   low: number, high: number}} Line  what a slider runs along
 */

export class Sweeps {
  /**
   * @param {{view: string, onFrame: (reply: object, index: number) => void, onError: (error: Error) => void}} options
   *   onFrame draws a frame; view names the request series
   */
  constructor({ view, onFrame, onError }) {
    this.lane = new Lane(view);
    this.aheadLane = new Lane(`${view}-ahead`);
    this.onFrame = onFrame;
    this.onError = onError;
    this.line = null; // the one under the finger
    this.best = null; // its finest reply so far
    this.wanted = null; // {value, startedMs} not yet drawn
    this.firstMoveMs = null; // when this gesture first moved, until its first frame is drawn
    this.moved = false;
    this.firstFrames = new Map(); // canonical line -> frame count of its first sweep, so that prefetched is found again
  }

  /** Ask a line's sweep before it is touched, without hurry. */
  prefetch(line) {
    if (this.line) return;
    this.aheadLane.run(...this.#request(line, this.#firstCount(line))).catch(() => {}); // a grab will ask again and tell
  }

  /** A gesture begins: pointer down, or the first move by key. @param {Line} line */
  grab(line) {
    if (this.line && canonical(this.line) === canonical(line)) return;
    this.line = line;
    this.best = null;
    this.firstMoveMs = null;
    this.moved = false;
    const count = this.#firstCount(line);
    for (const finer of FRAME_COUNTS) this.best ??= peek(...this.#request(line, finer));
    if (!this.best || this.best.header.frames < FINEST) this.#ask(line, Math.max(count, (this.best?.header.frames ?? 0) * 2 - 1));
  }

  /**
   * The slider stands at `value`: draw the nearest frame now, or as soon as the first sweep is here.
   * @param {number} value
   * @param {number} startedMs the input event's timeStamp
   */
  move(value, startedMs) {
    if (!this.line) return;
    this.wanted = { value, startedMs };
    if (!this.moved) this.firstMoveMs = startedMs;
    this.moved = true;
    if (this.best) this.#draw();
  }

  /** The gesture is over: nothing more is drawn. */
  release() {
    this.line = this.best = this.wanted = null;
  }

  async #ask(line, count) {
    try {
      const reply = await this.lane.run(...this.#request(line, count));
      if (!reply || this.line !== line) return;
      this.best = reply;
      if (this.wanted) this.#draw();
      const next = 2 * count - 1;
      if (next <= FINEST && next * (paceOf(line.model) ?? 0) < REFINE_MS) this.#ask(line, next);
    } catch (error) {
      if (this.line === line) this.onError(error);
    }
  }

  #draw() {
    const { low, high } = this.line;
    const last = this.best.header.frames - 1;
    const index = Math.round(((this.wanted.value - low) / (high - low)) * last);
    this.onFrame(this.best, Math.min(last, Math.max(0, index)));
    if (this.firstMoveMs === null) markPaint("inputToPaint", this.wanted.startedMs);
    else markPaint("firstFrame", this.firstMoveMs);
    this.wanted = this.firstMoveMs = null;
  }

  #request({ model, latent, settings, kind, number, low, high }, frames) {
    return [model, "sweep", { latent, [kind]: number, low, high, frames, settings }];
  }

  #firstCount(line) {
    const key = canonical(line);
    if (!this.firstFrames.has(key)) {
      if (this.firstFrames.size > 500) this.firstFrames.clear();
      const pace = paceOf(line.model) ?? 5;
      this.firstFrames.set(key, FRAME_COUNTS.find((count) => count * pace <= FIRST_ANSWER_MS) ?? FRAME_COUNTS.at(-1));
    }
    return this.firstFrames.get(key);
  }
}
