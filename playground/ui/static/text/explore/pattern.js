/** @file A pattern of a word, such as "ma___a" or "ma*", as letters that a chain must hold. */

/**
 * @param {string} pattern letters are held, _ or ? stand for any letter, * at the end for any ending
 * @param {number} places how many a word has
 * @returns {{letters: Uint8Array, held: Uint8Array}|string} bytes and 255 where they are held; or a sentence on what is wrong
 */
export function readPattern(pattern, places) {
  const letters = new Uint8Array(places);
  const held = new Uint8Array(places);
  const open = pattern.endsWith("*");
  const parts = [...(open ? pattern.slice(0, -1) : pattern).toLowerCase()];
  const wrong = parts.find((part) => !/[a-z_?]/.test(part));
  if (wrong) return `“${wrong}” cannot be held: use letters from a to z, _ for any letter, and * at the end for any ending.`;
  if (parts.length > places) return `The pattern has ${parts.length} places, and a word has up to ${places}: make it shorter.`;
  parts.forEach((part, i) => {
    if (part === "_" || part === "?") return;
    letters[i] = part.charCodeAt(0);
    held[i] = 255;
  });
  if (pattern && !open) held.fill(255, parts.length); // nothing stands after the last place
  return { letters, held };
}
