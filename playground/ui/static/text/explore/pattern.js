/** @file A pattern of words, such as "ma___a" or "ma*a": which letters of a word it holds. */

/**
 * @param {string} pattern letters are held, _ or ? stand for any letter, one * for any letters or none; the server checks it
 * @param {string} word one that fits it
 * @returns {boolean[]} for each letter of the word: whether the pattern says which it is
 */
export function heldLetters(pattern, word) {
  const [head, tail = ""] = pattern.split("*");
  const says = (/** @type {string} */ part, /** @type {number} */ at) =>
    at >= 0 && at < part.length && !"_?".includes(part[at]);
  return Array.from(word, (_, i) => says(head, i) || says(tail, i - (word.length - tail.length)));
}
