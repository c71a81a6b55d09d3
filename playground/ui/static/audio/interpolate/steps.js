/** @file The steps of a walk side by side: each a button that is heard, by click, arrow keys or its number. */

import { el, fill } from "../../core/dom.js";
import { drawHeard, heardCanvas, makesNotes } from "../pictures.js";

/**
 * @param {{onPlay: (index: number) => void}} options onPlay: the visitor asked to hear a step
 * @returns {{root: HTMLElement, reserve: (card: object, count: number) => void, draw: (index: number, pixels: Uint8Array) => void,
 *   ready: (indices: number[]) => void, unready: () => void, mark: (index: number|null, playhead?: number|null) => void}}
 *   reserve: so many empty steps; ready: these can be heard at once; mark: the step that is heard now
 */
export function stepRow({ onPlay }) {
  let steps = []; // {button, canvas, pixels}
  let card = null;
  let marked = null;
  const root = el("div", { class: "pg-steps", role: "toolbar", "aria-label": "Steps from A to B" });

  /** How far along a step lies, in words. */
  const shareWords = (index) => {
    const last = steps.length - 1;
    if (index === 0) return "A";
    return index === last ? "B" : `${Math.round((100 * index) / last)} %`;
  };

  function reserve(next, count) {
    if (card === next && steps.length === count) return;
    card = next;
    steps = Array.from({ length: count }, (_, index) => {
      const canvas = heardCanvas();
      const button = el(
        "button",
        {
          type: "button",
          class: "pg-step",
          tabindex: index ? "-1" : "0",
          onclick: () => (moveTo(index), onPlay(index)),
        },
        canvas,
        el("span", { class: "pg-step-words" }),
      );
      return { button, canvas, pixels: null };
    });
    root.dataset.kind = card.output.kind;
    fill(
      root,
      steps.map(({ button }) => button),
    );
    steps.forEach(({ button }, index) => {
      button.lastChild.textContent = shareWords(index);
      const place =
        index === 0
          ? "A, the start"
          : index === count - 1
            ? "B, the end"
            : `${shareWords(index)} of the way from A to B`;
      button.setAttribute("aria-label", `Hear step ${index + 1} of ${count}: ${place}`);
    });
  }

  function moveTo(index) {
    steps.forEach(({ button }, i) => (button.tabIndex = i === index ? 0 : -1));
    steps[index].button.focus();
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = steps.findIndex(({ button }) => button === document.activeElement);
    const last = steps.length - 1;
    const walk = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    const number = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : undefined;
    const next = walk ?? number;
    if (next === undefined || next < 0 || next > last) return;
    event.preventDefault();
    moveTo(next);
    if (number !== undefined) onPlay(next);
  });

  function draw(index, pixels) {
    const step = steps[index];
    step.pixels = pixels;
    drawHeard(step.canvas, card, pixels);
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
      if (marked !== null && marked !== index && steps[marked]) {
        delete steps[marked].button.dataset.playing;
        if (steps[marked].pixels && !makesNotes(card)) draw(marked, steps[marked].pixels);
      }
      marked = index;
      if (index === null) return;
      const { button, canvas, pixels } = steps[index];
      button.dataset.playing = "true";
      if (playhead !== null && pixels) drawHeard(canvas, card, pixels, { playhead });
    },
  };
}
