/** @file Beginnings to write on from: those of the data set that a model has learnt from, else some that suit anybody. */

const ANY = ["Once upon a time", "The best way to learn", "In the year 2050,", "Dear friend,"];

/** Something to ask a model that answers. */
export const QUESTION = "What did you do last weekend?";

/**
 * @param {Card} card
 * @param {Record<string, Dataset>} datasets
 * @returns {string[]}
 */
export function promptsFor(card, datasets) {
  return datasets[card.dataset]?.examples.prompts ?? ANY;
}
