/** @file Real data and models side by side: samples as texts, what they share with training marked, the headline numbers. */

import { bytesOf, modelNumbers, realNumbers } from "../../panels/compare/columns.js";
import { el, hint } from "../../core/dom.js";
import { textOfBytes } from "../../core/texts.js";

/**
 * @param {object} result of a comparison
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
      column(result.real, 0, realNumbers(result), result, nearest),
      result.models.map((model, place) => column(model, place + 1, modelNumbers(model, result), result, nearest)),
    ),
  );
}

function column(one, place, numbers, result, nearest) {
  const texts = textsIn(one.samples, result.output.width);
  const near = textsIn(one.nearest, result.output.width);
  const { spans, near_spans: nearSpans } = one.nearest_facts;
  const items = texts.map((text, index) =>
    el(
      "li",
      { class: "pg-read" },
      el(
        "p",
        { class: "pg-written", dir: "auto" },
        text ? marked(text, spans[index]) : el("em", {}, "nothing was written"),
      ),
      nearest && nearText(near[index], nearSpans[index], result),
    ),
  );
  const label = `${texts.length} samples of ${one.name}`;
  const root = el(
    "div",
    { class: "pg-card pg-compared", role: "listitem" },
    el(
      "h3",
      { class: "pg-title pg-swatched" },
      el("span", { class: `pg-swatch pg-swatch-${place}`, "aria-hidden": "true" }),
      one.name,
    ),
    el(
      "ul",
      { class: "pg-read-list", dataset: { dataset: result.dataset }, tabindex: "0", "aria-label": label },
      items,
    ),
    el("dl", { class: "pg-numbers" }, numbers),
    one.verdict &&
      el(
        "details",
        { class: "pg-fold" },
        el("summary", {}, "In a sentence"),
        el("p", { class: "pg-hint" }, one.verdict),
      ),
  );
  root.style.gridRow = `span ${3 + numbers.length}`; // parts of one kind stand in one line across the columns
  return root;
}

/** The training text that shares most with a sample. */
function nearText(text, span, result) {
  const words = text
    ? ["Training: ", ...marked(text, span)]
    : `No training ${result.words.one} shares anything with it.`;
  return el("p", { class: "pg-hint pg-read-near", dir: "auto" }, words);
}

/** A text whose characters from `start` to `end` are marked. @returns {(string|HTMLElement)[]} */
function marked(text, [start, end]) {
  return end > start ? [text.slice(0, start), el("mark", {}, text.slice(start, end)), text.slice(end)] : [text];
}

/** The texts of base64 bytes, each `width` of them. @returns {string[]} */
function textsIn(content, width) {
  const bytes = bytesOf(content);
  return Array.from({ length: bytes.length / width }, (_, index) =>
    textOfBytes(bytes.subarray(index * width, (index + 1) * width)),
  );
}
