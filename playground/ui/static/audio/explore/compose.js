/** @file Asks a chorale model for music bar by bar, and for what it thinks of music. */

import { run } from "../../core/api.js";
import { runJob, wasStopped } from "../../core/jobs.js";
import { fromBytes } from "./line.js";

export const BAR = 8; // steps of the bars that are composed: eighths of 4/4

/**
 * @typedef {{seed: number, bars: number, settings: Settings, harmonise?: boolean, state?: number, [fact: string]: unknown}} Wish
 *   state: which of a chain
 * @typedef {object} Piece
 * @property {string} model id
 * @property {string} operation "compose" or "chain"
 * @property {Wish} request what made it
 * @property {number[]|null} soprano the line that was harmonised
 * @property {Uint8Array<ArrayBuffer>} pixels its roll, rows x steps
 * @property {number} steps so far
 * @property {string} key signature, named by its major; "" = unknown
 * @property {boolean} done all bars are there
 */

/**
 * Write a piece, or go on with one that was stopped: the noise of a bar depends on the seed and its number alone.
 * @param {string} model id
 * @param {Wish} wish
 * @param {{soprano?: number[]|null, from?: Piece|null, onBar: (piece: Piece) => void, signal: AbortSignal}} options
 * @returns {Promise<Piece|null>} with all bars, or as it stood when stopped; null when nothing was written
 * @throws {import("../../core/api.js").ApiError}
 */
export async function writePiece(model, { seed, bars, settings }, { soprano = null, from = null, onBar, signal }) {
  const request = { seed, bars, settings, ...(soprano && { harmonise: true }) };
  let piece = from;
  const take = (/** @type {import("../../core/jobs.js").Part} */ { header, body: pixels }) => {
    const { width: steps, key = "", done } = header;
    onBar((piece = { model, operation: "compose", request, soprano, pixels, steps, key, done }));
  };
  try {
    const wish = { model, seed, bars, settings, soprano, from: from?.steps ?? 0 };
    take(await runJob("compose", wish, { body: from?.pixels, signal, onPartial: take }));
  } catch (error) {
    if (!wasStopped(error)) throw error;
  }
  return piece;
}

/**
 * How surprised a model is by a piece.
 * @param {Piece} piece
 * @returns {Promise<{nats: number, how: string}>} nats a frame on average; how it was found: "exact" or "estimate"
 */
export async function scoreOf({ model, request, pixels }) {
  const { header } = await run(model, "score", { settings: request.settings }, { body: pixels });
  return { nats: header.nats_per_frame, how: header.how };
}

/**
 * Soprano lines of real chorales that no model was trained on.
 * @param {string} model id
 * @returns {Promise<Record<string, number[]>>} name -> line
 */
export async function linesOf(model) {
  const { header, body } = await run(model, "soprano_lines", {});
  const every = fromBytes(body);
  let at = 0;
  /** @type {{name: string, steps: number}[]} */
  const lines = header.lines;
  return Object.fromEntries(lines.map(({ name, steps }) => [name, every.slice(at, (at += steps))]));
}

/**
 * The soprano of a MIDI file.
 * @param {string} model id
 * @param {Uint8Array<ArrayBuffer>} file
 * @returns {Promise<{line: number[], note: string}>} note: what was done to it
 */
export async function readMidi(model, file) {
  const { header, body } = await run(model, "read_midi", {}, { body: file });
  return { line: fromBytes(body), note: header.note };
}
