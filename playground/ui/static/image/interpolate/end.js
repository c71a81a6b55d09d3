/** @file An end of a walk between pictures or points, which can be made by hand or given as a file. */

import { button, hint, stacked } from "../../core/dom.js";
import { drawPixels, outputWords, pictureCanvas, pictureLook } from "../../core/frames.js";
import { givingOf } from "../../core/giving.js";
import { fileField } from "../../core/uploads.js";
import { finder } from "../../panels/interpolate/finder.js";

const SEARCH_STEPS = 300;

/**
 * @param {import("../../panels/interpolate/endcard.js").Chooser} chooser
 * @param {(card: Card) => string} oneOf what one output of a model is called, such as "digit"
 * @param {(pixels: Uint8Array) => void} onSearch a search has come to this picture
 * @returns {import("../../panels/interpolate/endcard.js").EndKit}
 */
export function pictureEnd({ now, end, give, problem }, oneOf, onSearch) {
  const canvas = pictureCanvas({ size: 112, label: "An end of the walk" });
  let [called, where] = ["An end of the walk", ""];
  const tell = () => canvas.setAttribute("aria-label", [called, where].filter(Boolean).join(", "));
  const drawOn = (/** @type {HTMLCanvasElement} */ place, /** @type {Uint8Array} */ pixels) =>
    drawPixels(place, pixels, now().card.output);
  const draw = (/** @type {Uint8Array} */ pixels) => {
    drawOn(canvas, pixels);
    where = outputWords(pixels, now().card.output);
    tell();
  };
  const result = finder({
    steps: SEARCH_STEPS,
    make: (label) => pictureCanvas({ size: 56, label }),
    draw: drawOn,
    onStep({ picture }) {
      draw(picture);
      onSearch(picture);
    },
  });
  /** @type {Map<string, import("../../core/giving.js").Pad>} by the kind of what is made on it */
  const pads = new Map();
  /** @type {import("../../panels/interpolate/ends.js").Given|undefined} what was taken from the pad, or put on it */
  let drawing;

  function byHand() {
    const { card } = now();
    const { output } = card;
    const { kind } = output;
    const giving = givingOf(output);
    if (!giving.pad) return hint("The pad draws digits, and this model makes other pictures: give a file.");
    const pad = pads.get(kind) ?? giving.pad(168);
    pads.set(kind, pad);
    const use = () => {
      if (pad.isEmpty()) problem.show(new Error(giving.empty(oneOf(card))));
      else give((drawing = { from: "draw", kind, request: { raw: true }, body: pad.bytes() }));
    };
    const { given } = end();
    if (given?.from === "draw" && given.kind === kind && given !== drawing) pad.load((drawing = given).body);
    const useIt = button(`Use ${giving.made.replace("your", "this")}`, use, { kind: "primary" });
    return stacked(pad.root, useIt, result.root);
  }

  function byFile() {
    const { card } = now();
    const { output } = card;
    const { title, files, accept, fileWords, read } = givingOf(output);
    const file = fileField({
      label: `${title} file (${files})`,
      accept,
      problem,
      onFile: async (chosen) => give({ from: "file", kind: output.kind, request: {}, body: await read(chosen) }),
    });
    return stacked(file, hint(fileWords(oneOf(card))), result.root);
  }

  return {
    shown: canvas,
    draw,
    rename(name, role) {
      called = `${name}, ${role}`;
      tell();
    },
    samples: pictureLook(56),
    gift: "a picture",
    ways: {
      draw: { title: "Draw", told: "from your drawing", show: byHand },
      file: { title: "File", told: "from your file", show: byFile },
    },
    find: result.find,
  };
}
