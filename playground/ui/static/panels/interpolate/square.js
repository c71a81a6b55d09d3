/** @file A square between four latents: all its frames with a mark that pointer and keys move, and the frame under the mark, large. */

import { announce, el, stacked } from "../../core/dom.js";
import { drawFrame, frameOf, outputWords } from "../../core/frames.js";
import { markPaint } from "../../core/timings.js";

/**
 * @typedef {[number, number]} Cell  column, row
 */

/**
 * @param {object} options
 * @param {HTMLCanvasElement} options.sheet of all frames, drawn elsewhere
 * @param {HTMLCanvasElement} options.big of the frame under the mark
 * @param {string} [options.className]
 * @param {string} options.control what a screen reader calls the square
 * @param {string} options.about what it says of it
 * @param {Child} options.below stands under the words for the place
 * @param {(cell: Cell) => void} options.onMove where the visitor settled
 * @param {(words: string) => void} [options.onShow] another frame is shown
 * @param {(() => void)|null} [options.onStrike] the mark was put down, came to another cell, or was struck by key; without it the
 *   mark follows a mouse that is not pressed too
 * @returns {{root: HTMLElement, mark: HTMLElement, load: (reply: Reply, cell: Cell) => void, cell: () => Cell, side: () => number}}
 */
export function squarePad({ sheet, big, className = "", control, about, below, onMove, onShow, onStrike = null }) {
  /** @type {Reply|null} */
  let reply = null;
  /** @type {Cell} */
  let cell = [0, 0];
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
    el("div", { class: "pg-corner-now" }, big, stacked(words, below)),
  );
  const side = () => reply?.header.side;

  /** @param {Cell} next beside the square: the nearest cell of it @returns {boolean} whether it is another */
  function show(next) {
    if (!reply) return false;
    const before = cell.join();
    const [x, y] = (cell = /** @type {Cell} */ (next.map((value) => Math.min(side() - 1, Math.max(0, value)))));
    const index = y * side() + x;
    drawFrame(big, reply, index);
    const where = outputWords(frameOf(reply, index), reply.header);
    const told = [cellWords(cell, side()), where].filter(Boolean).join(": ");
    words.textContent = `${told}.`;
    onShow?.(told);
    const share = 100 / side();
    Object.assign(mark.style, { left: `${x * share}%`, top: `${y * share}%`, width: `${share}%`, height: `${share}%` });
    mark.hidden = false;
    return cell.join() !== before;
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    const box = sheet.getBoundingClientRect();
    const part = (/** @type {number} */ value, /** @type {number} */ size) => Math.floor((value / size) * side());
    const moved = show([part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)]);
    markPaint("padToPaint", event.timeStamp);
    if (moved || event.type === "pointerdown") onStrike?.();
  }

  surface.addEventListener("pointerdown", (event) => {
    if (!reply || event.button !== 0) return;
    surface.setPointerCapture(event.pointerId);
    follow(event);
  });
  surface.addEventListener("pointermove", (event) => {
    if (reply && (event.buttons || (!onStrike && event.pointerType === "mouse"))) follow(event);
  });
  for (const end of ["pointerup", "pointerleave"]) surface.addEventListener(end, () => reply && onMove(cell));
  surface.addEventListener("keydown", (event) => {
    if (!reply) return;
    const next = cellByKey(event.key, cell, side());
    const struck = onStrike && (event.key === " " || event.key === "Enter");
    if (!next && !struck) return;
    event.preventDefault();
    if (struck || (next && show(next))) onStrike?.();
    announce(cellWords(cell, side()));
    onMove(cell);
  });

  return {
    root,
    mark,
    load(next, start) {
      reply = next;
      show(start);
    },
    cell: () => cell,
    side,
  };
}

/** How far a cell lies from the first corner. @param {Cell} cell @param {number} side @returns {string} */
function cellWords(cell, side) {
  const [right, down] = cell.map((value) => Math.round((100 * value) / (side - 1)));
  return `${right} % of the way to the right, ${down} % of the way down`;
}

/** Where a key leads from a cell: arrows one on, Home and End to the first and last corner. @param {string} key @param {Cell} cell @param {number} side @returns {Cell|undefined} */
function cellByKey(key, [x, y], side) {
  const last = side - 1;
  /** @type {Record<string, Cell>} */
  const places = {
    ArrowLeft: [x - 1, y],
    ArrowRight: [x + 1, y],
    ArrowUp: [x, y - 1],
    ArrowDown: [x, y + 1],
    Home: [0, 0],
    End: [last, last],
  };
  return places[key];
}
