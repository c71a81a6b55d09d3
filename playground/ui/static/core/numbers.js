/** @file Numbers that come from an address. */

/**
 * A whole number of an address, or what stands for one that does not fit.
 * @param {unknown} value
 * @param {number} low
 * @param {number} high
 * @param {number} otherwise
 * @returns {number}
 */
export function inside(value, low, high, otherwise) {
  return typeof value === "number" && Number.isInteger(value) && value >= low && value <= high ? value : otherwise;
}
