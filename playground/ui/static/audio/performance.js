/** @file Plays rolls with the visitor's instrument at the visitor's tempo: one at a time, as soon as its first notes are here. */

import { range } from "../core/dom.js";
import { playRoll } from "../core/scores.js";
import { audio } from "../core/sound.js";

const SLOWEST = 40; // quarters a minute

/**
 * @typedef {import("../core/scores.js").Note} Note
 * @typedef {{notes: Note[], steps: number, stepsPerQuarter: number}} Music
 * @typedef {{stop: () => void, setNotes: (notes: Note[]) => void}} Present  what is heard, or is about to be
 */

/**
 * A slider for the tempo in quarters a minute, see `range` of core/dom.js.
 * @param {{value: number, fastest?: number, onCommit?: (value: number) => void}} options
 */
export function tempoRange({ value, fastest = 180, onCommit }) {
  return range({
    label: "Tempo",
    min: SLOWEST,
    max: fastest,
    step: 1,
    value,
    shown: (beats) => `${beats} a minute`,
    words: (beats) => `${beats} quarters a minute`,
    onCommit,
  });
}

/**
 * @param {{instrument: import("./instrument.js").InstrumentPicker, tempo: () => number,
 *   problem: import("../core/types.js").ProblemBox, onState: (playing: boolean) => void}} options
 *   problem: where it is told that its notes cannot be had; onState: it begins, or is over
 */
export function performer({ instrument, tempo, problem, onState }) {
  /** @type {Present|null} */
  let present = null;

  /**
   * Play music instead of what is heard.
   * @param {() => Music} music asked again when it begins: it may have changed by then
   * @param {{again: () => void, pitches?: (notes: Note[]) => number[], loop?: () => boolean, onReady?: () => void,
   *   onStep: (step: number|null) => void}} options
   *   again: after a problem; pitches: that must be here before it begins; onReady: they are; onStep: the step now heard
   */
  async function perform(
    music,
    { again, pitches = (notes) => notes.map((note) => note.pitch), loop, onReady = () => {}, onStep },
  ) {
    stop();
    audio(); // a browser lets sound begin only while it handles a gesture
    problem.clear();
    /** @type {Present} */
    const mine = { stop() {}, setNotes() {} };
    present = mine;
    onState(true);
    try {
      await instrument.ready(pitches(music().notes));
    } catch (error) {
      ended(mine);
      problem.show(error, again);
      return;
    }
    if (present !== mine) return; // stopped meanwhile
    onReady();
    const heard = playRoll({ ...music(), tempo, instrument: instrument.current, loop, onStep });
    Object.assign(mine, heard);
    heard.ended.then(() => ended(mine));
  }

  /** @param {Present} one */
  function ended(one) {
    if (present !== one) return;
    present = null;
    onState(false);
  }

  function stop() {
    const one = present;
    one?.stop();
    if (one) ended(one);
  }

  return { perform, stop, present: () => present };
}
