/** @file The steps of a walk side by side: each a button that is heard, by click, arrow keys or its number. */

import { el, fill } from "../../core/dom.js";
import { drawHeard, heardCanvas, makesNotes } from "../pictures.js";

/**
 * @param {{onPlay: (index: number) => void}} options onPlay: the visitor asked to hear a step
 * @returns {{root: HTMLElement, reserve: (card: Card, count: number) => void, draw: (index: number, pixels: Uint8Array) => void,
 *   ready: (indices: number[]) => void, unready: () => void, mark: (index: number|null, playhead?: number|null) => void}}
 *   reserve: so many empty steps; ready: these can be heard at once; mark: the step that is heard now
 */
export function stepRow({ onPlay }) {
  /** @type {{button: HTMLButtonElement, canvas: HTMLCanvasElement, pixels: Uint8Array|null}[]} */
  let steps = [];
  /** @type {Card|null} */
  let card = null;
  /** @type {number|null} */
  let marked = null;
  const root = el("div", { class: "pg-steps", role: "toolbar", "aria-label": "Steps from A to B" });

  /** @param {Card} next @param {number} count */
  function reserve(next, count) {
    if (card === next && steps.length === count) return;
    card = next;
    steps = Array.from({ length: count }, (_, index) => {
      const canvas = heardCanvas();
      const share = index === 0 ? "A" : index === count - 1 ? "B" : `${Math.round((100 * index) / (count - 1))} %`;
      const place = { A: "A, the start", B: "B, the end" }[share] ?? `${share} of the way from A to B`;
      const button = el(
        "button",
        {
          type: "button",
          class: "pg-step",
          tabindex: index ? "-1" : "0",
          "aria-label": `Hear step ${index + 1} of ${count}: ${place}`,
          onclick: () => (moveTo(index), onPlay(index)),
        },
        canvas,
        el("span", { class: "pg-step-words" }, share),
      );
      return { button, canvas, pixels: null };
    });
    root.dataset.kind = next.output.kind;
    fill(
      root,
      steps.map(({ button }) => button),
    );
  }

  /** @param {number} index */
  function moveTo(index) {
    steps.forEach(({ button }, i) => (button.tabIndex = i === index ? 0 : -1));
    steps[index].button.focus();
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = steps.findIndex(({ button }) => button === document.activeElement);
    const last = steps.length - 1;
    /** @type {Record<string, number>} */
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    const number = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : undefined;
    const next = places[event.key] ?? number;
    if (next === undefined || next < 0 || next > last) return;
    event.preventDefault();
    moveTo(next);
    if (number !== undefined) onPlay(next);
  });

  /** @param {number} index @param {Uint8Array} pixels */
  function draw(index, pixels) {
    const step = steps[index];
    step.pixels = pixels;
    if (card) drawHeard(step.canvas, card, pixels);
  }

  new ResizeObserver(() => {
    if (!card || makesNotes(card) || !root.clientWidth) return;
    steps.forEach(({ pixels }, index) => pixels && draw(index, pixels)); // rolls are drawn at their size on the page
  }).observe(root);

  return {
    root,
    reserve,
    draw,
    ready: (indices) => indices.forEach((index) => (steps[index].button.dataset.ready = "true")),
    unready: () => steps.forEach(({ button }) => delete button.dataset.ready),
    mark(index, playhead = null) {
      if (!card) return;
      if (marked !== null && marked !== index && steps[marked]) {
        const { button, pixels } = steps[marked];
        delete button.dataset.playing;
        if (pixels && !makesNotes(card)) draw(marked, pixels);
      }
      marked = index;
      if (index === null) return;
      const { button, canvas, pixels } = steps[index];
      button.dataset.playing = "true";
      if (playhead !== null && pixels) drawHeard(canvas, card, pixels, { playhead });
    },
  };
}
