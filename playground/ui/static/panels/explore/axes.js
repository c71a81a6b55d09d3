/** @file What the pads over two directions share: which directions, and when what they show is asked for. */

import { fill, inRow, select } from "../../core/dom.js";
import { directionTitle, withOffset } from "../../core/latents.js";

const MOST_LISTED = 32;

/**
 * Two directions, chosen from lists.
 * @param {{position: import("./position.js").Position, state: import("./types.js").ExploreSlice, onChange: () => void}} parts
 *   state: keeps them; onChange: others were chosen
 * @returns {{root: HTMLElement, rebuild: () => void, now: () => number[], offsets: () => number[],
 *   specAt: (values: number[]) => Spec}}
 *   offsets: where the position stands along both; specAt: the position's latent, but there along both
 */
export function axisPair({ position, state, onChange }) {
  const root = inRow();
  let axes = [0, 1];

  function rebuild() {
    const { latent } = position.card;
    const { pad } = state.get();
    const known = (/** @type {number} */ k) => Number.isInteger(k) && k >= 0 && k < latent.directions;
    const fits = Array.isArray(pad) && pad.length === 2 && pad.every(known) && pad[0] !== pad[1];
    axes = fits ? pad : [0, 1];
    const choices = Array.from({ length: Math.min(latent.directions, MOST_LISTED) }, (_, k) => [
      String(k),
      directionTitle(latent, k),
    ]);
    fill(
      root,
      ["Across", "Up"].map((label, place) => {
        const onPick = (/** @type {string} */ value) => choose(place, Number(value));
        return select({ label, choices, value: String(axes[place]), onChange: onPick }).root;
      }),
    );
  }

  /** @param {number} place @param {number} axis */
  function choose(place, axis) {
    const swapped = axis === axes[1 - place];
    state.set({ pad: swapped ? [axes[1], axes[0]] : axes.map((old, i) => (i === place ? axis : old)) });
    onChange();
  }

  const offsets = () => axes.map((axis) => position.offset("direction", axis));
  const specAt = (/** @type {number[]} */ values) =>
    axes.reduce((spec, axis, i) => withOffset(spec, "direction", axis, values[i]), position.spec);
  return { root, rebuild, now: () => axes, offsets, specAt };
}

/**
 * Asks for what an element shows, once it is in sight.
 * @param {Element} element
 * @param {() => void} load
 * @returns {(delayMs: number) => void} it is wanted anew; those wanted in quick succession are asked for once
 */
export function whenSeen(element, load) {
  let timer = 0;
  let inView = false;
  let wanted = true;
  const now = () => {
    wanted = false;
    load();
  };
  const plan = (/** @type {number} */ delayMs) => {
    wanted = true;
    clearTimeout(timer);
    if (inView) timer = setTimeout(now, delayMs);
  };
  new IntersectionObserver(([entry]) => {
    inView = entry.isIntersecting;
    if (inView && wanted) plan(0);
  }).observe(element);
  return plan;
}
