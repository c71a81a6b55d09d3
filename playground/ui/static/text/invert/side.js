/** @file One of two texts beside each other. */

import { el, fill } from "../../core/dom.js";
import { written } from "../../core/texts.js";

/**
 * @param {{title: string, id: string}} options
 * @returns {import("../../panels/invert.js").Side} show: a text; words (null: as before)
 */
export function side({ title, id }) {
  const body = written(" ", { id, class: "pg-invert-text" });
  const words = el("p", { class: "pg-caption" }, " ");

  /** @param {string} text @param {string|null} told */
  function show(text, told) {
    fill(body, text || "(an empty text)");
    if (told !== null) words.textContent = told;
  }

  const rebuild = () => [body, words].forEach((one) => (one.textContent = " "));
  const heading = el("figcaption", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, title));
  return { root: el("figure", { class: "pg-invert-side" }, heading, body, words), rebuild, show, stop: () => {} };
}
