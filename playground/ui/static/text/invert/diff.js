/** @file What was kept, lost and added between two texts, word by word or letter by letter. */

/** @typedef {{kind: "same"|"lost"|"new", part: string}} Part */

/**
 * @param {string[]} before
 * @param {string[]} after
 * @returns {Part[]} by the longest common subsequence
 */
export function difference(before, after) {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  /** @type {Part[]} */
  const parts = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      parts.push({ kind: "same", part: before[i] });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      parts.push({ kind: "lost", part: before[i] });
      i += 1;
    } else {
      parts.push({ kind: "new", part: after[j] });
      j += 1;
    }
  }
  return parts;
}
