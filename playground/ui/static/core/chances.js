/** @file How likely something was, in words and in one of six levels that style sheets colour. */

const LEVELS = [0.5, 0.2, 0.05, 0.01, 0.001]; // from here on: level 0, 1, ...; below all: 5

/** What the levels mean, likeliest first. */
export const LEVEL_WORDS = ["50 % or more", "20 %", "5 %", "1 %", "0.1 %", "less"];

/** @param {number} p from 0 to 1 @returns {number} 0 (likely) to 5 (surprising) */
export function levelOf(p) {
  const level = LEVELS.findIndex((least) => p >= least);
  return level < 0 ? LEVELS.length : level;
}

/** A probability as people read it. @param {number} p @returns {string} such as "3.1 %", "under 0.01 %" */
export function percent(p) {
  const share = 100 * p;
  if (share === 0) return "0 %";
  if (share < 0.01) return "under 0.01 %";
  return `${share >= 99.95 ? share.toFixed(0) : share >= 10 ? share.toFixed(1) : share.toPrecision(2)} %`;
}

/** A text whose blanks can be seen. @param {string} text @returns {string} */
export function visible(text) {
  if (text === "") return "(part of a character)";
  return text
    .replaceAll("\n", "⏎")
    .replaceAll("\t", "⇥")
    .replace(/^ +| +$/g, (blanks) => "␣".repeat(blanks.length));
}
