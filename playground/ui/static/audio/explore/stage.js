/** @file A roll that is heard: drawn as it grows, voices in their colours, play, stop, tempo and what plays it. */

import { button, el, fill, problemBox } from "../../core/dom.js";
import { noteName } from "../../core/pitches.js";
import { drawRoll, notesOf } from "../../core/scores.js";
import { volumeControl } from "../../core/sound.js";
import { instrumentPicker } from "../instrument.js";
import { performer, tempoRange } from "../performance.js";
import { saidCanvas } from "../pictures.js";
import { VOICES, voicesOf } from "./voices.js";

/**
 * @typedef {import("../../core/scores.js").Note} Note
 * @typedef {ReturnType<typeof rollStage>} Stage
 */

/**
 * @param {{cards: Card[], facts: () => import("../pictures.js").RollFacts, tempo: number,
 *   instrument: string, keep: (patch: {tempo?: number, instrument?: string}) => void, onStep?: (step: number|null) => void}} options
 *   facts: of the present model's rolls; keep: remember {tempo} or {instrument}; onStep: the step now heard, null at the end
 * @returns {{root: HTMLElement, legend: HTMLElement, controls: HTMLElement, show: (pixels: Uint8Array|null, steps: number, total?: number) => void,
 *   play: () => Promise<void>, hear: (pixels: Uint8Array, steps: number, onStep: (step: number|null) => void) => Promise<void>,
 *   stop: () => void, sound: (pitch: number) => void, tempo: () => number,
 *   instrument: () => import("../instrument.js").NamedTimbre|null}}
 *   show: so many steps of a roll, with room for `total`; hear: play a roll that is shown elsewhere; sound: one short note;
 *   instrument: as the server names it
 */
export function rollStage({ cards, facts, tempo, instrument, keep, onStep = () => {} }) {
  const canvas = saidCanvas({ label: "No music yet", className: "pg-roll pg-chorale-roll" });
  const problem = problemBox();
  const legend = el(
    "div",
    { class: "pg-row pg-voices" },
    VOICES.map((name, voice) => el("span", { class: `pg-voice pg-voice-${voice}` }, name)),
  );
  /** @type {Uint8Array|null} */
  let pixels = null;
  let [steps, total] = [0, 64];
  /** @type {Note[]} */
  let notes = [];
  let voices = voicesOf(notes);
  /** @type {string[]} */
  let colours = [];

  const beats = tempoRange({ value: tempo, onCommit: (value) => keep({ tempo: value }) });
  const player = instrumentPicker({ cards, value: instrument, onChange: (value) => keep({ instrument: value }) });
  const playButton = button("Play", () => (isOn() ? stop() : play()), { kind: "primary", disabled: true });
  const { perform, stop, isOn } = performer({
    instrument: player,
    tempo: beats.value,
    problem,
    onState(playing) {
      fill(playButton, playing ? "Stop" : "Play");
      playButton.disabled = !playing && notes.length === 0; // it stops what is heard, also of elsewhere
    },
  });
  const buttons = [playButton, beats.root, player.root, volumeControl()];
  const controls = el("div", { class: "pg-row pg-stage-controls" }, buttons);

  /** @param {Uint8Array|null} next @param {number} count */
  function show(next, count, room = count) {
    [pixels, steps, total] = [next, count, Math.max(room, 1)];
    notes = next ? notesOf(next, { ...facts(), width: count }) : [];
    voices = voicesOf(notes);
    playButton.disabled = !isOn() && notes.length === 0;
    canvas.setAttribute("aria-label", describe());
    draw(null);
  }

  /** @param {number|null} playhead */
  function draw(playhead) {
    const known = facts();
    const wide = new Uint8Array(known.height * total);
    for (let row = 0; pixels && row < known.height; row += 1)
      wide.set(pixels.subarray(row * steps, (row + 1) * steps), row * total);
    colours = colours.length
      ? colours
      : VOICES.map((_, voice) => getComputedStyle(canvas).getPropertyValue(`--pg-voice-${voice}`).trim());
    const byPlace = new Map(notes.map((note) => [1000 * note.start + note.pitch, voices.get(note)]));
    const colour = (/** @type {Note} */ { start, pitch }) => colours[byPlace.get(1000 * start + pitch) ?? 0];
    drawRoll(canvas, wide, { ...known, width: total }, { playhead, colours: colour });
  }

  function describe() {
    if (!notes.length) return "No music yet";
    const ranges = VOICES.map((name, voice) => {
      const sung = notes.filter((note) => voices.get(note) === voice).map((note) => note.pitch);
      return (
        sung.length && `${name.toLowerCase()} from ${noteName(Math.min(...sung))} to ${noteName(Math.max(...sung))}`
      );
    });
    return `Piano roll of ${steps / facts().stepsPerBar} bars with ${notes.length} notes: ${ranges.filter(Boolean).join(", ")}`;
  }

  const play = () =>
    hearNotes(notes, steps, (step) => {
      draw(step);
      onStep(step);
    });
  /** @type {(roll: Uint8Array, count: number, onHeard: (step: number|null) => void) => Promise<void>} */
  const hear = (roll, count, onHeard) => hearNotes(notesOf(roll, { ...facts(), width: count }), count, onHeard);

  /** @param {Note[]} some @param {number} count @param {(step: number|null) => void} onHeard @returns {Promise<void>} */
  function hearNotes(some, count, onHeard) {
    const music = { notes: some, steps: count, stepsPerQuarter: facts().stepsPerQuarter };
    return perform(() => music, { again: () => hearNotes(some, count, onHeard), onStep: onHeard });
  }

  /** @param {number} pitch */
  function sound(pitch) {
    player.ready([pitch]).then(() => player.current().play(pitch, { seconds: 0.35 }), problem.show);
  }

  new ResizeObserver(() => canvas.clientWidth && draw(null)).observe(canvas);
  const root = el("div", { class: "pg-stack" }, canvas, problem.root);
  return { root, legend, controls, show, play, hear, stop, sound, tempo: beats.value, instrument: player.request };
}
