/** @file Real data and models side by side: samples of each, their nearest training items, the headline numbers. */

import { el, fold, hint } from "../../core/dom.js";
import { drawSet, frameBytes, outputWords, pictureCanvas } from "../../core/frames.js";
import { tidy } from "../../core/models.js";
import { bytesOfBase64 } from "../../core/wire.js";
import { STANDING } from "./words.js";

const GAP = 3; // pixels between a sample with its nearest item and the next pair
const NARROW = matchMedia("(max-width: 720px)");

/**
 * @typedef {import("./types.js").CompareResult} CompareResult
 * @typedef {import("./types.js").Column} Column
 * @typedef {import("./types.js").ModelColumn} ModelColumn
 * @typedef {import("./types.js").Measure} Measure
 */

/**
 * @param {CompareResult} result
 * @param {boolean} nearest whether the nearest training item is shown with each sample
 * @returns {HTMLElement}
 */
export function columns(result, nearest) {
  const across = result.models.length > 3 || NARROW.matches ? 4 : 5; // what fits a column at a whole number of pixels a pixel
  const draw = (/** @type {Column} */ one) => sheet(one, nearest, across, result);
  return el("div", { class: "pg-columns", role: "list" }, comparedCards(result, draw));
}

/**
 * A card of the real data and one of each model: name, samples, headline numbers, a sentence.
 * @param {CompareResult} result
 * @param {(one: Column) => HTMLElement} samplesOf
 * @returns {HTMLElement[]}
 */
export function comparedCards(result, samplesOf) {
  return [
    comparedCard(result.real, 0, samplesOf(result.real), realNumbers(result)),
    ...result.models.map((model, i) => comparedCard(model, i + 1, samplesOf(model), modelNumbers(model, result))),
  ];
}

/** @param {Column} one @param {number} place @param {HTMLElement} samples @param {HTMLElement[]} numbers */
function comparedCard(one, place, samples, numbers) {
  const root = el(
    "div",
    { class: "pg-card pg-compared", role: "listitem" },
    el(
      "h3",
      { class: "pg-title pg-swatched" },
      el("span", { class: `pg-swatch pg-swatch-${place}`, "aria-hidden": "true" }),
      one.name,
    ),
    samples,
    el("dl", { class: "pg-numbers" }, numbers),
    one.verdict && fold("In a sentence", hint(one.verdict)),
  );
  root.style.gridRow = `span ${3 + numbers.length}`; // parts of one kind stand in one line across the columns
  return root;
}

/** @param {Column} one @param {boolean} nearest @param {number} across @param {CompareResult} result */
function sheet(one, nearest, across, { output, words, models }) {
  const names = models[0].histograms[0]?.labels ?? [];
  const recognised = one.predictions.map((label) => names[label] ?? label).join(", ");
  const distances = nearest
    ? ` With each its nearest training ${words.one}, at a median distance of ${tidy(one.nearest_median)}.`
    : "";
  const where = outputWords(bytesOfBase64(/** @type {string} */ (one.samples)), output);
  const canvas = pictureCanvas({
    className: "pg-compared-sheet",
    label: `${one.predictions.length} samples of ${one.name}${where && ` (${where})`}, recognised as ${recognised}.${distances}`,
  });
  const size = frameBytes(output);
  drawSet(canvas, framesOf(one.samples, size), nearest ? framesOf(one.nearest, size) : null, across, output, GAP);
  return el("div", { class: "pg-compared-picture", dataset: { across } }, canvas);
}

/** The headline numbers of a model as rows of a list, each with its band. @param {ModelColumn} model @param {CompareResult} result */
function modelNumbers(model, { words }) {
  return [
    ...headlines(model, words).map((measure) =>
      number(measure.label, tidy(measure.value), `${STANDING[measure.standing]} (${band(measure)})`, measure.standing),
    ),
    number(`Nearest training ${words.one}`, tidy(model.nearest_median), "median distance"),
    number(words.cost, `${tidy(1000 * model.cost_s)} ms`, words.cost_note),
  ];
}

/** The same rows for the real data: what a perfect sampler scores. @param {CompareResult} result */
function realNumbers({ real, models, words }) {
  return [
    ...headlines(models[0], words).map((measure) =>
      number(measure.label, tidy(measure.floor), `a perfect sampler (${band(measure)})`),
    ),
    number(`Nearest training ${words.one}`, tidy(real.nearest_median), `median distance of ${words.real}`),
    number(words.cost, "–", words.made),
  ];
}

/** @param {ModelColumn} model @param {Words} words */
function headlines({ measures }, words) {
  return words.headlines.flatMap((label) => measures.find((measure) => measure.label === label) ?? []);
}

/** @param {string} label @param {string} value @param {string} note @param {string} [standing] */
function number(label, value, note, standing = "") {
  return el(
    "div",
    { class: "pg-number-row", dataset: { standing } },
    el("dt", {}, label),
    el("dd", {}, el("strong", {}, value), el("span", { class: "pg-hint" }, note)),
  );
}

/** @param {Measure} measure */
function band({ band: [low, high] }) {
  return `${tidy(low)} to ${tidy(high)}`;
}

/**
 * The frames of a column's samples or their nearest, `size` bytes each.
 * @param {import("./types.js").Column["samples"]} samples
 * @param {number} size
 */
export function framesOf(samples, size) {
  const bytes = bytesOfBase64(/** @type {string} */ (samples));
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
