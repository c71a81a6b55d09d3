/** @file A comparison's figures, its table of every number, and both as files. */

import { csvOf } from "../../core/csv.js";
import { button, download, el, fold, group, table } from "../../core/dom.js";
import { tidy } from "../../core/models.js";
import { bytesOfBase64 } from "../../core/wire.js";
import { figureWords, STANDING } from "./words.js";

/**
 * @typedef {import("./types.js").CompareResult} CompareResult
 * @typedef {import("./types.js").ModelColumn} ModelColumn
 * @typedef {import("./types.js").Measure} Measure
 * @typedef {import("./types.js").Figure} Figure
 */

/** The figures with a sentence each, the words of a screen reader, and a button to keep them. @param {CompareResult} result */
export function figures(result) {
  const kind = result.words;
  return el(
    "div",
    { class: "pg-figures" },
    result.figures.map((figure) => drawn(figure, fileStem(result), kind)),
  );
}

/** @param {Figure} figure @param {string} stem @param {Words} kind */
function drawn(figure, stem, kind) {
  const keep = button("PNG", () => download(figureBlob(figure), `${stem}-${figure.name}.png`), {
    label: `Save the figure ${figure.title} as PNG`,
  });
  return el(
    "figure",
    { class: "pg-card pg-result-figure" },
    el("div", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, figure.title), keep),
    el("img", { src: `data:image/png;base64,${figure.png}`, alt: figure.caption }),
    el("figcaption", { class: "pg-hint" }, figureWords(figure.name, kind), fold("The figure in words", figure.caption)),
  );
}

/** Every number of every model with its band, direction and protocol. @param {CompareResult} result */
export function numbersTable(result) {
  const [first] = result.models;
  const kind = result.words;
  const head = ["Number", ...result.models.map((model) => model.name), "Perfect sampler", "Better is"];
  /** @param {string} label @param {Child} help @param {HTMLElement[]} cells @param {string} real @param {string} better */
  const row = (label, help, cells, real, better) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, label, el("span", { class: "pg-help" }, help)),
      cells,
      el("td", {}, real),
      el("td", {}, better),
    );
  const ofEach = (/** @type {(model: ModelColumn) => string} */ text) =>
    result.models.map((model) => el("td", {}, text(model)));
  const rows = first.measures.map((measure, i) =>
    row(
      measure.label,
      [measure.help, " ", el("code", {}, measure.protocol)],
      result.models.map((model) => cell(model.measures[i])),
      `${tidy(measure.floor)} (${tidy(measure.band[0])} to ${tidy(measure.band[1])})`,
      measure.two_sided ? "inside the band" : measure.better === "higher" ? "more" : "less",
    ),
  );
  const nearest = row(
    `Nearest training ${kind.one}`,
    `Median distance (${kind.distance}) of the shown samples.`,
    ofEach((model) => tidy(model.nearest_median)),
    tidy(result.real.nearest_median),
    "near the real value",
  );
  const cost = row(
    kind.cost,
    kind.cost_help,
    ofEach((model) => `${tidy(1000 * model.cost_s)} ms`),
    "–",
    "less",
  );
  const operations = row(
    "Operations per sample",
    "Floating-point operations to draw one sample.",
    ofEach((model) => (model.flops_per_sample ? `${tidy(model.flops_per_sample / 1e6)} M` : "–")),
    "–",
    "less",
  );
  return table("Every number", head, [...rows, nearest, cost, operations]);
}

/** @param {Measure} measure */
function cell(measure) {
  return el(
    "td",
    { dataset: { standing: measure.standing } },
    el("strong", {}, tidy(measure.value)),
    el("span", { class: "pg-help" }, STANDING[measure.standing]),
  );
}

/** Buttons for the numbers as CSV and JSON, and all figures. @param {CompareResult} result */
export function downloads(result) {
  const stem = fileStem(result);
  const save = (/** @type {string} */ content, /** @type {string} */ type, /** @type {string} */ name) =>
    download(new Blob([content], { type }), name);
  return group(
    "Save the comparison",
    el("span", { class: "pg-label" }, "Save"),
    button("Numbers as CSV", () => save(toCsv(result), "text/csv", `${stem}.csv`)),
    button("Numbers as JSON", () =>
      save(JSON.stringify(toNumbers(result), null, 1), "application/json", `${stem}.json`),
    ),
    button("All figures", () =>
      result.figures.forEach((figure) => download(figureBlob(figure), `${stem}-${figure.name}.png`)),
    ),
  );
}

/** The result without its pictures, as it is saved; texts stay in it. @param {CompareResult} result */
function toNumbers(result) {
  const numbers = (/** @type {import("./types.js").Column} */ { samples, nearest, ...rest }) =>
    Array.isArray(samples) ? { ...rest, samples, nearest } : rest;
  return {
    request: result.request,
    verdict: result.verdict,
    real: numbers(result.real),
    models: result.models.map(numbers),
  };
}

/** One line per model and number. @param {CompareResult} result @returns {string} */
function toCsv(result) {
  const { n, seed } = result.request;
  /** @type {(model: ModelColumn, protocol: string, value: number, rest: Record<string, any>) => (string|number|null)[]} */
  const line = (model, protocol, value, { floor = "", band = ["", ""], better = "", unit, standing = "", of = n }) => [
    model.id,
    protocol,
    value,
    floor,
    ...band,
    better,
    unit,
    standing,
    of,
    seed,
  ];
  const head = "model,protocol,value,perfect_sampler,band_low,band_high,better,unit,standing,n,seed".split(",");
  const time = { better: "lower", unit: "s" };
  const costOf = result.output.kind === "text" ? "seconds-per-token" : "seconds-per-second-of-sound";
  const lines = result.models.flatMap((model) => [
    ...model.measures.map((measure) => line(model, measure.protocol, measure.value, measure)),
    line(model, "nearest-training-item-median", model.nearest_median, {
      floor: result.real.nearest_median,
      unit: result.words.unit,
      of: model.predictions.length,
    }),
    line(model, "seconds-per-sample", model.seconds_per_sample, time),
    ...(model.cost_s === model.seconds_per_sample ? [] : [line(model, costOf, model.cost_s, time)]),
  ]);
  return csvOf([head, ...lines]);
}

/** @param {Figure} figure */
function figureBlob(figure) {
  return new Blob([bytesOfBase64(figure.png)], { type: "image/png" });
}

/** @param {CompareResult} result */
function fileStem({ request: { models, n, seed } }) {
  return `compare-${models.map((id) => id.split("/").pop()).join("-")}-n${n}-seed${seed}`;
}
