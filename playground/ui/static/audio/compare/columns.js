/** @file Real data and models side by side: samples that are heard, their nearest training items, the headline numbers. */

import { comparedCards, framesOf } from "../../panels/compare/columns.js";
import { el, hint, problemBox } from "../../core/dom.js";
import { tidy } from "../../core/models.js";
import { noteName } from "../../core/pitches.js";
import { volumeControl } from "../../core/sound.js";
import { rollWords } from "../explore/words.js";
import { instrumentPicker } from "../instrument.js";
import { tempoRange } from "../performance.js";
import { drawHeard, heardCanvas, makesNotes, rollFacts } from "../pictures.js";
import { Players } from "./players.js";

const TEMPO = 96; // quarters a minute

/**
 * @typedef {import("../../panels/compare/types.js").CompareResult} CompareResult
 * @typedef {import("../../panels/compare/types.js").Column} Column
 * @typedef {{players: Players, problem: ReturnType<typeof problemBox>, card: Card, result: CompareResult, nearest: boolean}} Parts
 */

/**
 * What draws the columns of a result, for compare.js.
 * @param {Card[]} cards all audio models
 * @returns {{draw: (result: CompareResult, nearest: boolean) => HTMLElement, stop: () => void}}
 */
export function heardColumns(cards) {
  const beats = tempoRange({ value: TEMPO });
  const instrument = instrumentPicker({ cards, value: "piano", onChange: () => players.stop() });
  const players = new Players({ tempo: beats.value, instrument });
  const problem = problemBox();

  /** @param {CompareResult} result @param {boolean} nearest */
  function draw(result, nearest) {
    players.stop();
    problem.clear();
    const { height, width } = result.output;
    const own = /** @type {Card} */ (cards.find(({ id }) => id === result.models[0].id));
    const card = { ...own, output: { ...own.output, height, width } }; // frames of a comparison may be windows of longer ones
    const music = !makesNotes(card);
    const parts = { players, problem, card, result, nearest };
    return el(
      "div",
      { class: "pg-stack" },
      el(
        "div",
        { class: "pg-card pg-heard-controls" },
        music && [beats.root, instrument.root],
        volumeControl(),
        hint(
          music
            ? "Click a piano roll to hear it, and again to end it."
            : "Click a spectrogram to hear it, at the pitch that stands below it.",
        ),
        problem.root,
      ),
      el(
        "div",
        { class: "pg-columns pg-heard-columns", role: "list" },
        comparedCards(result, (column) => tilesOf(column, parts)),
      ),
    );
  }

  return { draw, stop: () => players.stop() };
}

/** @param {Column} column @param {Parts} parts */
function tilesOf(column, parts) {
  const { card, result, nearest } = parts;
  const size = card.output.height * card.output.width;
  const frames = framesOf(column.samples, size);
  const near = nearest ? framesOf(column.nearest, size) : [];
  const { one: item } = result.words;
  const tiles = frames.map((frame, index) => {
    const about = aboutSample(column, index, result);
    const label = `Hear sample ${index + 1} of ${column.name}`;
    return el(
      "div",
      { class: "pg-heard-pair", role: "group", "aria-label": `Sample ${index + 1} of ${column.name}` },
      tile(frame, column.facts.pitches?.[index], about, label, parts),
      nearest &&
        tile(
          near[index],
          column.nearest_facts.pitches?.[index],
          aboutNearest(column, index),
          `Hear its nearest training ${item}, at distance ${tidy(column.nearest_distances[index])}`,
          parts,
        ),
    );
  });
  return el("div", { class: "pg-heard-tiles", dataset: { kind: card.output.kind, nearest } }, tiles);
}

/**
 * One picture that is heard when it is clicked.
 * @param {Uint8Array<ArrayBuffer>} frame
 * @param {number|undefined} pitch of a note
 * @param {string} about
 * @param {string} label
 * @param {Parts} parts
 */
function tile(frame, pitch, about, label, { players, problem, card }) {
  const canvas = heardCanvas();
  const words = makesNotes(card) ? about : `${about ? `${about}: ` : ""}${rollWords(frame, rollFacts(card))}`;
  const root = el(
    "button",
    { type: "button", class: "pg-heard-tile", "aria-label": `${label}: ${words}`, "aria-pressed": "false" },
    canvas,
    el("span", { class: "pg-heard-words" }, about || "\u00a0"),
  );
  const sample = { frame, pitch, card, width: card.output.width };
  const drawAt = (/** @type {number|null} */ playhead) => drawHeard(canvas, card, frame, { playhead });
  /** @type {import("./players.js").Told} */
  const told = {
    onState: (playing) => root.setAttribute("aria-pressed", String(playing)),
    onStep: (step) => !makesNotes(card) && canvas.isConnected && drawAt(step),
  };
  const hear = () => {
    problem.clear();
    players.toggle(sample, told).catch((error) => problem.show(error, hear));
  };
  root.addEventListener("click", hear);
  if (makesNotes(card)) drawAt(null);
  else new ResizeObserver(() => canvas.clientWidth && drawAt(null)).observe(canvas); // rolls are drawn at their size on the page
  return root;
}

/** What is known of a sample: pitch and instrument, or what it sounds like; the key of music. @param {Column} one @param {number} index @param {CompareResult} result */
function aboutSample(one, index, result) {
  const { pitches, names, keys } = one.facts;
  if (!pitches) return keys?.[index] ? `key of ${keys[index]}` : "";
  const family = result.models[0].histograms[0]?.labels[one.predictions[index]] ?? "";
  return `${noteName(pitches[index])} ${names?.[index] ?? family}`;
}

/** @param {Column} one @param {number} index */
function aboutNearest({ nearest_facts: { pitches, names, shifts } }, index) {
  if (pitches) return `${noteName(pitches[index])} ${names?.[index] ?? ""}`;
  const shift = shifts?.[index] ?? 0;
  return shift ? `nearest, moved ${Math.abs(shift)} ${shift > 0 ? "up" : "down"}` : "nearest";
}
