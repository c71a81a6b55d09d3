/** @file Finds the latent of a picture: at once where a model has an encoder, else by a search that can be watched. */

import { run } from "../../core/api.js";
import { frameOf } from "../../core/frames.js";
import { wayToFind } from "../../core/models.js";
import { joined } from "../../core/wire.js";

const SEARCH_STEPS = 300;
const SLICE_STEPS = 25; // one request: short enough that other visitors hardly wait for it

/** Largest picture file that is sent, in bytes. */
export const LARGEST_FILE = 4 * 1024 * 1024 - 4096;

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {{body: Uint8Array<ArrayBuffer>, raw: boolean, settings: import("../../core/types.js").Settings,
 *   onProgress: (found: Found) => void, signal: AbortSignal}} FindOptions
 * @typedef {object} Found
 * @property {number[]} z the latent
 * @property {number} mse mean squared error of its picture, 0..1
 * @property {Uint8Array<ArrayBuffer>} target what was looked for, 784 values
 * @property {Uint8Array} picture what the latent gives
 * @property {string} note what was done to an uploaded picture
 * @property {number} done steps so far
 * @property {number} of steps in all (1 = no search)
 */

/**
 * Look for the latent of a picture.
 * @param {Card} card
 * @param {FindOptions} options
 *   body: a picture file, or with raw 784 grey values; a search that is stopped keeps what it has found
 * @returns {Promise<Found|null>} null: stopped before anything was found
 * @throws {import("../../core/api.js").ApiError}
 */
export async function findLatent(card, options) {
  return wayToFind(card) === "encode" ? encode(card, options) : search(card, options);
}

/** @param {Card} card @param {FindOptions} options */
async function encode(card, { body, raw, settings, signal }) {
  const reply = await run(card.id, "encode", { raw, settings }, { body, signal });
  return toFound(reply, 1, 1);
}

/** @param {Card} card @param {FindOptions} options */
async function search(card, { body, raw, settings, onProgress, signal }) {
  let best = /** @type {Found|null} */ (null);
  let sent = body;
  for (let step = 0; step < SEARCH_STEPS; step += SLICE_STEPS) {
    const request = { raw: raw || step > 0, seed: 0, steps: SLICE_STEPS, step, of: SEARCH_STEPS, settings };
    let reply;
    try {
      reply = await run(card.id, "invert", request, { body: sent, signal });
    } catch (error) {
      if (signal.aborted) return best;
      throw error;
    }
    const found = toFound(reply, step + SLICE_STEPS, SEARCH_STEPS);
    best = { ...found, note: best?.note ?? found.note }; // only the first saw the file
    onProgress(best);
    const { frames, height, width, state_bytes: stateBytes } = reply.header;
    const from = frames * height * width;
    sent = joined(best.target, reply.body.subarray(from, from + stateBytes));
    if (signal.aborted) return best;
  }
  return best;
}

/** @param {import("../../core/types.js").Reply} reply @param {number} done @param {number} of @returns {Found} */
function toFound(reply, done, of) {
  const { z, mse, note = "" } = reply.header;
  return { z, mse, note, done, of, target: frameOf(reply, 0).slice(), picture: frameOf(reply, 1).slice() };
}
