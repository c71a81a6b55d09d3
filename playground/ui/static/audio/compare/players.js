/** @file Plays the samples of a comparison: notes by the server's vocoder, rolls note by note; one sound at a time. */

import { run } from "../../core/api.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { audio, bufferOf, play } from "../../core/sound.js";
import { rollFacts } from "../pictures.js";

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {{frame: Uint8Array<ArrayBuffer>, card: Card, width: number, pitch?: number}} Sample  pitch: of a note
 * @typedef {{onState: (playing: boolean) => void, onStep?: (step: number|null) => void}} Told
 * @typedef {{sample: Sample, over: boolean, end: () => void}} Present
 * @typedef {{tempo: () => number, instrument: ReturnType<typeof import("../instrument.js").instrumentPicker>}} Music  what plays rolls
 */

/** One sound after the other: whatever begins ends what was heard before. */
export class Players {
  /** @type {Present|null} what is heard */
  #present = null;
  /** @type {WeakMap<Uint8Array, AudioBuffer>} by the frames that they are of */
  #buffers = new WeakMap();

  /** @param {Music} music */
  constructor(music) {
    this.music = music;
  }

  /** Silence. */
  stop() {
    const one = this.#present;
    this.#present = null;
    one?.end();
  }

  /**
   * Hear a sample, or end it when it is the one that is heard.
   * @param {Sample} sample
   * @param {Told} told
   * @returns {Promise<void>}
   * @throws {import("../../core/api.js").ApiError}
   */
  async toggle(sample, { onState, onStep = () => {} }) {
    const again = this.#present?.sample === sample;
    this.stop();
    if (again) return;
    audio(); // a browser lets sound begin only while it handles a gesture
    /** @type {{stop: () => void, ended: Promise<void>}|null} */
    let handle = null;
    const mine = {
      sample,
      over: false,
      end() {
        if (mine.over) return;
        mine.over = true;
        handle?.stop();
        onState(false);
        onStep(null);
      },
    };
    this.#present = mine;
    onState(true);
    try {
      handle = await (sample.pitch === undefined ? this.#roll(sample, mine, onStep) : this.#note(sample, mine));
      if (mine.over) return handle?.stop();
      handle?.ended.then(() => mine.end());
      if (!handle) mine.end();
    } catch (error) {
      mine.end();
      throw error;
    }
  }

  /** @param {Sample} sample @param {Present} mine */
  async #note({ frame, pitch, card }, mine) {
    let buffer = this.#buffers.get(frame);
    if (!buffer) {
      const { header, body } = await run(card.id, "listen", { pitches: [pitch] }, { body: frame.slice() });
      this.#buffers.set(frame, (buffer = bufferOf(body, header.rate)));
    }
    return mine.over ? null : play(buffer);
  }

  /** @param {Sample} sample @param {Present} mine @param {(step: number|null) => void} onStep */
  async #roll({ frame, card, width }, mine, onStep) {
    const facts = { ...rollFacts(card), width };
    const notes = notesOf(frame, facts);
    if (!notes.length) return null;
    const { tempo, instrument } = this.music;
    await instrument.ready(notes.map((note) => note.pitch));
    if (mine.over) return null;
    return playRoll({
      notes,
      steps: width,
      stepsPerQuarter: facts.stepsPerQuarter,
      tempo,
      instrument: instrument.current,
      onStep,
    });
  }
}
