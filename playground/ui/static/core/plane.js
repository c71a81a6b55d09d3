/** @file Points on canvases: one plane, or many small ones in rows. They are drawn again when the canvas or the theme changes. */

import { paintPlane, SMALL_BELOW } from "./points.js";

/**
 * @typedef {import("./points.js").Plane} Plane
 * @typedef {import("./points.js").Ink} Ink
 */

const DETACHED_SIDE = 448; // pixels of a canvas that stands nowhere on the page
const GAP = 1; // pixels between small planes

/** Where an arrow key leads on a plane: right, and up. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @type {WeakMap<HTMLCanvasElement, () => void>} what each shows, to draw it again */
const shown = new WeakMap();
/** @type {ResizeObserver|null} */
let sizes = null;

/** Draw a plane. @param {HTMLCanvasElement} canvas @param {Plane} plane */
export function drawPlane(canvas, plane) {
  keep(canvas, () => {
    const { pen, side, ink } = prepare(canvas, 1);
    paintPlane(pen, { left: 0, top: 0, side }, plane, ink);
  });
}

/** Draw small planes in rows. @param {HTMLCanvasElement} canvas @param {(Plane|null)[]} planes null: an empty place @param {number} columns */
export function drawPlanes(canvas, planes, columns) {
  const rows = Math.ceil(planes.length / columns);
  keep(canvas, () => {
    const { pen, side, ink } = prepare(canvas, rows / columns);
    const step = side / columns;
    pen.fillStyle = step < SMALL_BELOW ? ink.grid : ink.between;
    pen.fillRect(0, 0, side, step * rows);
    const square = (/** @type {number} */ i) => ({
      left: (i % columns) * step + GAP / 2,
      top: Math.floor(i / columns) * step + GAP / 2,
      side: step - GAP,
    });
    planes.forEach((plane, i) => plane && paintPlane(pen, square(i), { ...plane, bare: true }, ink));
  });
}

/** @param {HTMLCanvasElement} canvas @param {() => void} draw */
function keep(canvas, draw) {
  watchTheme();
  if (!shown.has(canvas)) {
    sizes ??= new ResizeObserver((entries) => {
      for (const { target } of entries) again(/** @type {HTMLCanvasElement} */ (target));
    });
    sizes.observe(canvas);
  }
  shown.set(canvas, draw);
  draw();
  canvas.dataset.kind = "points";
  canvas.dataset.drawn = "true";
}

/** Draw again what a canvas shows, unless something else has been drawn on it since. @param {HTMLCanvasElement} canvas */
function again(canvas) {
  if (canvas.dataset.kind === "points" && canvas.dataset.drawn && canvas.isConnected) shown.get(canvas)?.();
}

let watching = false;
function watchTheme() {
  if (watching) return;
  watching = true;
  const redraw = () => document.querySelectorAll("canvas").forEach(again);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/**
 * A canvas as large as it stands on the page, in the dots of the screen, with a pen that counts in pixels of the page.
 * @param {HTMLCanvasElement} canvas
 * @param {number} tall its height over its width
 */
function prepare(canvas, tall) {
  const side = canvas.clientWidth || DETACHED_SIDE;
  const dots = canvas.clientWidth ? devicePixelRatio : 1;
  const [width, height] = [Math.round(side * dots), Math.round(side * dots * tall)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.clearRect(0, 0, side, side * tall);
  return { pen, side, ink: inkOf() };
}

/** The page's colours. @returns {Ink} */
function inkOf() {
  const style = getComputedStyle(document.body);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--pg-${name}`).trim();
  return {
    surface: of("surface"),
    grid: of("line"),
    axis: of("strong-line"),
    between: of("strong-line"),
    words: of("muted"),
    quiet: of("strong-line"),
    dot: of("accent"),
    second: of("second"),
  };
}
