/**
 * @file Scrubbing: a slider's whole line of pictures is asked once, then the picture follows locally at display rate.
 *
 * One sweep holds frames at equal steps between the slider's ends. It is asked when the slider is touched (or before, by
 * `prefetch`), coarse first when the model is slow: then the frames between those there are asked, again and again, so that
 * nothing is decoded twice. `move` draws the nearest frame in the very task of the input event.
 */

import { Lane, canonical, paceOf, peek } from "./api.js";
import { frameBytes } from "./frames.js";
import { markPaint } from "./timings.js";

const FRAME_COUNTS = [33, 17, 9, 5, 3]; // each next one is every second frame of the one before
const [FINEST, COARSEST] = [FRAME_COUNTS[0], FRAME_COUNTS[FRAME_COUNTS.length - 1]];
const FIRST_ANSWER_MS = 120; // what the first sweep of a gesture may take
const REFINE_MS = 700; // a longer request is not worth what it costs others
const REFINE_BYTES = 160000; // nor is a heavier line worth its way: spectrograms stop at 17 frames
const KEPT_LINES = 200; // refined sweeps of 26 KB each

/**
 * @typedef {{model: string, latent: Spec, settings: Settings,
 *   kind: AxisKind, number: number, low: number, high: number}} Line  what a slider runs along
 */

export class Sweeps {
  /**
   * @param {{view: string, onFrame: (reply: Reply, index: number) => void, onError: (error: unknown) => void}} options
   *   onFrame draws a frame; view names the request series
   */
  constructor({ view, onFrame, onError }) {
    this.lane = new Lane(view);
    this.aheadLane = new Lane(`${view}-ahead`);
    this.onFrame = onFrame;
    this.onError = onError;
    /** @type {Line|null} the one under the finger */
    this.line = null;
    /** @type {Reply|null} its finest reply so far */
    this.best = null;
    this.value = 0; // where the slider stands
    /** @type {{value: number, startedMs: number}|null} not yet drawn */
    this.wanted = null;
    /** @type {number|null} when this gesture first moved, until its first frame is drawn */
    this.firstMoveMs = null;
    this.moved = false;
    /** @type {Map<string, Reply>} by canonical line: its finest reply, put together from several */
    this.refined = new Map();
    /** @type {Map<string, number>} by canonical line: frame count of its first sweep, so that prefetched is found again */
    this.firstFrames = new Map();
  }

  /** Ask a line's sweep before it is touched, without hurry. @param {Line} line */
  prefetch(line) {
    if (this.line) return;
    this.aheadLane.run(...this.#request(line, this.#firstCount(line))).catch(() => {}); // a grab will ask again and tell
  }

  /** A gesture begins: pointer down, or the first move by key. @param {Line} line */
  grab(line) {
    if (this.line && canonical(this.line) === canonical(line)) return;
    this.line = line;
    this.firstMoveMs = null;
    this.moved = false;
    this.best = this.refined.get(canonical(line)) ?? null;
    for (const finer of FRAME_COUNTS) this.best ??= peek(...this.#request(line, finer));
    setTimeout(() => {
      if (this.line !== line) return; // a single step by key is over by now, and asks for its exact picture only
      if (!this.best) this.#ask(line);
      else this.#refine(line);
    });
  }

  /**
   * The slider stands at `value`: draw the nearest frame now, or as soon as the first sweep is here.
   * @param {number} value
   * @param {number} startedMs the input event's timeStamp
   */
  move(value, startedMs) {
    if (!this.line) return;
    this.value = value;
    this.wanted = { value, startedMs };
    if (!this.moved) this.firstMoveMs = startedMs;
    this.moved = true;
    if (this.best) this.#draw();
  }

  /** The gesture is over: nothing more is drawn. */
  release() {
    this.line = this.best = this.wanted = null;
  }

  /** @param {Line} line */
  async #ask(line) {
    try {
      const reply = await this.lane.run(...this.#request(line, this.#firstCount(line)));
      if (!reply || this.line !== line) return;
      this.best = reply;
      if (this.wanted) this.#draw();
      this.#refine(line);
    } catch (error) {
      if (this.line === line) this.onError(error);
    }
  }

  /** Ask for the frames between those of the best reply, until they are the finest or would take too long. @param {Line} line */
  async #refine(line) {
    if (!this.best) return;
    const { frames } = this.best.header;
    const gaps = frames - 1;
    if (
      frames >= FINEST ||
      gaps * (paceOf(line.model) ?? 0) > REFINE_MS ||
      (frames + gaps) * frameBytes(this.best.header) > REFINE_BYTES
    )
      return;
    const half = (line.high - line.low) / gaps / 2;
    try {
      const between = await this.lane.run(
        ...this.#request({ ...line, low: line.low + half, high: line.high - half }, gaps),
      );
      if (!between || this.line !== line) return;
      this.best = interleaved(this.best, between);
      const [oldest] = this.refined.keys();
      if (this.refined.size >= KEPT_LINES) this.refined.delete(oldest);
      this.refined.set(canonical(line), this.best);
      if (this.wanted) this.#draw();
      else if (this.moved) this.#frameAt(this.value);
      this.#refine(line);
    } catch (error) {
      if (this.line === line) this.onError(error);
    }
  }

  /** @param {number} value */
  #frameAt(value) {
    if (!this.line || !this.best) return;
    const { low, high } = this.line;
    const last = this.best.header.frames - 1;
    const index = Math.round(((value - low) / (high - low)) * last);
    this.onFrame(this.best, Math.min(last, Math.max(0, index)));
  }

  #draw() {
    if (!this.wanted) return;
    this.#frameAt(this.wanted.value);
    if (this.firstMoveMs === null) markPaint("inputToPaint", this.wanted.startedMs);
    else markPaint("firstFrame", this.firstMoveMs);
    this.wanted = this.firstMoveMs = null;
  }

  /** @param {Line} line @param {number} frames @returns {[string, string, object]} */
  #request({ model, latent, settings, kind, number, low, high }, frames) {
    return [model, "sweep", { latent, [kind]: number, low, high, frames, settings }];
  }

  /** @param {Line} line */
  #firstCount(line) {
    const key = canonical(line);
    const known = this.firstFrames.get(key);
    if (known) return known;
    if (this.firstFrames.size > 500) this.firstFrames.clear();
    const pace = paceOf(line.model) ?? 5;
    const count = FRAME_COUNTS.find((frames) => frames * pace <= FIRST_ANSWER_MS) ?? COARSEST;
    this.firstFrames.set(key, count);
    return count;
  }
}

/** One reply of the frames of both, taking turns: the first has one frame more. @param {Reply} outer @param {Reply} inner @returns {Reply} */
function interleaved(outer, inner) {
  const { frames } = outer.header;
  const size = frameBytes(outer.header);
  const body = new Uint8Array((2 * frames - 1) * size);
  for (let i = 0; i < frames; i += 1) body.set(outer.body.subarray(i * size, (i + 1) * size), 2 * i * size);
  for (let i = 0; i < frames - 1; i += 1) body.set(inner.body.subarray(i * size, (i + 1) * size), (2 * i + 1) * size);
  return { header: { ...outer.header, frames: 2 * frames - 1 }, body };
}
