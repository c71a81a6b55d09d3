/** @file Texts of a seed as a list; any of them can be picked. */

import { Lane } from "../../core/api.js";
import { button, el, fill, hint, problemBox, titled } from "../../core/dom.js";
import { seeded } from "../../core/latents.js";
import { textsOf } from "../../core/texts.js";
import { FIRST_SEED } from "../../panels/explore/position.js";

const LAST_START = 9900; // the server counts samples of one seed up to 9999

/** @typedef {import("../../core/samples.js").Wanted} Wanted */

/**
 * @param {{count: number, view: string, label: string, onPick: (spec: import("../../core/types.js").Spec, text: string) => void}} options
 * @returns {{root: HTMLElement, load: (what: Wanted) => Promise<void>, mark: (index: number|null|undefined) => void}}
 */
export function textGrid({ count, view, label, onPick }) {
  const lane = new Lane(view);
  const problem = problemBox();
  const list = el("div", { class: "pg-text-grid", role: "group", "aria-label": label });
  /** @type {{texts: string[], seed: number, start: number}|null} */
  let shown = null;
  /** @type {number|null|undefined} */
  let marked = null;
  const cells = Array.from({ length: count }, (_, place) =>
    el(
      "button",
      {
        type: "button",
        class: "pg-text-sample",
        disabled: true,
        dir: "auto",
        "aria-label": "not yet there",
        onclick: () => shown && onPick(seeded(shown.seed, shown.start + place), shown.texts[place]),
      },
      " ",
    ),
  );
  fill(list, cells);

  /** @param {number|null|undefined} index */
  function mark(index) {
    marked = index;
    cells.forEach((cell, place) =>
      cell.setAttribute("aria-pressed", String(shown !== null && shown.start + place === marked)),
    );
  }

  /** @param {Wanted} what */
  async function load(what) {
    const { model, seed, start = 0, settings } = what;
    problem.clear();
    list.setAttribute("aria-busy", "true");
    try {
      const reply = await lane.run(model, "sample", { seed, start, count, settings });
      if (!reply) return;
      const texts = textsOf(reply);
      shown = { texts, seed, start };
      cells.forEach((cell, place) => {
        cell.textContent = texts[place] || "(empty)";
        cell.disabled = false;
        cell.removeAttribute("aria-label");
      });
      mark(marked);
    } catch (error) {
      problem.show(error, () => load(what));
    } finally {
      list.setAttribute("aria-busy", "false");
    }
  }

  return { root: el("div", { class: "pg-stack" }, list, problem.root), load, mark };
}

/**
 * The samples of the present seed, in pages.
 * @param {import("../../panels/explore/position.js").Position} position
 * @param {import("../../panels/explore/types.js").ExploreSlice} state
 * @returns {{root: HTMLElement, refresh: (changed: string) => void}}
 */
export function textSamples(position, state) {
  const count = 12;
  const grid = textGrid({
    count,
    view: "explore-text-samples",
    label: "Samples",
    onPick: (spec) => {
      state.set({ sampleSeed: spec.seed ?? FIRST_SEED });
      position.setSpec(spec);
    },
  });
  const startNow = () => {
    const { start } = state.get();
    return Number.isInteger(start) && start >= 0 && start <= LAST_START ? start : 0;
  };
  const load = () =>
    grid.load({
      model: position.card.id,
      seed: position.spec.seed ?? state.get().sampleSeed,
      start: startNow(),
      settings: position.settings,
    });
  const go = (/** @type {number} */ start) => {
    state.set({ start });
    refresh("start");
  };
  const fewer = button("Previous", () => go(Math.max(0, startNow() - count)));
  const more = button("More", () => go(Math.min(LAST_START, startNow() + count)));

  /** @param {string} changed */
  function refresh(changed) {
    if (changed === "seed") state.set({ start: 0 });
    if (changed !== "latent") load();
    const { seed, index, offsets, raw } = position.spec;
    grid.mark(seed === undefined || offsets || raw ? null : index);
    fewer.disabled = startNow() === 0;
    more.disabled = startNow() >= LAST_START;
    root.dataset.width = position.card.output.width > 40 ? "long" : "short";
  }

  const root = titled(
    "samples",
    ["Samples", fewer, more],
    hint("Texts of this seed; pick one to start from it."),
    grid.root,
  );
  return { root, refresh };
}
