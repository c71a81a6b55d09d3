/** @file One sound at a time; rolls are played with the visitor's instrument and tempo, as soon as their first notes are here. */

import { range } from "../core/dom.js";
import { playRoll } from "../core/scores.js";
import { audio } from "../core/sound.js";

const SLOWEST = 40; // quarters a minute

/**
 * @typedef {import("../core/scores.js").Note} Note
 * @typedef {{notes: Note[], steps: number, stepsPerQuarter: number}} Music
 * @typedef {{stop: () => void, ended: Promise<void>}} Heard
 */

/** One sound after the other: whatever begins ends what was heard before. */
export class OneSound {
  /** @type {{end: () => void}|null} what is heard, or is about to be */
  #present = null;

  /** Whether something is heard, or is about to be. */
  get isOn() {
    return this.#present !== null;
  }

  stop() {
    const one = this.#present;
    this.#present = null;
    one?.end();
  }

  /**
   * Hear something to its end.
   * @param {(current: () => boolean) => Heard|null|Promise<Heard|null>} begin  current: nothing has taken its place meanwhile;
   *   null: there is nothing to hear
   * @param {(playing: boolean) => void} onState it begins, or is over
   * @throws what `begin` throws
   */
  async play(begin, onState) {
    this.stop();
    audio(); // a browser lets sound begin only while it handles a gesture
    /** @type {Heard|null} */
    let heard = null;
    const mine = {
      end() {
        heard?.stop();
        onState(false);
      },
    };
    const current = () => this.#present === mine;
    this.#present = mine;
    onState(true);
    try {
      heard = await begin(current);
      if (current()) await heard?.ended;
      else heard?.stop();
    } finally {
      if (current()) this.stop();
    }
  }
}

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
 *   problem: ProblemBox, onState: (playing: boolean) => void}} options
 *   problem: where it is told that its notes cannot be had; onState: it begins, or is over
 */
export function performer({ instrument, tempo, problem, onState }) {
  const sound = new OneSound();
  /** @type {ReturnType<typeof playRoll>|null} */
  let roll = null;

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
    problem.clear();
    const begin = async (/** @type {() => boolean} */ current) => {
      await instrument.ready(pitches(music().notes));
      if (!current()) return null;
      onReady();
      return (roll = playRoll({ ...music(), tempo, instrument: instrument.current, loop, onStep }));
    };
    try {
      await sound.play(begin, onState);
    } catch (error) {
      problem.show(error, again);
    }
  }

  /** What is heard now goes on with other notes. @param {Note[]} notes */
  const setNotes = (notes) => roll?.setNotes(notes);
  return { perform, setNotes, stop: () => sound.stop(), isOn: () => sound.isOn };
}
