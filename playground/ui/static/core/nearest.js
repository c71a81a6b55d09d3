/** @file The training text that shares the longest run with a text, so that one sees what is new and what is a copy. */

import { run } from "./api.js";
import { el } from "./dom.js";
import { marked, textsOf } from "./texts.js";

const AT_ONCE = 64;

/** @typedef {{text: string, distance: number, span: [number, number]}} Near  distance: share of the text outside the run that
 * both share; span: where that run stands in the training text */

/** Whether a model's data set can be searched. @param {Card} card @returns {boolean} */
export function hasNearest(card) {
  return card.operations.includes("nearest");
}

/**
 * @param {Card} card
 * @param {string[]} texts
 * @returns {Promise<Near[]>} one for each text
 */
export async function nearestTexts(card, texts) {
  const found = [];
  for (let first = 0; first < texts.length; first += AT_ONCE) {
    const some = texts.slice(first, first + AT_ONCE);
    const body = new TextEncoder().encode(JSON.stringify(some));
    const reply = await run(card.id, "nearest", { count: some.length }, { body });
    const near = textsOf(reply);
    found.push(
      ...some.map((_, i) => ({ text: near[i], distance: reply.header.distances[i], span: reply.header.near_spans[i] })),
    );
  }
  return found;
}

/** How much both share, in words. @param {Near} near @returns {string} */
export function sharedWords({ distance }) {
  if (distance === 0) return "all of it shared";
  return distance === 1 ? "nothing shared" : `${Math.round(100 * (1 - distance))} % shared`;
}

/** The training text with the shared run marked. @param {Near} near @returns {HTMLElement} */
export function nearText({ text, span }) {
  return el("bdi", {}, marked(text, span, { class: "pg-shared" }));
}
