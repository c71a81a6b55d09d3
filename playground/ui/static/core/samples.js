/** @file A grid of samples; any of them can be picked. */

import { Lane } from "./api.js";
import { el, problemBox, uniqueId } from "./dom.js";
import { frameOf, pictureLook } from "./frames.js";
import { seeded } from "./latents.js";

/** @typedef {{model: string, seed: number, start?: number, settings?: import("./types.js").Settings}} Wanted */

/**
 * @param {{count?: number, columns?: number, view?: string, look?: import("./types.js").Look,
 *   onPick: (spec: import("./types.js").Spec, pixels: Uint8Array<ArrayBuffer>, index: number) => void}} options
 *   view: name of the request series, unique on the page; look: of a sample
 * @returns {{root: HTMLElement, load: (what: Wanted) => Promise<void>,
 *   mark: (index: number|null|undefined) => void}}
 *   load asks for `count` samples of a seed from `start` on; mark shows which sample (counted from 0 of the seed) is current
 */
export function sampleGrid({ count = 16, columns = 4, view = uniqueId("samples"), look = pictureLook(56), onPick }) {
  const lane = new Lane(view);
  const problem = problemBox();
  const grid = el("div", { class: "pg-grid", role: "group", "aria-label": "Samples" });
  grid.style.setProperty("--columns", String(columns));
  /** @type {{reply: import("./types.js").Reply, seed: number, start: number}|null} */
  let shown = null;
  /** @type {number|null|undefined} */
  let marked = null;

  const cells = Array.from({ length: count }, (_, place) => {
    const picture = look.make();
    const pick = () =>
      shown &&
      onPick(seeded(shown.seed, shown.start + place), frameOf(shown.reply, place).slice(), shown.start + place);
    const cell = el("button", { type: "button", class: "pg-sample", disabled: true, onclick: pick }, picture);
    cell.setAttribute("aria-label", `Sample ${place}`);
    grid.append(cell);
    return { cell, picture };
  });

  const mark = (/** @type {number|null|undefined} */ index) => {
    marked = index;
    cells.forEach(({ cell }, place) =>
      cell.setAttribute("aria-pressed", String(shown !== null && shown.start + place === marked)),
    );
  };

  const load = async (/** @type {Wanted} */ what) => {
    const { model, seed, start = 0, settings = {} } = what;
    problem.clear();
    grid.setAttribute("aria-busy", "true");
    try {
      const reply = await lane.run(model, "sample", { seed, start, count, settings });
      if (!reply) return;
      shown = { reply, seed, start };
      cells.forEach(({ cell, picture }, place) => {
        look.draw(picture, reply, place);
        cell.disabled = false;
        const said = picture.textContent && `, ${picture.textContent}`;
        cell.setAttribute("aria-label", `Sample ${start + place} of seed ${seed}${said}: start from it`);
      });
      mark(marked);
    } catch (error) {
      problem.show(error, () => load(what));
    } finally {
      grid.setAttribute("aria-busy", "false");
    }
  };

  return { root: el("div", { class: "pg-samples" }, grid, problem.root), load, mark };
}
