/** @file Where one starts: a seed, dice, or one of the seed's samples. */

import { announce, button, el, emptyState, hint, titled } from "../../core/dom.js";
import { atAGlance, pictureLook } from "../../core/frames.js";
import { isHealthy, shortName } from "../../core/models.js";
import { inside } from "../../core/numbers.js";
import { sampleGrid } from "../../core/samples.js";
import { seedField } from "../../core/seeds.js";
import { undoButton } from "../../core/undo.js";
import { FIRST_SEED } from "./position.js";

/**
 * @typedef {import("./position.js").Position} Position
 */

const LAST_START = 9936; // the server counts samples of one seed up to 9999

/**
 * Seed, dice, and Undo of whatever moved the position; Control or Command and Z does the same while this is shown.
 * @param {Position} position
 * @returns {{root: HTMLElement, refresh: () => void}} refresh: the position has changed
 */
export function seedControls(position) {
  const { root, set } = seedField({
    value: position.spec.seed ?? FIRST_SEED,
    onSeed: (seed) => position.setSeed(seed),
  });
  const undo = undoButton(takeBack);
  root.classList.add("pg-seed-undo");
  root.append(undo);

  function takeBack() {
    if (!position.canUndo) return;
    position.undo();
    announce("The last move is taken back.");
  }

  const refresh = () => {
    if (position.spec.seed !== undefined) set(position.spec.seed);
    undo.disabled = !position.canUndo;
  };
  refresh();
  return { root, refresh };
}

/**
 * Samples of the seed, in pages.
 * @param {Position} position
 * @param {import("./types.js").ExploreSlice} state
 * @param {{count?: number, columns?: number, look?: Look, words?: string}} [options] look: of a sample
 * @returns {{root: HTMLElement, refresh: (changed: import("./position.js").Change) => void}} refresh: the position has changed
 */
export function samplesCard(
  position,
  state,
  { count = 16, columns = 4, look = pictureLook(112), words = "Samples of this seed; pick one to start from it." } = {},
) {
  const grid = sampleGrid({
    count,
    columns,
    look,
    onPick: (spec) => {
      state.set({ sampleSeed: spec.seed ?? FIRST_SEED });
      position.setSpec(spec);
    },
  });
  const seedNow = () => position.spec.seed ?? state.get().sampleSeed;
  const load = () =>
    grid.load({
      model: position.card.id,
      output: position.card.output,
      seed: seedNow(),
      start: startNow(),
      settings: position.settings,
    });
  const startNow = () => inside(state.get().start, 0, LAST_START, 0);
  const go = (/** @type {number} */ start) => {
    state.set({ start });
    load();
    bound();
  };
  const page = () => atAGlance(position.card.output, count);
  const fewer = button("Previous", () => go(Math.max(0, startNow() - page())));
  const more = button("More", () => go(Math.min(LAST_START, startNow() + page())));
  const bound = () => {
    fewer.disabled = startNow() === 0;
    more.disabled = startNow() >= LAST_START;
  };
  const refresh = (/** @type {import("./position.js").Change} */ changed) => {
    if (changed === "seed") state.set({ start: 0 });
    if (changed !== "latent" && changed !== "pitch") load();
    const { seed, index, offsets, raw } = position.spec;
    grid.mark(seed === undefined || offsets || raw ? null : index);
    bound();
  };
  const root = titled("samples", ["Samples", fewer, more], hint(words), grid.root);
  return { root, refresh };
}

/** What stands in place of a panel whose models are all broken: their reasons. @param {Card[]} cards @returns {HTMLElement} */
export function noneHealthy(cards) {
  const reasons = cards
    .filter((card) => !isHealthy(card))
    .map((card) => el("li", {}, el("strong", {}, shortName(card)), `: ${card.problems[0]}`));
  return emptyState("No model can be used", el("ul", {}, reasons));
}
