/** @file Which of the four voices sings each note of a chorale: a roll holds pitches, not singers. */

export const VOICES = ["Soprano", "Alto", "Tenor", "Bass"];

const USUAL_PITCHES = [71, 65, 60, 50]; // MIDI, where each voice sits before it has sung
const CHANGE_COST = 100; // semitones: a note that goes on stays with its voice

/** @typedef {import("../../core/scores.js").Note} Note */

/**
 * Give every note to a voice: in each chord the higher note to the higher voice, with as small leaps as possible.
 * @param {Note[]} notes in order of start
 * @returns {Map<Note, number>} note -> 0 soprano .. 3 bass
 */
export function voicesOf(notes) {
  /** @type {Map<Note, number>} */
  const voices = new Map();
  const last = [...USUAL_PITCHES];
  const starts = [...new Set(notes.map((note) => note.start))];
  for (const step of starts) {
    const chord = notes
      .filter((note) => note.start <= step && step < note.start + note.steps)
      .sort((a, b) => b.pitch - a.pitch);
    const given = chord.length > 4 ? crowded(chord) : bestChoice(chord, last, voices);
    chord.forEach((note, i) => {
      if (!voices.has(note)) voices.set(note, given[i]);
      last[given[i]] = note.pitch;
    });
  }
  return voices;
}

/**
 * Of all ways to give a chord's notes to voices in order, the one with the smallest leaps.
 * @param {Note[]} chord of at most four
 * @param {number[]} last pitch of each voice
 * @param {Map<Note, number>} voices
 */
function bestChoice(chord, last, voices) {
  /** @type {number[]} */
  let best = [];
  let least = Infinity;
  for (const choice of choices(chord.length)) {
    const cost = chord.reduce((sum, note, i) => {
      const changes = voices.has(note) && voices.get(note) !== choice[i];
      return sum + Math.abs(note.pitch - last[choice[i]]) + (changes ? CHANGE_COST : 0);
    }, 0);
    if (cost < least) [best, least] = [choice, cost];
  }
  return best;
}

/** Rising lists of `count` out of the four voices. @param {number} count @returns {number[][]} */
function choices(count, from = 0) {
  if (count === 0) return [[]];
  /** @type {number[][]} */
  const found = [];
  for (let voice = from; voice <= 4 - count; voice += 1) {
    for (const rest of choices(count - 1, voice + 1)) found.push([voice, ...rest]);
  }
  return found;
}

/** More notes than voices: the outer ones are soprano and bass, the inner ones share. @param {Note[]} chord */
function crowded(chord) {
  const inner = chord.length - 2;
  return chord.map((_, i) => (i === 0 ? 0 : i === chord.length - 1 ? 3 : i <= inner / 2 ? 1 : 2));
}
