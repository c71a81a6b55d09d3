/** @file One of two columns of texts, with the scale on which they are read. */

import { el, fill, titled } from "../../core/dom.js";
import { signed } from "../../core/numbers.js";
import { written } from "../../core/texts.js";

const SCALE = 2; // readings from -2 to 2 are drawn; beyond, a dot stands at the edge

/**
 * @param {{title: string, ends: () => string[]}} options ends: what -1 and +1 are called
 * @returns {{root: HTMLElement, title: (words: string) => void, begin: (seeds: number[]) => void,
 *   write: (place: number, text: string) => void, end: (place: number, words: string) => void, read: (readings: number[]|null) => void}}
 *   read: where the texts lie, each on its own
 */
export function steerColumn({ title, ends }) {
  const heading = el("h2", {}, title);
  const scale = el("div", { class: "pg-scale-place" });
  const texts = el("div", { class: "pg-stack pg-steer-texts" });
  const root = titled("column", heading, texts, scale);
  root.classList.add("pg-steer-column");
  /** @type {{root: HTMLElement, body: HTMLElement, foot: HTMLElement}[]} by place */
  let bodies = [];

  /** @param {number[]} seeds */
  function begin(seeds) {
    bodies = seeds.map((seed) => {
      const [body, foot] = [written("", { class: "pg-writing" }), el("span", { class: "pg-hint" })];
      return {
        body,
        foot,
        root: el(
          "div",
          { class: "pg-steer-text" },
          seeds.length > 1 && el("span", { class: "pg-tag" }, `seed ${seed}`),
          body,
          foot,
        ),
      };
    });
    fill(
      texts,
      bodies.map((one) => one.root),
    );
    read(null);
  }

  /** @param {number} place @param {string} text */
  function write(place, text) {
    bodies[place].body.textContent = text;
  }

  /** @param {number} place @param {string} words */
  function end(place, words) {
    bodies[place].body.classList.remove("pg-writing");
    bodies[place].foot.textContent = words;
  }

  /** @param {number[]|null} readings */
  function read(readings) {
    if (!readings?.length) return fill(scale);
    const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length;
    const [minus, plus] = ends();
    const left = (/** @type {number} */ value) => `${50 + (50 * Math.min(SCALE, Math.max(-SCALE, value))) / SCALE}%`;
    const spread = readings.length > 1 ? `, ${readings.map(signed).join(", ")}` : "";
    const said = `Reading ${signed(mean)}${spread} on a scale on which −1 is like “${minus}” and +1 like “${plus}”`;
    fill(
      scale,
      el(
        "div",
        { class: "pg-scale", role: "img", "aria-label": said },
        [-1, 0, 1].map((value) => el("span", { class: "pg-scale-tick", style: `left: ${left(value)}` })),
        readings.length > 1 &&
          readings.map((value) => el("span", { class: "pg-scale-dot", style: `left: ${left(value)}` })),
        el("span", { class: "pg-scale-mean", style: `left: ${left(mean)}` }),
      ),
      el(
        "div",
        { class: "pg-scale-ends", "aria-hidden": "true" },
        el("span", {}, `−1 ${minus}`),
        el("span", {}, `${plus} +1`),
      ),
      el(
        "p",
        { class: "pg-scale-words" },
        readings.length > 1 ? `Mean reading ${signed(mean)} of ${readings.length} texts` : `Reading ${signed(mean)}`,
      ),
    );
  }

  return { root, title: (words) => (heading.textContent = words), begin, write, end, read };
}
