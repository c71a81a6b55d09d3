/** @file From one melody to another: nine piano rolls side by side, heard one by one or as one piece. */

import { button, el, hint, problemBox, range } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { audio } from "../../core/sound.js";
import { rollWords } from "../explore/words.js";
import { instrumentPicker } from "../instrument.js";
import { drawHeard, heardCanvas, rollFacts } from "../pictures.js";
import { stepRow } from "./steps.js";

const [SLOWEST, FASTEST] = [40, 180]; // quarters a minute

/**
 * @param {{cards: object[], tempo: number, instrument: string, keep: (patch: object) => void, onMove: (index: number) => void}} options
 *   keep: remember {tempo} or {instrument}; onMove: the visitor asked to hear a step
 * @returns {{root: HTMLElement, controls: HTMLElement, reserve: Function, load: (reply: object, card: object, at: number) => void,
 *   hearRoll: (pixels: Uint8Array) => void, stop: () => void, sound: () => object}}
 *   hearRoll: play a roll that is no step; sound: tempo and instrument as an export needs them
 */
export function melodyWalk({ cards, tempo, instrument, keep, onMove }) {
  let [card, rolls, present, at] = [null, [], null, 0];
  const row = stepRow({ onPlay: (index) => (onMove(index), hear([index])) });
  const big = heardCanvas({ className: "pg-melody-big", label: "No melody yet" });
  const problem = problemBox();
  const beats = range({
    label: "Tempo", min: SLOWEST, max: FASTEST, step: 1, value: tempo,
    shown: (value) => `${value} a minute`, words: (value) => `${value} quarters a minute`,
    onCommit: (value) => keep({ tempo: value }),
  });
  const player = instrumentPicker({ cards, value: instrument, onChange: (value) => keep({ instrument: value }) });
  const all = button("Play all", () => (present ? stop() : hear(rolls.map((_, index) => index))), { kind: "primary", disabled: true });
  const root = el(
    "div",
    { class: "pg-stack" },
    big, row.root,
    el("div", { class: "pg-row pg-steps-controls" }, all, hint("Click a step to hear it, or use the arrow keys and Enter, or the keys 1 to 9. Played all in a row, the steps make one piece.")),
    problem.root,
  );

  /** Play these steps one after the other, without a gap. */
  const hear = (indices) => playRolls(indices.map((index) => rolls[index]), (place) => indices[place]);

  /** Play rolls in a row. stepOf: the step of the walk that a roll is; null: none */
  async function playRolls(list, stepOf = null) {
    stop();
    audio(); // a browser lets sound begin only while it handles a gesture
    problem.clear();
    const mine = (present = { stop: () => {} });
    all.textContent = "Stop";
    const facts = rollFacts(card);
    const notes = list.flatMap((pixels, place) => notesOf(pixels, facts).map((note) => ({ ...note, start: note.start + place * facts.width })));
    if (stepOf) show(stepOf(0));
    try {
      await player.ready(notes.map((note) => note.pitch));
    } catch (error) {
      ended(mine);
      problem.show(error, () => playRolls(list, stepOf));
      return;
    }
    if (present !== mine) return; // stopped meanwhile
    const onStep = (step) => stepOf && step !== null && present === mine && show(stepOf(Math.floor(step / facts.width)), step % facts.width);
    const heard = playRoll({
      notes, steps: list.length * facts.width, stepsPerQuarter: facts.stepsPerQuarter, tempo: beats.value, instrument: player.current, onStep,
    });
    mine.stop = heard.stop;
    heard.ended.then(() => ended(mine));
  }

  function ended(one) {
    if (present !== one) return;
    present = null;
    all.textContent = "Play all";
    row.mark(null);
    show(at);
  }

  function stop() {
    const one = present;
    one?.stop();
    if (one) ended(one);
  }

  function show(index, playhead = null) {
    at = index;
    row.mark(present ? index : null, playhead);
    if (!rolls[index]) return;
    drawHeard(big, card, rolls[index], { playhead });
    if (playhead === null) big.setAttribute("aria-label", `Step ${index + 1} of ${rolls.length}: ${rollWords(rolls[index], rollFacts(card))}`);
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
