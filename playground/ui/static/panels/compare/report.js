/** @file A comparison's figures, its table of every number, and both as files. */

import { button, download, el, fold } from "../../core/dom.js";
import { tidy } from "../../core/models.js";
import { bytesOf } from "./columns.js";
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

/** @param {Figure} figure @param {string} stem @param {import("../../core/types.js").Words} kind */
function drawn(figure, stem, kind) {
  const keep = button("PNG", () => download(figureBlob(figure), `${stem}-${figure.name}.png`), {
    label: `Save the figure ${figure.title} as PNG`,
  });
  return el(
    "figure",
    { class: "pg-card pg-result-figure" },
    el("div", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, figure.title), keep),
    el("img", { src: `data:image/png;base64,${figure.png}`, alt: figure.caption }),
    el(
      "figcaption",
      { class: "pg-hint" },
      figureWords(figure.name, kind),
      fold("The figure in words", el("p", {}, figure.caption)),
    ),
  );
}

/** Every number of every model with its band, direction and protocol. @param {CompareResult} result */
export function numbersTable(result) {
  const [first] = result.models;
  const kind = result.words;
  const head = ["Number", ...result.models.map((model) => model.name), "Perfect sampler", "Better is"];
  const rows = first.measures.map((measure, i) =>
    el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        measure.label,
        el("span", { class: "pg-help" }, measure.help, " ", el("code", {}, measure.protocol)),
      ),
      result.models.map((model) => cell(model.measures[i])),
      el("td", {}, `${tidy(measure.floor)} (${tidy(measure.band[0])} to ${tidy(measure.band[1])})`),
      el("td", {}, measure.two_sided ? "inside the band" : measure.better === "higher" ? "more" : "less"),
    ),
  );
  /** @param {string} label @param {string} help @param {(model: ModelColumn) => string} of @param {string} real @param {string} better */
  const extra = (label, help, of, real, better) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, label, el("span", { class: "pg-help" }, help)),
      result.models.map((model) => el("td", {}, of(model))),
      el("td", {}, real),
      el("td", {}, better),
    );
  const others = [
    extra(
      `Nearest training ${kind.one}`,
      `Median distance (${kind.distance}) of the shown samples.`,
      (model) => tidy(model.nearest_median),
      tidy(result.real.nearest_median),
      "near the real value",
    ),
    extra(kind.cost, kind.cost_help, (model) => `${tidy(1000 * model.cost_s)} ms`, "–", "less"),
    extra(
      "Operations per sample",
      "Floating-point operations to draw one sample.",
      (model) => (model.flops_per_sample ? `${tidy(model.flops_per_sample / 1e6)} M` : "–"),
      "–",
      "less",
    ),
  ];
  return el(
    "div",
    { class: "pg-scroll", tabindex: "0", role: "region", "aria-label": "Every number" },
    el(
      "table",
      { class: "pg-table" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          head.map((text) => el("th", { scope: "col" }, text)),
        ),
      ),
      el("tbody", {}, rows, others),
    ),
  );
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
  return el(
    "div",
    { class: "pg-row", role: "group", "aria-label": "Save the comparison" },
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
  /** @type {(string|number)[][]} */
  const lines = [
    [
      "model",
      "protocol",
      "value",
      "perfect_sampler",
      "band_low",
      "band_high",
      "better",
      "unit",
      "standing",
      "n",
      "seed",
    ],
  ];
  for (const model of result.models) {
    for (const m of model.measures)
      lines.push([model.id, m.protocol, m.value, m.floor, ...m.band, m.better, m.unit, m.standing, n, seed]);
    lines.push([
      model.id,
      "nearest-training-item-median",
      model.nearest_median,
      result.real.nearest_median,
      "",
      "",
      "",
      result.words.unit,
      "",
      model.predictions.length,
      seed,
    ]);
    lines.push([model.id, "seconds-per-sample", model.seconds_per_sample, "", "", "", "lower", "s", "", n, seed]);
    if (model.cost_s !== model.seconds_per_sample)
      lines.push([
        model.id,
        result.output.kind === "text" ? "seconds-per-token" : "seconds-per-second-of-sound",
        model.cost_s,
        "",
        "",
        "",
        "lower",
        "s",
        "",
        n,
        seed,
      ]);
  }
  const quoted = (/** @type {string|number} */ value) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return lines.map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** @param {Figure} figure */
function figureBlob(figure) {
  return new Blob([bytesOf(figure.png)], { type: "image/png" });
}

/** @param {CompareResult} result */
function fileStem({ request: { models, n, seed } }) {
  return `compare-${models.map((id) => id.split("/").pop()).join("-")}-n${n}-seed${seed}`;
}
