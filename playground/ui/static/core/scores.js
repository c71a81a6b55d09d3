/** @file Piano rolls: pictures whose rows are semitones and whose columns are time steps, to notes, drawings and playing. */

import { penOf } from "./frames.js";
import { SOUNDING_FROM, STRUCK_FROM } from "./palette.js";
import { isBlack } from "./pitches.js";
import { audio } from "./sound.js";

const AHEAD_S = 0.15; // notes are handed to the audio clock so long before they sound
const LOOK_MS = 40;

/**
 * @typedef {{pitch: number, start: number, steps: number}} Note times in steps
 * @typedef {{height: number, width: number, highest: number}} RollSize highest: MIDI pitch of row 0
 */

/**
 * The notes of a roll.
 * @param {Uint8Array} pixels height * width grey levels, row 0 = the highest pitch
 * @param {RollSize} facts
 * @returns {Note[]} in order of start
 */
export function notesOf(pixels, { height, width, highest }) {
  /** @type {Note[]} */
  const notes = [];
  for (let row = 0; row < height; row += 1) {
    /** @type {Note|null} */
    let note = null;
    for (let step = 0; step < width; step += 1) {
      const value = pixels[row * width + step];
      if (value < SOUNDING_FROM) note = null;
      else if (note && value < STRUCK_FROM) note.steps += 1;
      else {
        note = { pitch: highest - row, start: step, steps: 1 };
        notes.push(note);
      }
    }
  }
  return notes.sort((a, b) => a.start - b.start || b.pitch - a.pitch);
}

/**
 * Draw a roll: notes as bars, black keys shaded, bar lines, and where playing is.
 * @param {HTMLCanvasElement} canvas drawn at its size on the page
 * @param {Uint8Array} pixels
 * @param {RollSize & {stepsPerBar: number}} facts
 * @param {{playhead?: number|null, colours?: (note: Note) => string}} [options] playhead: in steps
 */
export function drawRoll(canvas, pixels, facts, { playhead = null, colours } = {}) {
  const scale = Math.min(2, window.devicePixelRatio || 1);
  const box = canvas.getBoundingClientRect();
  const wide = Math.max(64, Math.round((box.width || 320) * scale));
  const high = Math.max(48, Math.round((box.height || 180) * scale));
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const pen = penOf(canvas);
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name, /** @type {string} */ fallback) =>
    style.getPropertyValue(name).trim() || fallback;
  const { height, width, highest, stepsPerBar } = facts;
  const [x, y] = [wide / width, high / height];
  pen.fillStyle = colour("--pg-roll", "#10131a");
  pen.fillRect(0, 0, wide, high);
  pen.fillStyle = colour("--pg-roll-key", "#171c26");
  for (let row = 0; row < height; row += 1) {
    if (isBlack(highest - row)) pen.fillRect(0, Math.floor(row * y), wide, Math.ceil(y));
  }
  pen.fillStyle = colour("--pg-roll-line", "#2d3647");
  for (let step = stepsPerBar; step < width; step += stepsPerBar) pen.fillRect(Math.round(step * x), 0, scale, high);
  for (const note of notesOf(pixels, facts)) {
    const sounds = playhead !== null && note.start <= playhead && playhead < note.start + note.steps;
    pen.fillStyle = sounds
      ? colour("--pg-roll-now", "#ffd479")
      : (colours?.(note) ?? colour("--pg-roll-note", "#7cb7ff"));
    const top = (highest - note.pitch) * y;
    pen.fillRect(note.start * x + scale / 2, top + 0.5, Math.max(2, note.steps * x - scale), Math.max(2, y - 1));
  }
  if (playhead !== null) {
    pen.fillStyle = colour("--pg-roll-now", "#ffd479");
    pen.fillRect(Math.round(playhead * x), 0, 2 * scale, high);
  }
  canvas.dataset.drawn = "true";
}

/**
 * Plays a roll note by note on the audio clock.
 * @param {{notes: Note[], steps: number, stepsPerQuarter: number, tempo: () => number,
 *   instrument: () => Pick<import("./instruments.js").Instrument, "play">,
 *   loop?: () => boolean, onStep?: (step: number|null) => void}} options
 *   tempo: quarters a minute, read as it plays; instrument: a NoteBank or the piano, read as it plays;
 *   onStep: the step now heard, before every paint; null when it ends
 * @returns {{stop: () => void, setNotes: (notes: Note[]) => void, ended: Promise<void>}}
 *   setNotes: go on with other notes from the next step
 */
export function playRoll({ notes, steps, stepsPerQuarter, tempo, instrument, loop = () => false, onStep = () => {} }) {
  const ctx = audio();
  const sounding = new Set();
  let [step, atS] = [0, ctx.currentTime + 0.06]; // the next step to be handed over, and when it sounds
  let next = 0;
  /** @type {{atS: number, step: number}[]} not yet shown */
  const heard = [];
  let over = false;
  let finish = () => {};
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => (finish = resolve));

  const end = () => {
    if (over) return;
    over = true;
    clearInterval(timer);
    for (const handle of sounding) handle.stop();
    onStep(null);
    finish();
  };

  const hand = () => {
    while (!over && atS < ctx.currentTime + AHEAD_S) {
      if (step >= steps) {
        if (!loop()) {
          setTimeout(end, 1000 * (atS - ctx.currentTime) + 350);
          clearInterval(timer);
          return;
        }
        [step, next] = [0, 0];
      }
      const stepS = 60 / tempo() / stepsPerQuarter;
      for (; next < notes.length && notes[next].start === step; next += 1) {
        const { pitch, steps: lasts } = notes[next];
        const handle = instrument().play(pitch, { at: atS, seconds: lasts * stepS + 0.05 });
        if (handle) {
          sounding.add(handle);
          handle.ended.then(() => sounding.delete(handle));
        }
      }
      heard.push({ atS, step });
      atS += stepS;
      step += 1;
    }
  };

  const show = () => {
    if (over) return;
    let now = null;
    while (heard.length && heard[0].atS <= ctx.currentTime) now = heard.shift()?.step ?? null;
    if (now !== null) onStep(now);
    requestAnimationFrame(show);
  };

  const timer = setInterval(hand, LOOK_MS);
  hand();
  requestAnimationFrame(show);
  const setNotes = (/** @type {Note[]} */ others) => {
    notes = others;
    next = others.findIndex((note) => note.start >= step);
    if (next < 0) next = others.length;
  };
  return { stop: end, setNotes, ended };
}
