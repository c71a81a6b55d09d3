/** @file The training text nearest to a text, so that one sees what is new and what is a copy. */

import { run } from "./api.js";
import { bytesOf, textsOf } from "./texts.js";

const AT_ONCE = 64;

/** Whether a model's data set can be searched. @returns {boolean} */
export function hasNearest(card) {
  return card.operations.includes("nearest");
}

/**
 * @param {object} card
 * @param {string[]} texts
 * @returns {Promise<{text: string, distance: number}[]>} for each text; distance: in the unit that `distanceWords` tells
 */
export async function nearestTexts(card, texts) {
  const { width } = card.output;
  const found = [];
  for (let first = 0; first < texts.length; first += AT_ONCE) {
    const some = texts.slice(first, first + AT_ONCE);
    const body = new Uint8Array(some.length * width);
    some.forEach((text, i) => body.set(bytesOf(text, width), i * width));
    const reply = await run(card.id, "nearest", { count: some.length }, { body });
    const near = reply.header.texts ?? textsOf(reply);
    found.push(...some.map((_, i) => ({ text: near[i], distance: reply.header.distances[i] })));
  }
  return found;
}

/** A distance in words. @returns {string} */
export function distanceWords(distance) {
  if (distance === 0) return "the same";
  return Number.isInteger(distance) ? `${distance} ${distance === 1 ? "edit" : "edits"} away` : `distance ${distance.toFixed(2)}`;
}
