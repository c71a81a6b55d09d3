/** @file Two directions at once: a square of texts, each a place to go to. */

import { Lane } from "../../core/api.js";
import { announce, el, fill, hint, problemBox, select } from "../../core/dom.js";
import { withOffset } from "../../core/latents.js";
import { textsOf } from "../../core/texts.js";

const SIDE = 5;
const LOAD_AFTER_MS = 350;

/**
 * @param {{position: import("../../panels/explore/position.js").Position, said: import("../../panels/explore/types.js").View,
 *   state: import("../../panels/explore/types.js").ExploreSlice}} parts said: shows a text
 * @returns {{root: HTMLElement, rebuild: () => void, refresh: () => void}}
 */
export function textPad({ position, said, state }) {
  const lane = new Lane("explore-text-pad");
  const problem = problemBox();
  const grid = el("div", {
    class: "pg-text-pad",
    role: "group",
    "aria-label": "Texts over two directions. Arrow keys walk, Enter goes there.",
  });
  const choices = el("div", { class: "pg-row" });
  const root = el(
    "section",
    { class: "pg-card pg-area-pad", "aria-labelledby": "pg-text-pad" },
    el("div", { class: "pg-card-head" }, el("h2", { id: "pg-text-pad" }, "Two at once"), choices),
    hint("One direction runs across, the other up; the middle is where you started. Choose a text to go there."),
    el("div", { class: "pg-scroll" }, grid),
    problem.root,
  );
  let axes = [0, 1];
  let timer = 0;
  /** @type {import("../../core/types.js").Reply|null} */
  let reply = null;
  let inView = false;
  let wanted = true;
  const cells = Array.from({ length: SIDE * SIDE }, (_, index) =>
    el(
      "button",
      {
        type: "button",
        class: "pg-text-cell",
        dir: "auto",
        disabled: true,
        "aria-label": "not yet there",
        tabindex: index === (SIDE * SIDE - 1) / 2 ? "0" : "-1",
        onclick: () => go(index),
      },
      " ",
    ),
  );
  fill(grid, cells);

  new IntersectionObserver(([entry]) => {
    inView = entry.isIntersecting;
    if (inView && wanted) plan(0);
  }).observe(grid);

  function rebuild() {
    const { directions } = position.card.latent;
    root.hidden = directions < 2;
    if (root.hidden) return;
    root.dataset.width = position.card.output.width > 40 ? "long" : "short";
    const saved = state.get().pad;
    const valid =
      Array.isArray(saved) &&
      saved.length === 2 &&
      saved[0] !== saved[1] &&
      saved.every((k) => Number.isInteger(k) && k >= 0 && k < directions);
    axes = valid ? saved : [0, 1];
    const names = Array.from({ length: Math.min(directions, 32) }, (_, k) => [String(k), `Direction ${k + 1}`]);
    const choose = (/** @type {number} */ place) => (/** @type {string} */ value) => {
      axes =
        Number(value) === axes[1 - place]
          ? [axes[1], axes[0]]
          : axes.map((old, i) => (i === place ? Number(value) : old));
      state.set({ pad: axes });
      rebuild();
    };
    fill(
      choices,
      ["Across", "Up"].map(
        (label, place) => select({ label, choices: names, value: String(axes[place]), onChange: choose(place) }).root,
      ),
    );
    reply = null;
    refresh();
  }

  function refresh() {
    if (!root.hidden) plan(LOAD_AFTER_MS);
  }

  /** @param {number} delay milliseconds */
  function plan(delay) {
    wanted = true;
    clearTimeout(timer);
    if (inView) timer = setTimeout(load, delay);
  }

  const base = () => axes.reduce((spec, axis) => withOffset(spec, "direction", axis, 0), position.spec);

  async function load() {
    wanted = false;
    const { limit } = position.card.latent;
    const amounts = Array.from({ length: SIDE }, (_, i) => -limit + (2 * limit * i) / (SIDE - 1));
    const [card, from] = [position.card, base()];
    try {
      const next = await lane.run(card.id, "pad", {
        latent: from,
        directions: axes,
        side: SIDE,
        low: -limit,
        high: limit,
        settings: position.settings,
      });
      if (!next || card !== position.card) return;
      problem.clear();
      reply = next;
      const here = axes.map((axis) => position.offset("direction", axis));
      textsOf(next).forEach((text, index) => {
        const at = [amounts[index % SIDE], amounts[SIDE - 1 - Math.floor(index / SIDE)]];
        const cell = cells[index];
        cell.textContent = text || "(empty)";
        cell.title = text;
        cell.disabled = false;
        cell.value = at.join(" ");
        cell.setAttribute("aria-label", `${text || "empty"}: ${at[0].toFixed(1)} across, ${at[1].toFixed(1)} up`);
        cell.setAttribute("aria-pressed", String(at.every((value, i) => Math.abs(value - here[i]) < 0.01)));
      });
    } catch (error) {
      problem.show(error, load);
    }
  }

  /** @param {number} index of a cell */
  function go(index) {
    focus(index);
    if (!reply) return; // what the cells show is of the last model or axes
    said.show(reply, index);
    const at = cells[index].value.split(" ").map(Number);
    announce(cells[index].title);
    position.setSpec(
      axes.reduce((spec, axis, i) => withOffset(spec, "direction", axis, at[i]), position.spec),
      "pad",
    );
  }

  /** @param {number} index */
  function focus(index) {
    cells.forEach((cell, i) => (cell.tabIndex = i === index ? 0 : -1));
    cells[index].focus();
  }

  grid.addEventListener("keydown", (event) => {
    const at = cells.findIndex((cell) => cell === document.activeElement);
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    /** @type {Record<string, number[]>} */
    const places = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
    };
    const next = places[event.key];
    if (at < 0 || !next || next.some((place) => place < 0 || place >= SIDE)) return;
    event.preventDefault();
    focus(next[0] * SIDE + next[1]);
  });

  return { root, rebuild, refresh };
}
