/** @file Latent specs as the server reads them: a seed or explicit values, plus offsets. Values, never changed in place. */
import { inside } from "./numbers.js";

export const LARGEST_SEED = 2147483647;
const LARGEST_INDEX = 9999;
const LARGEST_OFFSET = 10;

/** The latent that a seed draws; index counts the samples of one seed. @param {number} seed @param {number} [index] @returns {Spec} */
export function seeded(seed, index = 0) {
  return { seed, index };
}

/** An explicit latent; values are rounded to 4 decimals to keep addresses short. @param {ArrayLike<number>} z @returns {Spec} */
export function explicit(z) {
  return { z: Array.from(z, (value) => Math.round(value * 1e4) / 1e4) };
}

/**
 * A spec whose offset along one axis is set; 0 removes it.
 * @param {Spec} spec
 * @param {AxisKind} kind
 * @param {number} number which
 * @param {number} value in prior standard deviations
 * @returns {Spec}
 */
export function withOffset(spec, kind, number, value) {
  const field = kind === "direction" ? "offsets" : "raw";
  /** @type {Record<string, number>} */
  const values = { ...spec[field], [number]: Math.round(value * 1e4) / 1e4 };
  if (!value) delete values[number];
  const { [field]: _, ...rest } = spec;
  return Object.keys(values).length ? { ...rest, [field]: values } : rest;
}

/**
 * The offset along one axis; 0 where there is none.
 * @param {Spec} spec
 * @param {AxisKind} kind
 * @param {number} number
 * @returns {number}
 */
export function offsetOf(spec, kind, number) {
  return spec[kind === "direction" ? "offsets" : "raw"]?.[number] ?? 0;
}

/**
 * A spec from an address, with what of it fits these latents; null: nothing does.
 * @param {any} value
 * @param {LatentSpec} latent
 * @returns {Spec|null}
 */
export function readSpec(value, { size, directions }) {
  const explicit = Array.isArray(value?.z) && value.z.length === size && value.z.every(Number.isFinite);
  const seed = inside(value?.seed, 0, LARGEST_SEED, -1);
  if (!explicit && seed < 0) return null;
  let spec = explicit ? { z: value.z } : seeded(seed, inside(value.index, 0, LARGEST_INDEX, 0));
  const axes = /** @type {const} */ ([
    ["direction", "offsets", directions],
    ["dimension", "raw", size],
  ]);
  for (const [kind, field, count] of axes) {
    for (const [key, amount] of Object.entries(value[field] ?? {})) {
      const number = inside(Number(key), 0, count - 1, -1);
      if (number >= 0 && typeof amount === "number" && Math.abs(amount) <= LARGEST_OFFSET)
        spec = withOffset(spec, kind, number, amount);
    }
  }
  return spec;
}

/** The spec without any offset. @param {Spec} spec @returns {Spec} */
export function plain(spec) {
  return spec.z ? { z: spec.z } : seeded(spec.seed ?? 0, spec.index);
}

/** Words for a spec, such as "seed 7, sample 3, 2 directions moved". @param {Spec} spec @returns {string} */
export function specWords(spec) {
  const base = spec.z ? "own latent" : `seed ${spec.seed}` + (spec.index ? `, sample ${spec.index}` : "");
  const directions = Object.keys(spec.offsets ?? {}).length;
  const dimensions = Object.keys(spec.raw ?? {}).length;
  const parts = [base];
  if (directions) parts.push(`${directions} direction${directions > 1 ? "s" : ""} moved`);
  if (dimensions) parts.push(`${dimensions} dimension${dimensions > 1 ? "s" : ""} moved`);
  return parts.join(", ");
}

/** A random seed. @returns {number} */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 100000;
}

/** What a direction is called, such as "Thinner ↔ bolder". @param {LatentSpec} latent @param {number} number */
export function directionTitle({ names }, number) {
  const { name, low, high } = names[number];
  const words = low ? `${low} ↔ ${high}` : name;
  return words[0].toUpperCase() + words.slice(1);
}
