/** @file A square between four latents: move over it by pointer or arrow keys, the picture follows locally. */

import { announce, hint } from "../../core/dom.js";
import { drawSheet, pictureCanvas } from "../../core/frames.js";
import { markPaint } from "../../core/timings.js";
import { cellAt, cellByKey, cellWords } from "./square.js";
import { squareView } from "./squareview.js";

/**
 * @typedef {import("./square.js").Cell} Cell
 * @typedef {import("../../core/types.js").Reply} Reply
 */

/**
 * @param {{onMove: (cell: Cell) => void}} options cell: where the visitor settled
 * @returns {{root: HTMLElement, load: (reply: Reply, cell: Cell) => void}}
 */
export function cornerPad({ onMove }) {
  /** @type {Reply|null} */
  let reply = null;
  /** @type {Cell} */
  let cell = [0, 0];
  const sheet = pictureCanvas({ className: "pg-corner-sheet" });
  const big = pictureCanvas({ className: "pg-corner-big", label: "The present picture" });
  const view = squareView({
    sheet,
    big,
    control: "two-dimensional slider",
    about: "Square between four pictures. Arrow keys move by one picture; Home and End go to A and D.",
    below: hint("Move over the square, or use the arrow keys."),
  });
  const { surface } = view;

  const side = () => reply?.header.side;

  /** @param {Cell} next */
  function show(next) {
    if (!reply) return;
    cell = view.show(reply, next);
    big.setAttribute("aria-label", `The present picture: ${cellWords(cell, side())}`);
  }

  const follow = (/** @type {PointerEvent} */ event) => {
    if (!reply) return;
    show(cellAt(event, sheet, side()));
    markPaint("padToPaint", event.timeStamp);
  };
  surface.addEventListener("pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    follow(event);
  });
  surface.addEventListener("pointermove", (event) => (event.pointerType === "mouse" || event.buttons) && follow(event));
  for (const end of ["pointerup", "pointerleave"]) surface.addEventListener(end, () => reply && onMove(cell));
  surface.addEventListener("keydown", (event) => {
    if (!reply) return;
    const next = cellByKey(event.key, cell, side());
    if (!next) return;
    event.preventDefault();
    show(next);
    announce(cellWords(cell, side()));
    onMove(cell);
  });

  return {
    root: view.root,
    load(next, start) {
      reply = next;
      drawSheet(sheet, reply, side());
      show(start);
    },
  };
}
