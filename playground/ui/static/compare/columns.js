/** @file Real data and models side by side: sixteen samples each, their nearest training digits, the headline numbers. */

import { el } from "../core/dom.js";
import { drawPixels, pictureCanvas } from "../core/frames.js";
import { tidy } from "../core/models.js";
import { STANDING } from "./words.js";

const ACROSS = 4;
const SIDE = 28;
const HEADLINES = ["Precision", "Recall", "Coverage", "Vendi score"];

/**
 * @param {object} result of a comparison
 * @param {boolean} nearest whether the nearest training digit stands under each sample
 * @returns {HTMLElement}
 */
export function columns(result, nearest) {
  const real = column(result.real, nearest, 0, realNumbers(result));
  const models = result.models.map((model, place) => column(model, nearest, place + 1, modelNumbers(model)));
  return el("div", { class: "pg-columns", role: "list" }, real, models);
}

function column(one, nearest, place, numbers) {
  const digits = (one.predictions ?? []).join(", ");
  const distances = nearest ? ` Under each its nearest training digit, at a median distance of ${tidy(one.nearest_median)}.` : "";
  const canvas = pictureCanvas({ className: "pg-compared-sheet", label: `Sixteen samples of ${one.name}, recognised as ${digits}.${distances}` });
  drawSamples(canvas, bytesOf(one.samples), nearest ? bytesOf(one.nearest) : null);
  return el(
    "div",
    { class: "pg-card pg-compared", role: "listitem" },
    el("h3", { class: "pg-title pg-swatched" }, el("span", { class: `pg-swatch pg-swatch-${place}`, "aria-hidden": "true" }), one.name),
    canvas,
    el("dl", { class: "pg-numbers" }, numbers),
    one.verdict && el("details", { class: "pg-fold" }, el("summary", {}, "In a sentence"), el("p", { class: "pg-hint" }, one.verdict)),
  );
}

function modelNumbers(model) {
  const chosen = HEADLINES.map((label) => model.measures.find((measure) => measure.label === label)).filter(Boolean);
  return [
    ...chosen.map((measure) => number(measure.label, tidy(measure.value), `${STANDING[measure.standing]} (${band(measure)})`, measure.standing)),
    number("Nearest training digit", tidy(model.nearest_median), "median distance"),
    number("Time per sample", `${tidy(1000 * model.seconds_per_sample)} ms`, "in batches"),
  ];
}

function realNumbers(result) {
  const [first] = result.models;
  const chosen = HEADLINES.map((label) => first.measures.find((measure) => measure.label === label)).filter(Boolean);
  return [
    ...chosen.map((measure) => number(measure.label, tidy(measure.floor), `a perfect sampler (${band(measure)})`)),
    number("Nearest training digit", tidy(result.real.nearest_median), "median distance of test digits"),
    number("Time per sample", "–", "drawn by people"),
  ];
}

function number(label, value, note, standing = "") {
  return el("div", { class: "pg-number-row", dataset: { standing } }, el("dt", {}, label), el("dd", {}, el("strong", {}, value), el("span", { class: "pg-hint" }, note)));
}

function band(measure) {
  return `${tidy(measure.band[0])} to ${tidy(measure.band[1])}`;
}

/** Samples in rows of four; with `near`, each row is followed by the row of its nearest digits. */
function drawSamples(canvas, samples, near) {
  const count = samples.length / (SIDE * SIDE);
  const perRow = near ? 2 : 1;
  const gap = near ? 3 : 0; // parts a sample and its digit from the next pair
  const bandHeight = perRow * SIDE + gap;
  const [width, height] = [ACROSS * SIDE, Math.ceil(count / ACROSS) * bandHeight - gap];
  const sheet = new Uint8Array(width * height);
  const put = (source, index, row) => {
    const left = (index % ACROSS) * SIDE;
    const top = Math.floor(index / ACROSS) * bandHeight + row * SIDE;
    for (let y = 0; y < SIDE; y += 1) {
      const from = (index * SIDE + y) * SIDE;
      sheet.set(source.subarray(from, from + SIDE), (top + y) * width + left);
    }
  };
  for (let row = 1; near && row < count / ACROSS; row += 1) sheet.fill(110, (row * bandHeight - gap) * width, row * bandHeight * width);
  for (let index = 0; index < count; index += 1) {
    put(samples, index, 0);
    if (near) put(near, index, 1);
  }
  drawPixels(canvas, sheet, width, height);
}

/** @returns {Uint8Array} the bytes of base64 text */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
