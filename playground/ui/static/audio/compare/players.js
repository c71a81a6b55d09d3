/** @file Plays the samples of a comparison: notes by the server's vocoder, rolls note by note; one sound at a time. */

import { run } from "../../core/api.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { bufferOf, play } from "../../core/sound.js";
import { OneSound } from "../performance.js";
import { rollFacts } from "../pictures.js";

/**
 * @typedef {{frame: Uint8Array<ArrayBuffer>, card: Card, width: number, pitch?: number}} Sample  pitch: of a note
 * @typedef {{onState: (playing: boolean) => void, onStep?: (step: number|null) => void}} Told
 * @typedef {{tempo: () => number, instrument: ReturnType<typeof import("../instrument.js").instrumentPicker>}} Music  what plays rolls
 */

/** One sound after the other: whatever begins ends what was heard before. */
export class Players {
  #sound = new OneSound();
  /** @type {Sample|null} what was heard last */
  #sample = null;
  /** @type {WeakMap<Uint8Array, AudioBuffer>} by the frames that they are of */
  #buffers = new WeakMap();

  /** @param {Music} music */
  constructor(music) {
    this.music = music;
  }

  /** Silence. */
  stop() {
    this.#sound.stop();
  }

  /**
   * Hear a sample, or end it when it is the one that is heard.
   * @param {Sample} sample
   * @param {Told} told
   * @throws {import("../../core/api.js").ApiError}
   */
  async toggle(sample, { onState, onStep = () => {} }) {
    if (this.#sound.isOn && this.#sample === sample) return this.stop();
    this.#sample = sample;
    await this.#sound.play(
      (current) => (sample.pitch === undefined ? this.#roll(sample, current, onStep) : this.#note(sample, current)),
      onState,
    );
  }

  /** @param {Sample} sample @param {() => boolean} current */
  async #note({ frame, pitch, card }, current) {
    let buffer = this.#buffers.get(frame);
    if (!buffer) {
      const { header, body } = await run(card.id, "listen", { pitches: [pitch] }, { body: frame.slice() });
      this.#buffers.set(frame, (buffer = bufferOf(body, header.rate)));
    }
    return current() ? play(buffer) : null;
  }

  /** @param {Sample} sample @param {() => boolean} current @param {(step: number|null) => void} onStep */
  async #roll({ frame, card, width }, current, onStep) {
    const facts = { ...rollFacts(card), width };
    const notes = notesOf(frame, facts);
    if (!notes.length) return null;
    const { tempo, instrument } = this.music;
    await instrument.ready(notes.map((note) => note.pitch));
    if (!current()) return null;
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
