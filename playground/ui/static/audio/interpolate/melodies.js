/** @file From one melody to another: nine piano rolls side by side, heard one by one or as one piece. */

import { button, el, hint, problemBox, stacked } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { notesOf } from "../../core/scores.js";
import { rollWords } from "../explore/words.js";
import { instrumentPicker } from "../instrument.js";
import { performer, tempoRange } from "../performance.js";
import { drawHeard, heardCanvas, rollFacts } from "../pictures.js";
import { stepRow } from "./steps.js";

/**
 * @typedef {{tempo_bpm: number, instrument: import("../instrument.js").NamedTimbre|null}} Sound  as an export needs it
 */

/**
 * @param {{cards: Card[], tempo: number, instrument: string, keep: (patch: {tempo?: number, instrument?: string}) => void,
 *   onMove: (index: number) => void}} options
 *   keep: remember {tempo} or {instrument}; onMove: the visitor asked to hear a step
 * @returns {{root: HTMLElement, controls: HTMLElement, reserve: (card: Card, count: number) => void,
 *   load: (reply: Reply, card: Card, at: number) => void,
 *   hearRoll: (pixels: Uint8Array) => void, stop: () => void, sound: () => Sound}}
 *   hearRoll: play a roll that is no step
 */
export function melodyWalk({ cards, tempo, instrument, keep, onMove }) {
  /** @type {Card|null} */
  let card = null;
  /** @type {Uint8Array[]} */
  let rolls = [];
  let at = 0;
  const row = stepRow({ onPlay: (index) => (onMove(index), hear([index])) });
  const big = heardCanvas({ className: "pg-melody-big", label: "No melody yet" });
  const problem = problemBox();
  const beats = tempoRange({ value: tempo, onCommit: (value) => keep({ tempo: value }) });
  const player = instrumentPicker({ cards, value: instrument, onChange: (value) => keep({ instrument: value }) });
  const all = button("Play all", () => (isOn() ? stop() : hear(rolls.map((_, index) => index))), {
    kind: "primary",
    disabled: true,
  });
  const { perform, stop, isOn } = performer({
    instrument: player,
    tempo: beats.value,
    problem,
    onState(playing) {
      all.textContent = playing ? "Stop" : "Play all";
      if (!playing) show(at);
    },
  });
  const root = stacked(
    big,
    row.root,
    el(
      "div",
      { class: "pg-row pg-steps-controls" },
      all,
      hint(
        "Click a step to hear it, or use the arrow keys and Enter, or the keys 1 to 9. Played all in a row, the steps make one piece.",
      ),
    ),
    problem.root,
  );

  /** Play these steps one after the other, without a gap. */
  const hear = (/** @type {number[]} */ indices) =>
    playRolls(
      indices.map((index) => rolls[index]),
      (place) => indices[place],
    );

  /**
   * Play rolls in a row.
   * @param {Uint8Array[]} list
   * @param {((place: number) => number)|null} [stepOf] the step of the walk that a roll is; null: none
   */
  function playRolls(list, stepOf = null) {
    if (!card) return;
    const { width, stepsPerQuarter, ...facts } = rollFacts(card);
    const notes = list.flatMap((pixels, place) =>
      notesOf(pixels, { ...facts, width }).map((note) => ({ ...note, start: note.start + place * width })),
    );
    const music = { notes, steps: list.length * width, stepsPerQuarter };
    const onStep = (/** @type {number|null} */ step) =>
      stepOf && step !== null && show(stepOf(Math.floor(step / width)), step % width);
    perform(() => music, { again: () => playRolls(list, stepOf), onStep });
    if (stepOf) show(stepOf(0));
  }

  /** @param {number} index @param {number|null} [playhead] */
  function show(index, playhead = null) {
    at = index;
    row.mark(isOn() ? index : null, playhead);
    if (!card || !rolls[index]) return;
    drawHeard(big, card, rolls[index], { playhead });
    if (playhead === null)
      big.setAttribute(
        "aria-label",
        `Step ${index + 1} of ${rolls.length}: ${rollWords(rolls[index], rollFacts(card))}`,
      );
  }

  new ResizeObserver(() => big.clientWidth && show(at)).observe(big);

  return {
    root,
    controls: el("div", { class: "pg-row pg-melody-controls" }, beats.root, player.root),
    stop,
    hearRoll: (pixels) => playRolls([pixels]),
    reserve(next, count) {
      card = next;
      row.reserve(next, count);
    },
    load(reply, next, start) {
      stop();
      card = next;
      rolls = Array.from({ length: reply.header.frames }, (_, index) => frameOf(reply, index));
      rolls.forEach((pixels, index) => row.draw(index, pixels));
      row.ready(rolls.map((_, index) => index));
      all.disabled = false;
      show(Math.min(start, rolls.length - 1));
    },
    sound: () => ({ tempo_bpm: beats.value(), instrument: player.request() }),
  };
}
