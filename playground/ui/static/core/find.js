/** @file Finds the latent of a picture, sound or tune: at once where a model has an encoder, else by a search that can be watched. */

import { run } from "./api.js";
import { frameOf } from "./frames.js";
import { runJob, wasStopped } from "./jobs.js";
import { wayToFind } from "./models.js";

/**
 * @typedef {object} Found
 * @property {number[]} z the latent
 * @property {Record<string, number>} errors of what it gives, by the server's names, such as mse
 * @property {Uint8Array<ArrayBuffer>} target picture of what was looked for
 * @property {Uint8Array<ArrayBuffer>} picture what the latent gives
 * @property {number|null} pitch MIDI, of a note
 * @property {Uint8Array<ArrayBuffer>|null} targetSound int16 of a note
 * @property {Uint8Array<ArrayBuffer>|null} sound
 * @property {number} rate samples a second
 * @property {string} note what was done to the upload
 * @property {number} done steps so far
 * @property {number} of steps in all (1 = no search)
 */

/**
 * @typedef {{request: Record<string, any>, body: Uint8Array<ArrayBuffer>, steps: number, onProgress: (found: Found) => void,
 *   signal: AbortSignal}} Wanted
 */

/**
 * Look for the latent of a picture, note or tune.
 * @param {Card} card
 * @param {Wanted} options  request: says what body is ({} = a file), with settings and perhaps the pitch; steps: of
 *   a search; a stopped search keeps what it has found
 * @returns {Promise<Found|null>} null: stopped before anything was found
 * @throws {import("./api.js").ApiError}
 */
export async function findLatent(card, { request, body, steps, onProgress, signal }) {
  /** @type {Found|null} */
  let best = null;
  const keep = (/** @type {import("./jobs.js").Part} */ part) =>
    onProgress((best = toFound(part, part.header.step, steps)));
  try {
    if (wayToFind(card) === "encode") return toFound(await run(card.id, "encode", request, { body, signal }), 1, 1);
    keep(await runJob("invert", { ...request, model: card.id, seed: 0, steps }, { body, signal, onPartial: keep }));
  } catch (error) {
    if (!wasStopped(error)) throw error;
  }
  return best;
}

/** The request that looks again for what was found, from its prepared sound. @param {{settings: object}} now @param {{pitch: number}} found */
export function preparedRequest({ settings }, { pitch }) {
  return { prepared: true, pitch, settings };
}

/** @param {import("./jobs.js").Part} reply @param {number} done @param {number} of @returns {Found} */
function toFound(reply, done, of) {
  const { z, note = "", pitch = null, rate = 0, samples = 0, frames, height, width, ...errors } = reply.header;
  const sounds = reply.body.length - 4 * samples; // two of 16 bits
  const sound = (/** @type {number} */ which) =>
    samples ? reply.body.slice(sounds + which * 2 * samples, sounds + (which + 1) * 2 * samples) : null;
  const both = { targetSound: sound(0), sound: sound(1) };
  const [target, picture] = [0, 1].map((index) => frameOf(reply, index).slice());
  return { z, note, pitch, rate, done, of, target, picture, ...both, errors };
}
