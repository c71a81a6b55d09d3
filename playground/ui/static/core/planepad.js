/** @file A plane to choose a point on: by a click or drag, the arrow keys, or typed coordinates. */

import { announce, el, stacked, uniqueId } from "./dom.js";
import { pictureCanvas } from "./frames.js";
import { ARROWS, drawPlane } from "./plane.js";
import { bytesOfPoint, pointAt, pointsOf, pointWords } from "./points.js";

const KEY_STEP = 0.1;

/**
 * @param {{size: number, output: OutputSpec}} options size: CSS pixels
 * @returns {import("./giving.js").Pad}
 */
export function planePad({ size, output }) {
  const { width, reach = 3 } = output;
  /** @type {import("./points.js").Point|null} */
  let point = null;
  const canvas = pictureCanvas({ className: "pg-paint", size });
  canvas.removeAttribute("aria-hidden");
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "plane");
  canvas.tabIndex = 0;
  const fields = ["x", "y"].map((name, axis) => {
    const input = el("input", { type: "number", class: "pg-number", id: uniqueId("coordinate"), step: 0.1 });
    input.addEventListener("change", () => {
      if (!Number.isFinite(input.valueAsNumber)) return;
      const typed = /** @type {import("./points.js").Point} */ ([...(point ?? [0, 0])]);
      typed[axis] = input.valueAsNumber;
      choose(typed);
    });
    const root = el("div", { class: "pg-field" }, el("label", { for: input.id }, name), input);
    return { root, input };
  });

  function show() {
    drawPlane(canvas, { points: point ? [point] : [], reach, at: 0 });
    const where = point ? `The point is at ${pointWords(point)}.` : "No point yet.";
    canvas.setAttribute("aria-label", `Choose a point: click, or move it with the arrow keys. ${where}`);
    fields.forEach(({ input }, axis) => (input.value = point ? String(Math.round(1e4 * point[axis]) / 1e4) : ""));
  }

  /** @param {import("./points.js").Point} next */
  function choose(next) {
    point = next;
    show();
  }

  const follow = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    choose(pointAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, reach));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && follow(event));
  canvas.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move) return;
    event.preventDefault();
    const [x, y] = point ?? [0, 0];
    const round = (/** @type {number} */ value) => Math.round(100 * value) / 100;
    const next = /** @type {import("./points.js").Point} */ ([
      round(x + KEY_STEP * move[0]),
      round(y + KEY_STEP * move[1]),
    ]);
    choose(next);
    announce(pointWords(next));
  });
  show();
  return {
    root: stacked(
      canvas,
      el(
        "div",
        { class: "pg-coordinates" },
        fields.map(({ root }) => root),
      ),
    ),
    bytes: () => bytesOfPoint([...(point ?? [0, 0]), ...Array(Math.max(0, width - 2)).fill(0)].slice(0, width)),
    load: (bytes) => choose(pointsOf(bytes, width)[0]),
    isEmpty: () => !point,
  };
}
