/** @file Beginnings to write on from, by the data that a model has learnt from. */

const PROMPTS = {
  shakespeare: [
    "ROMEO.\n",
    "KING HENRY.\nMy lords, this night",
    "To be, or not to be",
    "O gentle night,",
    "SCENE II. A room in the castle.\n",
  ],
  chat: ["Hi! I am", "Last weekend I went to", "My favourite food is"],
  sentences: ["the", "she is", "a kind of", "we went to the"],
};
const ANY = ["Once upon a time", "The best way to learn", "In the year 2050,", "Dear friend,"];

/** Something to ask a model that answers. */
export const QUESTION = "What did you do last weekend?";

/** @param {object} card @returns {string[]} */
export function promptsFor(card) {
  return PROMPTS[card.dataset] ?? ANY;
}
