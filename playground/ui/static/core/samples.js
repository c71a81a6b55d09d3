/** @file Samples of a seed, any of which can be picked: pictures in a grid, or points in one plane. */

import { Lane } from "./api.js";
import { el, fill, problemBox } from "./dom.js";
import { atAGlance, drawSet, frameOf, outputWords, pictureCanvas, pictureLook, placesOf } from "./frames.js";
import { seeded } from "./latents.js";

/**
 * @typedef {{model: string, output: OutputSpec, seed: number, start?: number,
 *   settings?: Settings}} Wanted  output: what the model makes
 */

/**
 * @param {{count: number, columns?: number, look?: Look,
 *   onPick: (spec: Spec, pixels: Uint8Array<ArrayBuffer>, index: number) => void}} options
 *   look: of a sample
 * @returns {{root: HTMLElement, load: (what: Wanted) => Promise<void>,
 *   mark: (index: number|null|undefined) => void}}
 *   count: of pictures; load asks for so many samples of a seed from `start` on; mark shows which sample (counted from 0 of the seed) is current
 */
export function sampleGrid({ count, columns = 4, look = pictureLook(56), onPick }) {
  const lane = new Lane("samples");
  const problem = problemBox();
  const grid = el("div", { class: "pg-grid", role: "group", "aria-label": "Samples" });
  grid.style.setProperty("--columns", String(columns));
  /** @type {{reply: Reply, seed: number, start: number}|null} */
  let shown = null;
  /** @type {number|null|undefined} */
  let marked = null;

  const plane = pictureCanvas({ className: "pg-sample-plane" });
  /** @type {{cell: HTMLButtonElement, picture: HTMLElement}[]} */
  let cells = [];
  const reserve = (/** @type {number} */ number) => {
    if (number !== cells.length) cells = Array.from({ length: number }, (_, place) => makeCell(place));
    fill(
      grid,
      cells.map(({ cell }) => cell),
    );
  };

  /** @param {number} place */
  function makeCell(place) {
    const picture = look.make();
    const pick = () =>
      shown &&
      onPick(seeded(shown.seed, shown.start + place), frameOf(shown.reply, place).slice(), shown.start + place);
    const cell = el("button", { type: "button", class: "pg-sample", disabled: true, onclick: pick }, picture);
    cell.setAttribute("aria-label", `Sample ${place}`);
    return { cell, picture };
  }

  reserve(count);
  const mark = (/** @type {number|null|undefined} */ index) => {
    marked = index;
    cells.forEach(({ cell }, place) =>
      cell.setAttribute("aria-pressed", String(shown !== null && shown.start + place === marked)),
    );
  };

  const load = async (/** @type {Wanted} */ what) => {
    const { model, output, seed, start = 0, settings = {} } = what;
    problem.clear();
    grid.setAttribute("aria-busy", "true");
    try {
      const reply = await lane.run(model, "sample", { seed, start, count: atAGlance(output, count), settings });
      if (!reply) return;
      shown = { reply, seed, start };
      reserve(reply.header.frames);
      const places = placesOf(reply);
      grid.dataset.kind = reply.header.kind;
      cells.forEach(({ cell, picture }, place) => {
        if (!places) look.draw(picture, reply, place);
        const said = outputWords(frameOf(reply, place), reply.header) || picture.textContent;
        const name = `Sample ${start + place} of seed ${seed}`;
        cell.setAttribute("aria-label", `${name}${said && `, ${said}`}: start from it`);
        cell.disabled = false;
        Object.assign(cell.style, places?.[place] ?? { left: "", top: "" });
      });
      if (places) {
        grid.prepend(plane);
        const points = cells.map((_, place) => frameOf(reply, place));
        drawSet(plane, points, null, 1, reply.header);
      }
      mark(marked);
    } catch (error) {
      problem.show(error, () => load(what));
    } finally {
      grid.setAttribute("aria-busy", "false");
    }
  };

  return { root: el("div", { class: "pg-samples" }, grid, problem.root), load, mark };
}
