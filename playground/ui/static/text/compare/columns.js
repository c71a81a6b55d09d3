/** @file Real data and models side by side: samples as texts, what they share with training marked, the headline numbers. */

import { comparedCards } from "../../panels/compare/columns.js";
import { el, hint } from "../../core/dom.js";
import { marked, written } from "../../core/texts.js";

/**
 * @typedef {import("../../panels/compare/types.js").CompareResult} CompareResult
 * @typedef {import("../../panels/compare/types.js").Column} Column
 * @typedef {[number, number]} Span of characters
 */

/**
 * @param {CompareResult} result
 * @param {boolean} nearest whether the training text that shares most stands under each sample
 * @returns {HTMLElement}
 */
export function readColumns(result, nearest) {
  const { one, shared } = result.words;
  return el(
    "div",
    { class: "pg-stack" },
    hint(
      `Marked in each ${one}: ${shared}, the longest such run. Short runs are no copies: real texts that were never trained on have them too.`,
    ),
    el(
      "div",
      { class: "pg-columns pg-read-columns", role: "list", dataset: { across: result.models.length + 1 } },
      comparedCards(result, (column) => readList(column, result, nearest)),
    ),
  );
}

/** @param {Column} column @param {CompareResult} result @param {boolean} nearest */
function readList(column, result, nearest) {
  const [texts, near] = [column.samples, column.nearest].map((some) => /** @type {string[]} */ (some));
  const { spans = [], near_spans: nearSpans = [] } = column.nearest_facts;
  const items = texts.map((text, index) =>
    el(
      "li",
      { class: "pg-read" },
      written(text ? marked(text, spans[index]) : el("em", {}, "nothing was written")),
      nearest && nearText(near[index], nearSpans[index], result.words.one),
    ),
  );
  const label = `${texts.length} samples of ${column.name}`;
  return el(
    "ul",
    { class: "pg-read-list", dataset: { dataset: result.dataset }, tabindex: "0", "aria-label": label },
    items,
  );
}

/** The training text that shares most with a sample. @param {string} text @param {Span} span @param {string} noun of a text */
function nearText(text, span, noun) {
  const words = text ? ["Training: ", ...marked(text, span)] : `No training ${noun} shares anything with it.`;
  return el("p", { class: "pg-hint pg-read-near", dir: "auto" }, words);
}
