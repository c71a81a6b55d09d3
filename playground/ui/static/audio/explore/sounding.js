/** @file The notes that sound now: held keys and single plays, whose timbre can change while they sound. */

import { audio, play } from "../../core/sound.js";

const CROSS_S = 0.03; // from one timbre to another
const RELEASE_S = 0.15; // when a key is let go
const AGAIN_AFTER_S = 0.5; // an older note has faded: it is struck anew when its timbre changes
const GAIN = 0.7; // a chord of three stays below the limiter's bend

/** @typedef {{bank: import("../../core/instruments.js").NoteBank, share: number}[]} Mix  timbres and how much of each */

export class Sounding {
  constructor() {
    /** @type {Mix} */
    this.mix = [];
    /** @type {Map<number, Note>} under a finger, by pitch */
    this.held = new Map();
    /** @type {Note|null} played by itself, or let go before its sound had come */
    this.single = null;
  }

  /** Strike a key. @param {number} pitch @returns {boolean} true when it is heard; false while its sound is still to come */
  press(pitch) {
    this.held.get(pitch)?.stop(CROSS_S);
    const note = new Note(pitch);
    this.held.set(pitch, note);
    return note.sound(this.mix) > 0;
  }

  /** Let a key go. @param {number} pitch */
  lift(pitch) {
    const note = this.held.get(pitch);
    this.held.delete(pitch);
    if (note?.begun) note.stop(RELEASE_S);
    else if (note) this.single = note; // a short tap is heard when its sound comes
  }

  /**
   * Play one note to its end.
   * @param {number} pitch
   * @returns {boolean} true when it is heard
   */
  strike(pitch) {
    this.single?.stop(CROSS_S);
    this.single = new Note(pitch);
    return this.single.sound(this.mix) > 0;
  }

  /**
   * Another timbre, for all that sounds and all to come: young notes cross over, older ones that are still held are struck anew.
   * @param {Mix} mix
   * @param {number|null} pitch heard once when no key is held; null: nothing is struck
   * @returns {boolean} true when a sound was started
   */
  change(mix, pitch = null) {
    this.mix = mix;
    let started = 0;
    for (const [key, note] of this.held) {
      if (note.begun && note.age() > AGAIN_AFTER_S) started += this.press(key) ? 1 : 0;
      else started += note.sound(mix);
    }
    const { single } = this;
    const young = single && !(single.begun && single.age() > AGAIN_AFTER_S);
    if (pitch === null || this.held.size) started += young ? single.sound(mix) : 0;
    else if (young && single.pitch === pitch) started += single.sound(mix);
    else started += this.strike(pitch) ? 1 : 0;
    return started > 0;
  }

  /** A truer mix of the same place: notes cross over to it, and none is struck. @param {Mix} mix */
  blend(mix) {
    this.mix = mix;
    this.arrived();
  }

  /** More pitches of the present timbre are here: notes that borrowed a neighbour's cross over to their own. */
  arrived() {
    for (const note of [...this.held.values(), this.single]) note?.sound(this.mix);
  }

  /** Silence. */
  stop() {
    for (const pitch of [...this.held.keys()]) this.lift(pitch);
    this.single?.stop(CROSS_S);
    this.single = null;
  }
}

class Note {
  /** @param {number} pitch */
  constructor(pitch) {
    this.pitch = pitch;
    this.begun = false;
    this.startS = 0;
    /** @type {Map<AudioBuffer, import("../../core/sound.js").Playing>} */
    this.layers = new Map();
  }

  /** Seconds since it was struck. */
  age() {
    return audio().currentTime - this.startS;
  }

  /** Sound as this mix, from where the note is now. @param {Mix} mix @returns {number} how many sources were started */
  sound(mix) {
    const parts = this.#parts(mix);
    if (!parts.size) return 0;
    if (!this.begun) this.startS = audio().currentTime;
    const age = this.begun ? this.age() : 0;
    for (const [buffer, handle] of this.layers) {
      if (parts.has(buffer)) continue;
      handle.stop(CROSS_S);
      this.layers.delete(buffer);
    }
    let started = 0;
    for (const [buffer, { speed, share }] of parts) {
      const known = this.layers.get(buffer);
      known?.level(GAIN * share, CROSS_S);
      if (known || age * speed >= buffer.duration - CROSS_S) continue;
      const handle = play(buffer, { offset: age * speed, speed, gain: GAIN * share, ...(age && { fade: CROSS_S }) });
      this.layers.set(buffer, handle);
      started += 1;
    }
    this.begun = true;
    return started;
  }

  /** The buffers that a mix is made of at this pitch; shares sum to 1. @param {Mix} mix */
  #parts(mix) {
    /** @type {Map<AudioBuffer, {speed: number, share: number}>} */
    const parts = new Map();
    let sum = 0;
    for (const { bank, share } of mix) {
      const from = bank.nearest(this.pitch);
      const buffer = from !== null && bank.buffers.get(from);
      if (!buffer) continue;
      parts.set(buffer, { speed: 2 ** ((this.pitch - from) / 12), share });
      sum += share;
    }
    for (const part of parts.values()) part.share /= sum;
    return parts;
  }

  /** @param {number} seconds */
  stop(seconds) {
    for (const handle of this.layers.values()) handle.stop(seconds);
    this.layers.clear();
  }
}
