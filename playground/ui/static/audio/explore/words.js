/** @file Words for sounds and melodies, so that sliders can say what they do and those who cannot see read what is shown. */

import { noteName } from "../../core/pitches.js";
import { notesOf } from "../../core/scores.js";
import { makesNotes, rollFacts } from "../pictures.js";

const DECIBELS = 80; // from level 0 to level 255 of a spectrogram
const LATE_FRAME = 44; // 0.7 s: notes are let go soon after
const ENOUGH = 0.7; // typical spreads by which a measure must change to be named

const MOST_WORDS = 2; // for one end

/**
 * @typedef {Record<string, [number, string, string]>} Measures
 *   measure -> its typical spread among instruments or tunes, word when lower, word when higher
 */

/** @type {Measures} */
const OF_NOTES = {
  brightness: [12, "darker", "brighter"],
  attack: [7, "harder attack", "softer attack"],
  sustain: [8, "dies away", "holds on"],
  fullness: [0.11, "purer", "fuller"],
};
/** @type {Measures} */
const OF_MELODIES = {
  height: [2.5, "lower", "higher"],
  count: [3.5, "fewer notes", "more notes"],
  leap: [1.0, "smoother", "wider leaps"],
  range: [4, "narrower", "wider"],
};

/**
 * Words for the strongest changes between two spectrograms or rolls.
 * @param {import("../../core/types.js").Card} card of their model
 * @param {Uint8Array} low a frame at a slider's low end
 * @param {Uint8Array} high at its high end
 * @returns {[string, string]|null} words for the two ends; null when nothing stands out
 */
export function endWords(card, low, high) {
  if (makesNotes(card)) return wordsBetween(measureNote(low), measureNote(high), OF_NOTES);
  const [before, after] = [low, high].map((pixels) => measureRoll(notesOf(pixels, rollFacts(card))));
  return before && after ? wordsBetween(before, after, OF_MELODIES) : null;
}

/**
 * @param {Record<string, number>} before
 * @param {Record<string, number>} after
 * @param {Measures} measures
 * @returns {[string, string]|null}
 */
function wordsBetween(before, after, measures) {
  const change = (/** @type {string} */ name) => (after[name] - before[name]) / measures[name][0];
  const named = Object.keys(measures).filter((name) => Math.abs(change(name)) > ENOUGH);
  named.sort((one, other) => Math.abs(change(other)) - Math.abs(change(one)));
  if (!named.length) return null;
  const words = (/** @type {boolean} */ end) =>
    named
      .slice(0, MOST_WORDS)
      .map((name) => measures[name][change(name) > 0 === end ? 2 : 1])
      .join(", ");
  return [words(false), words(true)];
}

/** Words for one sound, such as "bright, struck, dying away". @param {Uint8Array} pixels its spectrogram */
export function noteWords(pixels) {
  const { brightness, attack, sustain, loudest } = measureNote(pixels);
  if (loudest < 40) return "almost silent";
  const colour = brightness < 32 ? "dark" : brightness < 44 ? "warm" : brightness < 57 ? "bright" : "brilliant";
  const start = attack <= 2 ? "struck or plucked" : attack <= 10 ? "with a quick attack" : "swelling";
  const end = sustain > -7 ? "held" : sustain > -20 ? "dying away" : "short";
  return `${colour}, ${start}, ${end}`;
}

/**
 * Words for one roll, such as "12 notes from D4 to B5, mostly by step".
 * @param {Uint8Array} pixels
 * @param {import("../../core/scores.js").RollSize} facts
 */
export function rollWords(pixels, facts) {
  const notes = notesOf(pixels, facts);
  const measured = measureRoll(notes);
  if (!measured) return "silence";
  const { leap } = measured;
  const pitches = notes.map((note) => note.pitch);
  const motion =
    notes.length < 2 ? "" : leap <= 2.2 ? ", mostly by step" : leap >= 4 ? ", by leaps" : ", by steps and leaps";
  return `${notes.length} note${notes.length > 1 ? "s" : ""} from ${noteName(Math.min(...pitches))} to ${noteName(Math.max(...pitches))}${motion}`;
}

/** @param {Uint8Array} pixels */
function measureNote(pixels, bands = 128, frames = 64) {
  const energy = new Float64Array(frames);
  let [mass, moment, loudest] = [0, 0, 0];
  for (let row = 0; row < bands; row += 1) {
    for (let frame = 0; frame < frames; frame += 1) {
      const level = pixels[row * frames + frame];
      const amplitude = 10 ** ((DECIBELS / 20) * (level / 255 - 1));
      energy[frame] += amplitude * amplitude;
      mass += amplitude;
      moment += amplitude * (bands - 1 - row);
      if (level > loudest) loudest = level;
    }
  }
  const peak = Math.max(...energy);
  const top = energy.indexOf(peak);
  const attack = energy.findIndex((value) => value >= 0.5 * peak);
  let filled = 0;
  for (let row = 0; row < bands; row += 1) filled += pixels[row * frames + top];
  return {
    brightness: mass ? moment / mass : 0, // mean band, by amplitude
    attack, // frames of 16 ms
    sustain: peak ? 10 * Math.log10((energy[LATE_FRAME] + 1e-12) / peak) : 0, // decibels below the peak
    fullness: loudest ? filled / bands / loudest : 0, // mean level over the loudest
    loudest,
  };
}

/** @param {import("../../core/scores.js").Note[]} notes */
function measureRoll(notes) {
  if (!notes.length) return null;
  const pitches = notes.map((note) => note.pitch);
  const leaps = pitches.slice(1).map((pitch, i) => Math.abs(pitch - pitches[i]));
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  return {
    height: mean(pitches),
    count: notes.length,
    leap: mean(leaps),
    range: Math.max(...pitches) - Math.min(...pitches),
  };
}
