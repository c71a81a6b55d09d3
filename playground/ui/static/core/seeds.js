/** @file Choosing a seed: its number, and dice. */

import { button, el, whole } from "./dom.js";
import { LARGEST_SEED, randomSeed } from "./latents.js";

/**
 * @param {{value: number, onSeed: (seed: number) => void, onDice?: () => void, title?: string, label?: string|null}} options
 *   onSeed: typed or thrown; onDice: called after it when the seed was thrown; title, label: of the dice
 * @returns {{root: HTMLElement, field: HTMLElement, dice: HTMLButtonElement, set: (seed: number) => void}}
 *   root: both in a row; set: show another seed
 */
export function seedField({ value, onSeed, onDice = () => {}, title = "A random seed", label = null }) {
  const field = whole({ label: "Seed", min: 0, max: LARGEST_SEED, value, onChange: onSeed });
  const set = (/** @type {number} */ seed) => {
    field.input.value = String(seed);
  };
  const dice = button(
    [el("span", { "aria-hidden": "true", class: "pg-die" }, "⚄"), " Dice"],
    () => {
      const seed = randomSeed();
      set(seed);
      onSeed(seed);
      onDice();
    },
    { title, label },
  );
  return { root: el("div", { class: "pg-seed" }, field.root, dice), field: field.root, dice, set };
}
