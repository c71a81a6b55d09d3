/** @file A square between four instruments that is played: pressed or walked over, it sounds as the timbre under it. */

import { el, hint, problemBox } from "../../core/dom.js";
import { drawPixels, frameOf } from "../../core/frames.js";
import { audio, play } from "../../core/sound.js";
import { squarePad } from "../../panels/interpolate/square.js";
import { heardCanvas } from "../pictures.js";
import { coarseFirst, WalkSounds } from "./sounds.js";

const STRUCK_FADE_MS = 60; // of the note before, when the next is struck

/**
 * @typedef {import("../../panels/interpolate/square.js").Cell} Cell
 */

/**
 * @param {{onMove: (cell: Cell) => void}} options cell: where the visitor settled
 * @returns {{root: HTMLElement, load: (reply: Reply, what: import("./sounds.js").Walk, cell: Cell) => void, at: () => number,
 *   stop: () => void}}  load: what is the request of the reply; at: the number of the present place
 */
export function soundPad({ onMove }) {
  /** @type {WalkSounds|null} */
  let sounds = null;
  /** @type {import("../../core/sound.js").Playing|null} */
  let playing = null;
  const sheet = heardCanvas({ className: "pg-corner-sheet" });
  const ready = el("p", { class: "pg-hint", role: "status" });
  const problem = problemBox();
  const { root, mark, cell, side, load } = squarePad({
    sheet,
    big: heardCanvas({ className: "pg-sound-pad-big", label: "Spectrogram of the present timbre" }),
    className: "pg-sound-pad",
    control: "two-dimensional instrument",
    about:
      "Square between four instruments. Arrow keys move and play; Space or Enter plays again; Home and End go to A and D.",
    below: [ready, hint("Press and move over the square to play it, or use the arrow keys and Space.")],
    onMove,
    onStrike: strike,
  });
  root.append(problem.root);

  /** The nearest place whose sound is here already. @returns {number|null} */
  function nearestReady() {
    /** @type {number|null} */
    let best = null;
    let least = Infinity;
    const [x, y] = cell();
    for (const index of sounds?.pcm.keys() ?? []) {
      const distance = Math.hypot((index % side()) - x, Math.floor(index / side()) - y);
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  function strike() {
    audio(); // a browser lets sound begin only while it handles a gesture
    const index = nearestReady();
    const buffer = index === null ? null : sounds?.buffer(index);
    const before = playing;
    if (before) setTimeout(() => before.stop(), STRUCK_FADE_MS);
    playing = buffer ? play(buffer) : null;
    mark.dataset.playing = "true";
    playing?.ended.then(() => delete mark.dataset.playing);
  }

  return {
    root,
    at: () => cell()[1] * side() + cell()[0],
    stop() {
      playing?.stop();
      playing = null;
    },
    load(next, what, start) {
      sounds?.stop();
      drawSquares(sheet, next);
      load(next, start);
      const total = side() * side();
      const told = (/** @type {number} */ done) =>
        (ready.textContent =
          done < total
            ? `${done} of ${total} timbres ready; the nearest ready one plays.`
            : `All ${total} timbres ready.`);
      told(0);
      const mine = (sounds = new WalkSounds(what, coarseFirst(side()), (_, done) => told(done)));
      mine.load().catch((error) => mine === sounds && problem.show(error, () => mine.load()));
    },
  };
}

/**
 * Every frame of a square as a square: pairs of rows are averaged, since spectrograms are twice as high as wide.
 * @param {HTMLCanvasElement} canvas
 * @param {Reply} reply
 */
function drawSquares(canvas, reply) {
  const { width, height, side, kind } = reply.header;
  const fold = Math.max(1, Math.round(height / width));
  const [tall, wide] = [Math.floor(height / fold), side * width];
  const sheet = new Uint8Array(wide * side * tall);
  for (let index = 0; index < side * side; index += 1) {
    const pixels = frameOf(reply, index);
    const corner = Math.floor(index / side) * tall * wide + (index % side) * width;
    for (let y = 0; y < tall; y += 1) {
      for (let x = 0; x < width; x += 1) {
        let sum = 0;
        for (let k = 0; k < fold; k += 1) sum += pixels[(fold * y + k) * width + x];
        sheet[corner + y * wide + x] = sum / fold;
      }
    }
  }
  drawPixels(canvas, sheet, { width: wide, height: side * tall, kind });
}
