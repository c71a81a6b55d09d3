/** @file The Interpolate panel of the Image tab: the walk as a large picture over a filmstrip, or a square of pictures. */

import { el, hint, range } from "../core/dom.js";
import { drawSheet, frameOf, pictureCanvas } from "../core/frames.js";
import { oneOfThem } from "../core/giving.js";
import { inside } from "../core/numbers.js";
import { interpolatePanel } from "../panels/interpolate.js";
import { exportButtons, formatsOf } from "../panels/interpolate/exports.js";
import { filmstrip } from "../panels/interpolate/filmstrip.js";
import { squarePad } from "../panels/interpolate/square.js";
import { pictureEnd } from "./interpolate/end.js";

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return interpolatePanel(root, context, {
    items: "pictures",
    defaults: { frames: 16, side: 8, cell: [0, 0] },
    about: ["What does a walk through latents show?", ABOUT],
    corners: () => true,
    parts: pictureWalk,
  });
}

/** @param {import("../panels/interpolate.js").Panel} panel @returns {import("../panels/interpolate.js").Parts} */
function pictureWalk({ place, state, datasets, corners, change, shown }) {
  const saved = state.get();
  let frames = inside(saved.frames, 8, 64, 16);
  let side = inside(saved.side, 4, 16, 8);
  const strip = filmstrip({ onMove: (at) => state.set({ at }) });
  const sheet = pictureCanvas({ className: "pg-corner-sheet" });
  const big = pictureCanvas({ className: "pg-corner-big", label: "The present picture" });
  const pad = squarePad({
    sheet,
    big,
    control: "two-dimensional slider",
    about: "Square between four pictures. Arrow keys move by one picture; Home and End go to A and D.",
    below: hint("Move over the square, or use the arrow keys."),
    onMove: (cell) => state.set({ cell }),
    onShow: (words) => big.setAttribute("aria-label", `The present picture: ${words}`),
  });
  const count = range({
    label: "Frames",
    min: 8,
    max: 64,
    value: frames,
    words: (n) => `${n} pictures from A to B`,
    onCommit: (next) => change({ frames: (frames = next) }),
  });
  const sides = range({
    label: "Square",
    min: 4,
    max: 16,
    value: side,
    shown: (n) => `${n} × ${n}`,
    words: (n) => `${n} by ${n} pictures`,
    onCommit: (next) => change({ side: (side = next) }),
  });
  const stripPlace = el("div", { class: "pg-strip-place" }, strip.strip);

  return {
    controls: [count.root, sides.root],
    size: (four) => (four ? { side } : { frames }),
    arrange(four) {
      count.root.hidden = stripPlace.hidden = four;
      sides.root.hidden = !four;
      strip.reserve(frames);
      strip.pause();
      return four ? pad.root : strip.picture;
    },
    files: () => [stripPlace, exportButtons(shown, formatsOf(place.card.output))],
    draw(reply, four) {
      const { at, cell } = state.get();
      if (four) {
        const { side: drawn } = reply.header; // the control may have moved on
        drawSheet(sheet, reply, drawn);
        pad.load(reply, [inside(cell?.[0], 0, drawn - 1, 0), inside(cell?.[1], 0, drawn - 1, 0)]);
      } else strip.load(reply, inside(at, 0, reply.header.frames - 1, 0));
    },
    itemOf: frameOf,
    endKit: (chooser) => pictureEnd(chooser, oneOfThem(datasets), (pixels) => !corners() && strip.preview(pixels)),
    leave: strip.pause,
  };
}

const ABOUT = [
  "If a model has understood its data, every point between two pictures is a plausible picture too, and the change is smooth. Sudden jumps show that the model keeps the two apart; blurred middles show that it averages.",
  "Random latents of many numbers all lie at nearly the same distance from the centre, on a shell. The straight line between two of them cuts through the emptier inside; the spherical path stays on the shell.",
  "A picture of your own is turned into a latent by the model's encoder, or, for a GAN, by a search: start from a latent and change it in small steps until what it draws resembles yours.",
];
