/** @file A typed text to its latent and back: what the model keeps of it. */

import { run } from "../../core/api.js";
import { announce, button, el, hint } from "../../core/dom.js";
import { explicit } from "../../core/latents.js";
import { openInExplore } from "../../core/open.js";
import { written } from "../../core/texts.js";
import { difference } from "./diff.js";

const MARKS = /** @type {const} */ ({ lost: "del", new: "ins" });

/**
 * @param {import("../../core/types.js").Card} card
 * @param {string} text
 * @param {import("../../core/types.js").Settings} settings
 * @returns {Promise<HTMLElement[]>} what is shown of it
 */
export async function rebuiltView(card, text, settings) {
  const { header } = await run(card.id, "rebuild", { text, settings });
  const { read = text, text: back, edits, words, exact, z } = header;
  const byWords = read.includes(" ");
  const unit = byWords ? "words" : "letters";
  const parts = (/** @type {string} */ whole) => (byWords ? whole.split(/\s+/).filter(Boolean) : [...whole]);
  const marked = difference(parts(read), parts(back)).flatMap(({ kind, part }, i) => [
    byWords && i > 0 && " ",
    kind === "same" ? part : el(MARKS[kind], { class: `pg-${kind}` }, part),
  ]);
  const verdict = exact
    ? "It came back exactly."
    : `${edits} of ${words} ${unit} ${edits === 1 ? "is" : "are"} different.`;
  announce(verdict);
  return [
    el(
      "dl",
      { class: "pg-rebuilt" },
      [
        ["You typed", written(text)],
        ["The model reads", written(read)],
        ["It gives back", written(back || "(an empty text)", { id: "pg-rebuilt-text" })],
        ["Difference", el("p", { class: "pg-written pg-difference", dir: "auto" }, marked)],
      ].flatMap(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]),
    ),
    el("p", { class: "pg-verdict-line" }, verdict),
    hint(
      `Edit distance ${edits}: the fewest ${unit} to insert, remove or replace. Its latent has ${z.length} numbers.`,
    ),
    el(
      "div",
      { class: "pg-row" },
      button("Open in Explore", () => openInExplore({ model: card.id, spec: explicit(z), settings }), {
        title: "Walk on from this latent",
      }),
    ),
  ];
}
