/** @file Words for sounds and melodies, so that those who cannot see read what is shown. */

import { noteName } from "../../core/pitches.js";
import { notesOf } from "../../core/scores.js";

const DECIBELS = 80; // from level 0 to level 255 of a spectrogram
const LATE_FRAME = 44; // 0.7 s: notes are let go soon after

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
  if (!notes.length) return "silence";
  const pitches = notes.map((note) => note.pitch);
  const leaps = pitches.slice(1).map((pitch, i) => Math.abs(pitch - pitches[i]));
  const leap = leaps.reduce((sum, one) => sum + one, 0) / (leaps.length || 1);
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
  const attack = energy.findIndex((value) => value >= 0.5 * peak);
  return {
    brightness: mass ? moment / mass : 0, // mean band, by amplitude
    attack, // frames of 16 ms
    sustain: peak ? 10 * Math.log10((energy[LATE_FRAME] + 1e-12) / peak) : 0, // decibels below the peak
    loudest,
  };
}
