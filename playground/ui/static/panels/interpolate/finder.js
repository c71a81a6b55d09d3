/** @file The latent of a picture or sound that was given for an end: it beside what the model makes of it, with progress of a search. */

import { button, el, fill, inRow } from "../../core/dom.js";
import { findLatent } from "../../core/find.js";
import { wayToFind } from "../../core/models.js";
import { errorWords } from "../invert/errors.js";

/**
 * @typedef {import("../../core/find.js").Found} Found
 * @typedef {import("./endcard.js").EndKit} EndKit
 */

/**
 * @param {{steps: number, make: (label: string) => HTMLCanvasElement, draw: (canvas: HTMLCanvasElement, pixels: Uint8Array) => void,
 *   onStep: (found: Found) => void}} options  steps: of a search; onStep: it has come to this
 * @returns {{root: HTMLElement, find: EndKit["find"]}}
 */
export function finder({ steps, make, draw, onStep }) {
  const [target, picture] = [make("What was given"), make("What the model makes of it")];
  const words = el("p", { class: "pg-hint", role: "status" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Search" });
  const stopPlace = inRow();
  const figure = (/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ text) =>
    el("figure", { class: "pg-figure" }, canvas, el("figcaption", { class: "pg-hint" }, text));
  const root = el(
    "div",
    { class: "pg-stack", hidden: true },
    el("div", { class: "pg-found" }, figure(target, "yours"), figure(picture, "model's"), words),
    bar,
    stopPlace,
  );
  let said = ""; // of the last one found

  /** @param {Found} found */
  function step(found) {
    draw(target, found.target);
    draw(picture, found.picture);
    bar.value = found.done / found.of;
    said = `${found.of > 1 ? `Step ${found.done} of ${found.of}. ` : ""}${errorWords(found.errors)} ${found.note}`;
    words.textContent = said;
  }

  /** @type {EndKit["find"]} */
  async function find({ request, body }, { card, settings }, stop) {
    const searching = wayToFind(card) === "invert";
    root.hidden = false;
    bar.hidden = !searching;
    bar.value = 0;
    words.textContent = searching ? "Searching for the latent that comes closest…" : "Encoding…";
    fill(stopPlace, searching && button("Stop and keep this", () => stop.abort()));
    const onProgress = (/** @type {Found} */ part) => {
      step(part);
      onStep(part);
    };
    try {
      const asked = { request: { ...request, settings }, body, steps, signal: stop.signal, onProgress };
      const found = await findLatent(card, asked);
      if (found) step(found);
      return found && { z: found.z, words: `latent found. ${errorWords(found.errors)}` };
    } finally {
      bar.hidden = true;
      root.hidden = !said;
      words.textContent = said;
      fill(stopPlace);
    }
  }

  return { root, find };
}
