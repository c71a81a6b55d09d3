/** @file Real data and models side by side: samples of each, their nearest training items, the headline numbers. */

import { el } from "../../core/dom.js";
import { drawPixels, pictureCanvas } from "../../core/frames.js";
import { tidy } from "../../core/models.js";
import { STANDING } from "./words.js";

const NARROW = matchMedia("(max-width: 720px)");

/**
 * @param {object} result of a comparison
 * @param {boolean} nearest whether the nearest training item stands under each sample
 * @returns {HTMLElement}
 */
export function columns(result, nearest) {
  const across = result.models.length > 3 || NARROW.matches ? 4 : 5; // what fits a column at a whole number of pixels a pixel
  const real = column(result.real, result, nearest, 0, realNumbers(result), across);
  const models = result.models.map((model, place) =>
    column(model, result, nearest, place + 1, modelNumbers(model, result), across),
  );
  return el("div", { class: "pg-columns", role: "list" }, real, models);
}

function column(one, result, nearest, place, numbers, across) {
  const { labels } = result.models[0].histograms[0];
  const classes = one.predictions.map((prediction) => labels[prediction] ?? prediction).join(", ");
  const distances = nearest
    ? ` Under each its nearest training ${result.words.one}, at a median distance of ${tidy(one.nearest_median)}.`
    : "";
  const canvas = pictureCanvas({
    className: "pg-compared-sheet",
    label: `${one.predictions.length} samples of ${one.name}, recognised as ${classes}.${distances}`,
  });
  drawSamples(canvas, result.output, bytesOf(one.samples), nearest ? bytesOf(one.nearest) : null, across);
  return el(
    "div",
    { class: "pg-card pg-compared", role: "listitem" },
    el(
      "h3",
      { class: "pg-title pg-swatched" },
      el("span", { class: `pg-swatch pg-swatch-${place}`, "aria-hidden": "true" }),
      one.name,
    ),
    el("div", { class: "pg-compared-picture", dataset: { across } }, canvas),
    el("dl", { class: "pg-numbers" }, numbers),
    one.verdict &&
      el(
        "details",
        { class: "pg-fold" },
        el("summary", {}, "In a sentence"),
        el("p", { class: "pg-hint" }, one.verdict),
      ),
  );
}

/** The headline numbers of a model as rows of a list, each with its band. @returns {HTMLElement[]} */
export function modelNumbers(model, result) {
  const kind = result.words;
  return [
    ...headlines(model, kind).map((measure) =>
      number(measure.label, tidy(measure.value), `${STANDING[measure.standing]} (${band(measure)})`, measure.standing),
    ),
    number(`Nearest training ${kind.one}`, tidy(model.nearest_median), "median distance"),
    number(kind.cost, `${tidy(1000 * model.cost_s)} ms`, kind.cost_note),
  ];
}

/** The same rows for the real data: what a perfect sampler scores. @returns {HTMLElement[]} */
export function realNumbers(result) {
  const kind = result.words;
  return [
    ...headlines(result.models[0], kind).map((measure) =>
      number(measure.label, tidy(measure.floor), `a perfect sampler (${band(measure)})`),
    ),
    number(`Nearest training ${kind.one}`, tidy(result.real.nearest_median), `median distance of ${kind.real}`),
    number(kind.cost, "–", kind.made),
  ];
}

function headlines(model, kind) {
  return kind.headlines.map((label) => model.measures.find((measure) => measure.label === label)).filter(Boolean);
}

function number(label, value, note, standing = "") {
  return el(
    "div",
    { class: "pg-number-row", dataset: { standing } },
    el("dt", {}, label),
    el("dd", {}, el("strong", {}, value), el("span", { class: "pg-hint" }, note)),
  );
}

function band(measure) {
  return `${tidy(measure.band[0])} to ${tidy(measure.band[1])}`;
}

/** Samples in rows; with `near`, each row is followed by the row of its nearest training items. */
function drawSamples(canvas, { kind, height, width, channels }, samples, near, across) {
  const line = width * channels; // bytes of a row of one sample
  const count = samples.length / (height * line);
  const perRow = near ? 2 : 1;
  const gap = near ? 3 : 0; // parts a sample and its item from the next pair
  const bandHeight = perRow * height + gap;
  const rows = Math.ceil(count / across) * bandHeight - gap;
  const sheet = new Uint8Array(across * line * rows);
  const put = (source, index, row) => {
    const left = (index % across) * line;
    const top = Math.floor(index / across) * bandHeight + row * height;
    for (let y = 0; y < height; y += 1) {
      const from = (index * height + y) * line;
      sheet.set(source.subarray(from, from + line), (top + y) * across * line + left);
    }
  };
  for (let row = 1; near && row < count / across; row += 1)
    sheet.fill(110, (row * bandHeight - gap) * across * line, row * bandHeight * across * line);
  for (let index = 0; index < count; index += 1) {
    put(samples, index, 0);
    if (near) put(near, index, 1);
  }
  drawPixels(canvas, sheet, across * width, rows, kind);
}

/** @returns {Uint8Array} the bytes of base64 text */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
