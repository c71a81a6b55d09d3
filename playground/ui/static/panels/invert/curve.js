/** @file The error of a search against its steps, as a curve that falls while one watches. */

import { el, fill } from "../../core/dom.js";
import { tidy } from "../../core/models.js";

const [WIDTH, HEIGHT, MARGIN] = [320, 84, 4];
const SVG = "http://www.w3.org/2000/svg";

/** @returns {{root: HTMLElement, clear: () => void, add: (step: number, of: number, error: number|undefined) => void}} */
export function errorCurve() {
  const line = document.createElementNS(SVG, "polyline");
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("role", "img");
  picture.append(line);
  const words = el("figcaption", { class: "pg-hint" });
  const root = el("figure", { class: "pg-invert-curve", hidden: true }, picture, words);
  /** @type {[number, number][]} */
  let points = [];

  function clear() {
    points = [];
    root.hidden = true;
  }

  /** @param {number} step @param {number} of @param {number|undefined} error */
  function add(step, of, error) {
    if (error === undefined) return;
    points.push([step, error]);
    root.hidden = false;
    const most = Math.max(...points.map(([, value]) => value)) || 1;
    const places = points.map(([at, value]) => [
      MARGIN + ((WIDTH - 2 * MARGIN) * at) / of,
      HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * value) / most,
    ]);
    line.setAttribute("points", places.map((place) => place.map((one) => one.toFixed(1)).join(",")).join(" "));
    const told = `Mean squared error: ${tidy(points[0][1])} at step ${points[0][0]}, ${tidy(error)} at step ${step} of ${of}.`;
    picture.setAttribute("aria-label", told);
    fill(words, told);
  }

  return { root, clear, add };
}
