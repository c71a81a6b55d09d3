/** @file Plays the samples of a comparison: notes by the server's vocoder, rolls note by note; one sound at a time. */

import { run } from "../../core/api.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { audio, bufferOf, play } from "../../core/sound.js";
import { rollFacts } from "../pictures.js";

/** One sound after the other: whatever begins ends what was heard before. */
export class Players {
  /** @param {{tempo: () => number, instrument: {current: () => object, ready: (pitches: number[]) => Promise<void>}}} music what plays rolls */
  constructor(music) {
    this.music = music;
    this.present = null; // {stop, over}
    this.buffers = new WeakMap(); // frame -> AudioBuffer
  }

  /** Silence. */
  stop() {
    const one = this.present;
    this.present = null;
    one?.end();
  }

  /**
   * Hear a sample, or end it when it is the one that is heard.
   * @param {object} sample {frame, pitch (of notes), card}
   * @param {{onState: (playing: boolean) => void, onStep?: (step: number|null) => void}} told
   * @returns {Promise<void>} @throws {ApiError}
   */
  async toggle(sample, { onState, onStep = () => {} }) {
    const again = this.present?.sample === sample;
    this.stop();
    if (again) return;
    audio(); // a browser lets sound begin only while it handles a gesture
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
    this.present = mine;
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

  async #note({ frame, pitch, card }, mine) {
    if (!this.buffers.has(frame)) {
      const { header, body } = await run(card.id, "listen", { pitches: [pitch] }, { body: frame.slice() });
      this.buffers.set(frame, bufferOf(body, header.rate));
    }
    return mine.over ? null : play(this.buffers.get(frame));
  }

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
