/** @file Where a walk starts and ends: latents with where they came from, read from and written to the address. */

import { readSpec, seeded } from "../../core/latents.js";

const SOURCES = ["seed", "pick", "draw", "file", "own", "explore", "typed"];

/**
 * @typedef {{from: string, kind: string, [what: string]: any}} Given  what the visitor gave, as its kit reads it; another model
 *   of outputs of its kind finds it anew
 * @typedef {{spec: Spec, from: string, told?: string, given?: Given}} End  from: one of SOURCES; told: words for it
 */

/** The four ends a fresh page starts with; a pair uses the first two. @type {End[]} */
export const FIRST_ENDS = [7, 23, 5, 40].map((seed) => ({ spec: seeded(seed), from: "seed" }));

/**
 * Ends from an address: what does not fit the model is replaced by a fresh one.
 * @param {*} value anything
 * @param {Card} card
 * @returns {End[]} always four
 */
export function readEnds(value, card) {
  return FIRST_ENDS.map((fresh, place) => {
    const saved = Array.isArray(value) ? value[place] : null;
    const spec = saved && readSpec(saved.spec, card.latent);
    return spec ? { spec, from: SOURCES.includes(saved.from) ? saved.from : "seed" } : fresh;
  });
}

/** Ends for another model: its latents mean something else, so explicit ones and offsets go; what was given stays. @param {End[]} ends @returns {End[]} */
export function endsForOther(ends) {
  return ends.map((end, place) => {
    if (end.spec.z || end.given) return { ...FIRST_ENDS[place], given: end.given };
    return { spec: seeded(end.spec.seed ?? 0, end.spec.index ?? 0), from: end.from === "explore" ? "seed" : end.from };
  });
}
