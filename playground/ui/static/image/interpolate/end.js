/** @file An end of a walk between pictures, which can be drawn or given as a file. */

import { button, el, hint } from "../../core/dom.js";
import { drawPixels, pictureCanvas, pictureLook } from "../../core/frames.js";
import { paintPad } from "../../core/paint.js";
import { fileField, pictureBytes } from "../../core/uploads.js";
import { finder } from "../../panels/interpolate/finder.js";

const SEARCH_STEPS = 300;
const FILE_WORDS =
  "A picture of one digit, light on dark or dark on light. It is cut out, centred and made 28 pixels small, as the training digits were.";

/**
 * @param {import("../../panels/interpolate/endcard.js").Chooser} chooser
 * @param {(pixels: Uint8Array) => void} onSearch a search has come to this picture
 * @returns {import("../../panels/interpolate/endcard.js").EndKit}
 */
export function pictureEnd({ now, end, give, problem }, onSearch) {
  const canvas = pictureCanvas({ size: 112, label: "An end of the walk" });
  const drawOn = (/** @type {HTMLCanvasElement} */ place, /** @type {Uint8Array} */ pixels) =>
    drawPixels(place, pixels, now().card.output);
  const draw = (/** @type {Uint8Array} */ pixels) => drawOn(canvas, pixels);
  const result = finder({
    steps: SEARCH_STEPS,
    make: (label) => pictureCanvas({ size: 56, label }),
    draw: drawOn,
    onStep({ picture }) {
      draw(picture);
      onSearch(picture);
    },
  });
  const pad = paintPad({ size: 168 });
  /** @type {import("../../panels/interpolate/ends.js").Given|undefined} the drawing that was taken from the pad, or put on it */
  let drawing;
  const use = button(
    "Use this drawing",
    () => {
      if (pad.isEmpty()) problem.show(new Error("The pad is empty: draw a digit first."));
      else give((drawing = { from: "draw", kind: "image", request: { raw: true }, body: pad.pixels.slice() }));
    },
    { kind: "primary" },
  );
  const file = fileField({
    label: "Picture file (PNG, JPEG, WEBP)",
    accept: "image/*",
    problem,
    onFile: async (chosen) => give({ from: "file", kind: "image", request: {}, body: await pictureBytes(chosen) }),
  });

  function byDrawing() {
    const { given } = end();
    if (given?.from === "draw" && given !== drawing) pad.load((drawing = given).body);
    return el("div", { class: "pg-stack" }, pad.root, use, result.root);
  }

  const byFile = () => el("div", { class: "pg-stack" }, file, hint(FILE_WORDS), result.root);

  return {
    shown: canvas,
    draw,
    rename: (name, role) => canvas.setAttribute("aria-label", `${name}, ${role}`),
    samples: pictureLook(56),
    gift: "a picture",
    ways: {
      draw: { title: "Draw", told: "from your drawing", show: byDrawing },
      file: { title: "File", told: "from your file", show: byFile },
    },
    find: result.find,
  };
}
