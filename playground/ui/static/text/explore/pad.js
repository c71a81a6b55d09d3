/** @file Two directions at once: a square of texts, each a place to go to. */

import { Lane } from "../../core/api.js";
import { announce, el, fill, hint, problemBox, titled } from "../../core/dom.js";
import { textsOf } from "../../core/texts.js";
import { axisPair, whenSeen } from "../../panels/explore/axes.js";

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
  const axes = axisPair({ position, state, onChange: rebuild });
  const root = titled(
    "pad",
    ["Two at once", axes.root],
    hint("One direction runs across, the other up; the middle is where you started. Choose a text to go there."),
    el("div", { class: "pg-scroll" }, grid),
    problem.root,
  );
  /** @type {Reply|null} */
  let reply = null;
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

  const plan = whenSeen(grid, load);

  function rebuild() {
    const { directions } = position.card.latent;
    root.hidden = directions < 2;
    if (root.hidden) return;
    root.dataset.width = position.card.output.width > 40 ? "long" : "short";
    axes.rebuild();
    reply = null;
    refresh();
  }

  function refresh() {
    if (!root.hidden) plan(LOAD_AFTER_MS);
  }

  async function load() {
    const { limit } = position.card.latent;
    const amounts = Array.from({ length: SIDE }, (_, i) => -limit + (2 * limit * i) / (SIDE - 1));
    const { card } = position;
    try {
      const next = await lane.run(card.id, "pad", {
        latent: axes.specAt([0, 0]),
        directions: axes.now(),
        side: SIDE,
        low: -limit,
        high: limit,
        settings: position.settings,
      });
      if (!next || card !== position.card) return;
      problem.clear();
      reply = next;
      const here = axes.offsets();
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
    position.setSpec(axes.specAt(at), "pad");
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
