/** @file What the panels of the Text tab share: how long a text may get, and what stands where no model does what they need. */

import { el, emptyState, range } from "../core/dom.js";
import { isHealthy } from "../core/models.js";
import { noneHealthy } from "../panels/explore/start.js";

/**
 * A slider for the most tokens of a text.
 * @param {{label?: string, most: number, value: number, onCommit: (tokens: number) => void}} options
 */
export function lengthRange({ label = "At most", most, value, onCommit }) {
  const words = (/** @type {number} */ tokens) => `${tokens} tokens`;
  return range({ label, min: 10, max: most, step: 10, value, shown: words, words, onCommit });
}

/**
 * What stands in place of a panel: why each of its models is broken, else that there is none.
 * @param {Card[]} cards of the panel
 * @param {string} title
 * @param {string} words what to do about it
 * @param {string} [command] that does it
 * @returns {HTMLElement|null} null when one is healthy
 */
export function nothingToUse(cards, title, words, command) {
  if (cards.some(isHealthy)) return null;
  if (cards.length) return noneHealthy(cards);
  return emptyState(title, words, command && el("code", {}, command));
}

/**
 * A text with bars beside it and their numbers.
 * @param {string} text
 * @param {[string, number][]} bars "before" or "after" the settings, and how long: a share of the longest there may be
 * @param {string} numbers
 * @returns {HTMLElement[]}
 */
export function barParts(text, bars, numbers) {
  const bar = (/** @type {[string, number]} */ [which, share]) =>
    el("span", { class: `pg-bar pg-bar-${which}`, style: `width: ${100 * share}%` });
  return [
    el("bdi", { class: "pg-bar-text" }, text),
    el("span", { class: "pg-bar-track", "aria-hidden": "true" }, bars.map(bar)),
    el("span", { class: "pg-bar-numbers" }, numbers),
  ];
}
