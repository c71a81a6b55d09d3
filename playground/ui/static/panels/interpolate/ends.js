/** @file Where a walk starts and ends: latents with where they came from, read from and written to the address. */

import { LARGEST_SEED, seeded } from "../../core/latents.js";

const LARGEST_INDEX = 9999;
const SOURCES = ["seed", "pick", "draw", "file", "own", "explore", "typed"];

/** @typedef {import("../../core/types.js").Spec} Spec */
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
 * @param {import("../../core/types.js").Card} card
 * @returns {End[]} always four
 */
export function readEnds(value, card) {
  return FIRST_ENDS.map((fresh, place) => {
    const saved = Array.isArray(value) ? value[place] : null;
    const spec = saved && readSpec(saved.spec, card);
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

/** @param {any} spec @param {import("../../core/types.js").Card} card @returns {Spec|null} */
function readSpec(spec, { latent }) {
  if (!spec || typeof spec !== "object") return null;
  const inside = (/** @type {any} */ value, /** @type {number} */ high) =>
    Number.isInteger(value) && value >= 0 && value <= high;
  const explicit = Array.isArray(spec.z) && spec.z.length === latent.size && spec.z.every(Number.isFinite);
  if (!explicit && !(inside(spec.seed, LARGEST_SEED) && inside(spec.index ?? 0, LARGEST_INDEX))) return null;
  /** @type {Spec} */
  const clean = explicit ? { z: spec.z } : seeded(spec.seed, spec.index ?? 0);
  const axes = /** @type {const} */ ([
    ["offsets", latent.directions],
    ["raw", latent.size],
  ]);
  for (const [field, count] of axes) {
    const kept = Object.entries(/** @type {Record<string, number>} */ (spec[field] ?? {})).filter(
      ([key, amount]) => inside(Number(key), count - 1) && Number.isFinite(amount) && Math.abs(amount) <= 10,
    );
    if (kept.length) clean[field] = Object.fromEntries(kept);
  }
  return clean;
}
