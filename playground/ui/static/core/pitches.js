/** @file MIDI pitches: their names, which keys are black, which of them models of notes know. */

/** The lowest and the highest pitch that models of notes know. */
export const [LOWEST, HIGHEST] = [24, 96];

const BLACK = new Set([1, 3, 6, 8, 10]);
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/** A MIDI pitch as people write it: 60 is "C4". @param {number} pitch @returns {string} */
export function noteName(pitch) {
  return `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** Whether a pitch is a black key of the piano. @param {number} pitch @returns {boolean} */
export function isBlack(pitch) {
  return BLACK.has(pitch % 12);
}
