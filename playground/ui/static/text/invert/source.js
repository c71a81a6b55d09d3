/** @file The visitor's own text, kept in the page's link with whether it was looked at. */

import { button, el } from "../../core/dom.js";
import { textField } from "../../core/texts.js";

const LONGEST_KEPT = 2000; // characters that the address keeps

/**
 * @typedef {import("../../panels/invert.js").Source} Source
 */

/**
 * @param {{onSource: (source: Source) => void, exampleOf: (card: Card) => string,
 *   state: Slice<{text: string|null, ran: boolean}>}} options
 *   exampleOf: what stands there until something is typed
 */
export function textSource({ onSource, exampleOf, state }) {
  const { text } = state.get();
  let example = "";
  const field = textField({
    label: "Text",
    rows: 4,
    value: typeof text === "string" ? text : "",
    note: "Ctrl+Enter looks.",
    onInput: () => keep(state.get().ran),
    onSend: look,
  });

  /** @param {boolean} ran */
  function keep(ran) {
    const text = field.value();
    state.set({ text: text.length <= LONGEST_KEPT ? text : null, ran });
  }

  function look() {
    keep(true);
    onSource(given());
  }

  /** @returns {Source} */
  function given() {
    const request = { text: field.value() };
    return { name: "your text", note: "", kind: "text", request, body: new Uint8Array() };
  }

  /** @param {Card} card */
  function rebuild(card) {
    const untouched = field.value() === example;
    example = exampleOf(card);
    if (untouched) field.set(example);
  }

  const go = button("Look", look, { kind: "primary" });
  const now = () => (state.get().ran && field.value() ? given() : null);
  const root = el("div", { class: "pg-stack" }, field.root, el("div", { class: "pg-row" }, go));
  return { root, rebuild, now, hidden: () => {} };
}
