/** @file A square between four latents as one sees it: all its frames with a mark, and beside them the frame under the mark. */

import { el } from "../../core/dom.js";
import { drawFrame } from "../../core/frames.js";
import { cellWords, insideSquare, placeMark } from "./square.js";

/**
 * @typedef {import("./square.js").Cell} Cell
 * @typedef {import("../../core/types.js").Reply} Reply
 */

/**
 * @param {{sheet: HTMLCanvasElement, big: HTMLCanvasElement, className?: string, control: string, about: string,
 *   below: import("../../core/types.js").Child}} options
 *   sheet: of all frames, drawn elsewhere; big: of the frame under the mark; control, about: what a screen reader calls the
 *   surface, and says of it; below: stands under the words for the place
 * @returns {{root: HTMLElement, surface: HTMLElement, mark: HTMLElement, show: (reply: Reply, cell: Cell) => Cell}}
 *   show: move the mark and draw what is under it; the cell of the square where it is then
 */
export function squareView({ sheet, big, className = "", control, about, below }) {
  const mark = el("span", { class: "pg-strip-mark", "aria-hidden": "true", hidden: true });
  const surface = el(
    "div",
    {
      class: `pg-corner-pad ${className}`,
      tabindex: "0",
      role: "application",
      "aria-roledescription": control,
      "aria-label": about,
    },
    sheet,
    mark,
  );
  const words = el("p", { class: "pg-hint pg-corner-words" });
  const root = el(
    "div",
    { class: "pg-corner" },
    surface,
    el("div", { class: "pg-corner-now" }, big, el("div", { class: "pg-stack" }, words, below)),
  );

  /** @param {Reply} reply @param {Cell} next */
  function show(reply, next) {
    const { side } = reply.header;
    const cell = insideSquare(next, side);
    drawFrame(big, reply, cell[1] * side + cell[0]);
    words.textContent = `${cellWords(cell, side)}.`;
    placeMark(mark, cell, side);
    mark.hidden = false;
    return cell;
  }

  return { root, surface, mark, show };
}
