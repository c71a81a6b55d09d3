/** @file Plays rolls with the visitor's instrument at the visitor's tempo: one at a time, as soon as its first notes are here. */

import { range } from "../core/dom.js";
import { playRoll } from "../core/scores.js";
import { audio } from "../core/sound.js";

const SLOWEST = 40; // quarters a minute

/** A slider for the tempo in quarters a minute, see `range` of core/dom.js. */
export function tempoRange({ value, fastest = 180, onCommit = null }) {
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
 * @typedef {object} Music
 * @property {object[]} notes as core/scores.js gives them
 * @property {number} steps
 * @property {number} stepsPerQuarter
 */

/**
 * @param {{instrument: object, tempo: () => number, problem: object, onState: (playing: boolean) => void}} options
 *   instrument: an instrumentPicker; problem: where it is told that its notes cannot be had; onState: it begins, or is over
 * @returns {{perform: Function, stop: () => void, present: () => object|null}} present: what is heard, or is about to be
 */
export function performer({ instrument, tempo, problem, onState }) {
  let present = null; // {stop, setNotes}

  /**
   * Play music instead of what is heard.
   * @param {() => Music} music asked again when it begins: it may have changed by then
   * @param {{again: () => void, pitches?: (notes: object[]) => number[], loop?: () => boolean, onReady?: () => void,
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
    const mine = (present = { stop() {}, setNotes() {} });
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
