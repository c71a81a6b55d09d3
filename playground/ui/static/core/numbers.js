/** @file Numbers as they come from an address and as people read them. */

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

/** A number with its sign and two decimals. @param {number} value @returns {string} */
export function signed(value) {
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
