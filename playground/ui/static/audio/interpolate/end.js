/** @file An end of a walk between sounds: it can be heard, and given as a recording, a file or a real one. */

import { button, inRow, stacked } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { finder } from "../../panels/interpolate/finder.js";
import { soundSource } from "../invert/source.js";
import { drawHeard, heardCanvas } from "../pictures.js";

const SEARCH_STEPS = 200;

/**
 * @param {import("../../panels/interpolate/endcard.js").Chooser} chooser
 * @param {(pixels: Uint8Array, spec: Spec) => void} onHear play it
 * @returns {import("../../panels/interpolate/endcard.js").EndKit & {hidden: () => void}}
 */
export function soundEnd({ now, end, give }, onHear) {
  /** @type {Uint8Array|null} */
  let pixels = null;
  const canvas = heardCanvas({ className: "pg-sound-end-picture", label: "An end of the walk" });
  const hear = button("Hear", () => pixels && onHear(pixels, end().spec), { disabled: true });
  const drawOn = (/** @type {HTMLCanvasElement} */ place, /** @type {Uint8Array} */ frame) =>
    drawHeard(place, now().card, frame);
  const source = soundSource({ onSource: (what) => give({ from: "own", ...what }) });
  const result = finder({
    steps: SEARCH_STEPS,
    make: (label) => heardCanvas({ label }),
    draw: drawOn,
    onStep: ({ picture }) => draw(picture),
  });

  /** @param {Uint8Array} next */
  function draw(next) {
    pixels = next;
    hear.disabled = false;
    drawOn(canvas, pixels);
  }

  return {
    className: "pg-sound-end",
    shown: canvas,
    beside: inRow(hear),
    draw,
    rename(name, role) {
      canvas.setAttribute("aria-label", `${name}, ${role}`);
      hear.setAttribute("aria-label", `Hear ${name}`);
    },
    samples: { make: () => heardCanvas(), draw: (place, reply, index) => drawOn(place, frameOf(reply, index)) },
    onPick: (spec, frame) => onHear(frame, spec),
    gift: "a sound",
    ways: {
      own: {
        title: "Own",
        told: "from your sound",
        show() {
          source.rebuild(now().card);
          return stacked(source.root, result.root);
        },
      },
    },
    async find(given, present, stop) {
      const found = await result.find(given, present, stop);
      return found && { ...found, told: `from ${given.name}` };
    },
    hidden: source.hidden,
  };
}
