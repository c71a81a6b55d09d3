/** @file Real data and models side by side: samples of each, their nearest training digits, the headline numbers. */

import { el } from "../../core/dom.js";
import { drawRows, frameBytes, pictureCanvas } from "../../core/frames.js";
import { tidy } from "../../core/models.js";
import { STANDING } from "./words.js";

const GAP = 3; // pixels between a sample with its nearest item and the next pair
const NARROW = matchMedia("(max-width: 720px)");

/**
 * @param {object} result of a comparison
 * @param {boolean} nearest whether the nearest training digit stands under each sample
 * @returns {HTMLElement}
 */
export function columns(result, nearest) {
  const across = result.models.length > 3 || NARROW.matches ? 4 : 5; // what fits a column at a whole number of pixels a pixel
  const real = column(result.real, nearest, 0, realNumbers(result), across, result.output);
  const models = result.models.map((model, place) =>
    column(model, nearest, place + 1, modelNumbers(model, result), across, result.output),
  );
  return el("div", { class: "pg-columns", role: "list" }, real, models);
}

function column(one, nearest, place, numbers, across, output) {
  const digits = one.predictions.join(", ");
  const distances = nearest
    ? ` Under each its nearest training digit, at a median distance of ${tidy(one.nearest_median)}.`
    : "";
  const canvas = pictureCanvas({
    className: "pg-compared-sheet",
    label: `${one.predictions.length} samples of ${one.name}, recognised as ${digits}.${distances}`,
  });
  drawSamples(canvas, bytesOf(one.samples), nearest ? bytesOf(one.nearest) : null, across, output);
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
function drawSamples(canvas, samples, near, across, output) {
  const size = frameBytes(output);
  const framesOf = (bytes) =>
    Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  const [own, beside] = [framesOf(samples), near && framesOf(near)];
  const rows = [];
  for (let first = 0; first < own.length; first += across) {
    for (const part of beside ? [own, beside] : [own])
      rows.push(...Array.from({ length: across }, (_, i) => part[first + i] ?? null));
  }
  drawRows(canvas, rows, across, output, beside ? { every: 2, gap: GAP } : {});
}

/** @returns {Uint8Array} the bytes of base64 text */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
