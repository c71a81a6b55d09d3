/** @file Finds the latent of a sound or a tune: at once where the model has an encoder, else by a search that can be watched. */

import { run } from "../../core/api.js";
import { frameOf } from "../../core/frames.js";
import { wayToFind } from "../../core/models.js";
import { joined } from "../../core/wire.js";
import { makesNotes } from "../pictures.js";

const SEARCH_STEPS = 200;
const SLICE_STEPS = 10; // one request: short enough that other visitors hardly wait for it

/**
 * @typedef {object} Found
 * @property {number[]} z the latent
 * @property {number|null} pitch MIDI, of a note
 * @property {Uint8Array} target picture of what was looked for
 * @property {Uint8Array} picture what the latent gives
 * @property {Uint8Array|null} targetSound int16 of a note
 * @property {Uint8Array|null} sound
 * @property {number} rate samples a second
 * @property {Record<string, number>} errors by the server's names
 * @property {string} note what was done to the upload
 * @property {number} done steps so far
 * @property {number} of steps in all (1 = no search)
 */

/**
 * Look for the latent of a note or tune.
 * @param {object} card
 * @param {{request: object, body: Uint8Array, onProgress: (found: Found) => void, signal: AbortSignal}} options
 *   request: says what body is ({} = a file), with settings and perhaps the pitch; a stopped search keeps what it has found
 * @returns {Promise<Found|null>} null: stopped before anything was found
 * @throws {import("../../core/api.js").ApiError}
 */
export async function findLatent(card, { request, body, onProgress, signal }) {
  let best = null;
  try {
    if (wayToFind(card) === "encode")
      return toFound(card, await run(card.id, "encode", request, { body, signal }), 1, 1);
    await search(card, { request, body, signal }, (found) => onProgress((best = found)));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
  return best;
}

async function search(card, { request, body, signal }, onFound) {
  let note = null; // only the first slice sees the file
  let [asked, sent] = [request, body];
  for (let step = 0; step < SEARCH_STEPS; step += SLICE_STEPS) {
    const reply = await run(card.id, "invert", { ...asked, seed: 0, steps: SLICE_STEPS, step }, { body: sent, signal });
    const found = toFound(card, reply, step + SLICE_STEPS, SEARCH_STEPS);
    note ??= found.note;
    onFound({ ...found, note });
    if (signal.aborted) return;
    asked = preparedRequest(request, found);
    sent = joined(found.targetSound, reply.body.subarray(reply.body.length - reply.header.state_bytes));
  }
}

/** The request that looks again for what was found, from its prepared sound. */
export function preparedRequest({ settings }, { pitch }) {
  return { prepared: true, pitch, settings };
}

function toFound(card, reply, done, of) {
  const { z, note = "", pitch = null, rate = 0, samples = 0, frames, height, width, ...rest } = reply.header;
  const found = {
    z,
    note,
    pitch,
    rate,
    done,
    of,
    target: frameOf(reply, 0).slice(),
    picture: frameOf(reply, 1).slice(),
  };
  const sounds = { targetSound: null, sound: null };
  if (makesNotes(card)) {
    const from = frames * height * width;
    sounds.targetSound = reply.body.slice(from, from + 2 * samples);
    sounds.sound = reply.body.slice(from + 2 * samples, from + 4 * samples);
  }
  return { ...found, ...sounds, errors: rest };
}
