/** @file Explore for models of single notes: the sound one sees, and a keyboard that plays it while sliders change it. */

import { Ahead } from "../../core/ahead.js";
import { bankOf } from "../../core/instruments.js";
import { warmUp } from "../../core/sound.js";
import { mark } from "../../core/timings.js";
import { rememberTimbre } from "../instrument.js";
import { makesNotes } from "../pictures.js";
import { pianoKeyboard } from "./keyboard.js";
import { LiveTimbre } from "./live.js";
import { soundView } from "./soundview.js";
import { Sounding } from "./sounding.js";

const KEYS_AT_ONCE = 4; // of those pressed, the newest: a glissando leaves the others behind
const AHEAD_EVERY = 4; // semitones: neighbours this far apart are made ahead, those between borrow from them
const NOTE_S = 1;

/** @typedef {import("../../core/instruments.js").NoteBank} NoteBank */

/**
 * @param {{position: import("../../panels/explore/position.js").Position, state: import("./types.js").AudioSlice, isShown: () => boolean}} parts
 * @returns {{view: HTMLElement, keyboard: HTMLElement, picture: import("../../panels/explore/types.js").View,
 *   follow: import("../../panels/explore/types.js").Follower,
 *   changed: (what: import("../../panels/explore/position.js").Change) => void, hidden: () => void}}
 *   picture: what sliders and pad draw on; follow: what is told of their gestures; changed: the position did
 */
export function notesStage({ position, state, isShown }) {
  const sounding = new Sounding();
  const neighbours = new Ahead();
  const view = soundView({
    position,
    live: state.get().live,
    onPlay: () => heard(sounding.strike(pitchNow())),
    onLive: (on) => state.set({ live: on }),
  });
  const live = new LiveTimbre({
    position,
    sounding,
    plays: () => state.get().live,
    onPlace: view.wave,
    onError: view.fail,
  });
  const keyboard = pianoKeyboard({
    low: state.get().low,
    letters: state.get().letters,
    isShown,
    onDown: press,
    onUp: (pitch) => sounding.lift(pitch),
    onMoved: (low) => {
      state.set({ low });
      planNeighbours();
    },
    onLetters: (on) => state.set({ letters: on }),
  });
  let settling = false;
  let again = false;
  /** @type {number[]} newest first */
  let wantedKeys = [];
  let asking = false;
  /** @type {number|null} when a gesture ended whose sound is to be heard */
  let changedMs = null;

  const bankNow = () => bankOf(position.card.id, position.spec, position.settings);
  const pitchNow = () => Number(position.settings.pitch);
  const heard = (/** @type {boolean} */ started) => {
    if (started) view.playing(NOTE_S);
    return started;
  };

  /** @param {number} pitch @param {number} startedMs */
  function press(pitch, startedMs) {
    if (heard(sounding.press(pitch))) mark("keyToSound", startedMs);
    wantedKeys = [pitch, ...wantedKeys.filter((other) => other !== pitch)].slice(0, KEYS_AT_ONCE);
    if (!asking) askKeys();
    position.setPitch(pitch);
  }

  /** The true pitches of pressed keys; those pressed meanwhile go together. */
  async function askKeys() {
    asking = true;
    neighbours.plan([]);
    try {
      while (wantedKeys.length && makesNotes(position.card)) {
        const some = wantedKeys;
        wantedKeys = [];
        await bankNow().want(some);
        sounding.arrived();
      }
    } catch (error) {
      view.fail(error, askKeys);
    } finally {
      asking = false;
    }
  }

  /** Show the position's own sound, and hear it when a gesture has asked for it; only the newest counts. */
  async function settle() {
    again = true;
    if (settling) return;
    settling = true;
    try {
      while (again && makesNotes(position.card)) {
        again = false;
        const [bank, pitch] = [bankNow(), pitchNow()];
        await bank.want([pitch]);
        if (live.moving) changedMs = null;
        else if (!again) arrive(bank, pitch);
      }
    } catch (error) {
      view.fail(error, settle);
    } finally {
      settling = false;
    }
  }

  /** @param {NoteBank} bank @param {number} pitch */
  function arrive(bank, pitch) {
    const startedMs = changedMs;
    changedMs = null;
    view.settle(bank, pitch);
    const mix = [{ bank, share: 1 }];
    if (startedMs === null) sounding.blend(mix);
    else if (heard(sounding.change(mix, state.get().live ? pitch : null))) mark("exactSound", startedMs);
    planNeighbours();
  }

  /** Pitches over the keys that are shown, so that any key is near one of them. */
  function planNeighbours() {
    const [low, high] = keyboard.visible();
    const bank = bankNow();
    const pitch = pitchNow();
    /** @type {number[]} */
    const pitches = [];
    for (let near = low + AHEAD_EVERY / 2; near < high; near += AHEAD_EVERY) pitches.push(near);
    pitches.sort((a, b) => Math.abs(a - pitch) - Math.abs(b - pitch));
    neighbours.plan(pitches.filter((near) => !bank.buffers.has(near)).map((near) => () => bank.want([near])));
  }

  /** @param {import("../../panels/explore/position.js").Change} what */
  function changed(what) {
    if (what === "model") {
      keyboard.release();
      sounding.stop();
      view.clear();
    }
    if (what !== "model" && what !== "pitch") changedMs = performance.now();
    rememberTimbre({ model: position.card.id, spec: position.spec, settings: position.settings });
    keyboard.mark(pitchNow());
    neighbours.plan([]);
    settle();
  }

  warmUp();
  const hidden = () => {
    keyboard.release();
    sounding.stop();
    neighbours.plan([]);
  };
  const picture = { show: view.show, exact: settle, fail: view.fail };
  return { view: view.root, keyboard: keyboard.root, picture, follow: live, changed, hidden };
}
