/** @file One of two pictures beside each other. */

import { el } from "../../core/dom.js";
import { drawPixels, outputWords, penOf, pictureCanvas } from "../../core/frames.js";

/**
 * @param {{title: string, id: string}} options
 * @returns {import("../../panels/invert.js").Side} show: {pixels} of the model's size; words (null: as before)
 */
export function side({ title, id }) {
  const canvas = pictureCanvas({ className: "pg-invert-still", label: `${title}: nothing yet` });
  canvas.id = id;
  const words = el("p", { class: "pg-caption" }, " ");
  /** @type {OutputSpec|null} */
  let output = null;

  /** @param {{pixels: Uint8Array}} item @param {string|null} told */
  function show({ pixels }, told) {
    if (!output) return;
    drawPixels(canvas, pixels, output);
    if (told === null) return;
    words.textContent = [told, outputWords(pixels, output)].filter(Boolean).join(": ");
    canvas.setAttribute("aria-label", `${title}: ${words.textContent}`);
  }

  /** @param {Card} card */
  function rebuild(card) {
    output = card.output;
    delete canvas.dataset.drawn;
    penOf(canvas).clearRect(0, 0, canvas.width, canvas.height);
    words.textContent = " ";
  }

  const heading = el("figcaption", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, title));
  return { root: el("figure", { class: "pg-invert-side" }, heading, canvas, words), rebuild, show, stop: () => {} };
}
