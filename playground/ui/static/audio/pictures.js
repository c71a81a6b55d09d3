/** @file Frames of audio models as people read them: spectrograms in colour, piano rolls as bars. */

import { el } from "../core/dom.js";
import { drawPixels } from "../core/frames.js";
import { drawRoll } from "../core/scores.js";

/**
 * @typedef {import("../core/scores.js").RollSize & {stepsPerQuarter: number, stepsPerBar: number}} RollFacts
 */

/** How to read a model's rolls. @param {Pick<Card, "output">} card @returns {RollFacts} */
export function rollFacts({ output }) {
  const { height, width, highest, steps_per_quarter: stepsPerQuarter } = /** @type {Required<OutputSpec>} */ (output);
  return { height, width, highest, stepsPerQuarter, stepsPerBar: 4 * stepsPerQuarter };
}

/** Whether a model makes single notes; else it makes music. @param {Pick<Card, "output">} card @returns {boolean} */
export function makesNotes(card) {
  return card.output.kind === "sound";
}

/**
 * Draw one frame of a model.
 * @param {HTMLCanvasElement} canvas
 * @param {Pick<Card, "output">} card
 * @param {Uint8Array} pixels output.height * width values
 * @param {{playhead?: number|null, width?: number}} [options] playhead: in steps of a roll; width: of a roll of another length
 */
export function drawHeard(canvas, card, pixels, { playhead = null, width = card.output.width } = {}) {
  if (makesNotes(card)) drawPixels(canvas, pixels, card.output);
  else drawRoll(canvas, pixels, { ...rollFacts(card), width }, { playhead });
}

/**
 * A canvas; the style sheet gives it its size.
 * @param {{label?: string, className: string, id?: string|null}} options label: what a screen reader says ("" = decoration)
 * @returns {HTMLCanvasElement}
 */
export function saidCanvas({ label = "", className, id = null }) {
  return el("canvas", {
    class: className,
    id,
    ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
  });
}

/** One for frames of audio models. @param {{label?: string, className?: string}} [options] */
export function heardCanvas({ label, className = "" } = {}) {
  return saidCanvas({ label, className: `pg-heard ${className}` });
}
