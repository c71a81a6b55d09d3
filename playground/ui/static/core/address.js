/** @file The page's state as the part of an address behind "#": "1." + base64url of JSON. Reads what is left of a damaged one. */

import { bytesOfBase64 } from "./wire.js";

const VERSION = "1";

/** @typedef {Record<string, Record<string, any>>} State values of every panel by the name of its slice */

/**
 * @param {State} state
 * @returns {string} without "#"
 */
export function encode(state) {
  let binary = "";
  for (const byte of new TextEncoder().encode(JSON.stringify(state))) binary += String.fromCharCode(byte);
  return `${VERSION}.${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/**
 * Programs that show a link add to it (a full stop, a bracket, "&utm=x") or cut it. What stands behind the state is left
 * out; of a state that was cut, the slices that are whole are read.
 * @param {string} hash what stands behind "#"
 * @returns {{state: State, damage: "none"|"cut"|"unreadable"}}
 */
export function decode(hash) {
  if (!hash) return { state: {}, damage: "none" };
  const [, code] = new RegExp(`^${VERSION}\\.([\\w-]+)`).exec(unescaped(hash)) ?? [];
  const text = code && textOf(code);
  const end = text ? endOfObject(text) : null;
  if (!text || !end) return { state: {}, damage: "unreadable" };
  const state = parse(end.closed ? text.slice(0, end.closed) : `${text.slice(0, end.lastSlice)}}`);
  if (!state || (!end.closed && !end.lastSlice)) return { state: {}, damage: "unreadable" };
  const slices = Object.entries(state).filter(([, part]) => part && typeof part === "object" && !Array.isArray(part));
  return { state: Object.fromEntries(slices), damage: end.closed ? "none" : "cut" };
}

/** @param {string} text with %2E and the like, perhaps @returns {string} */
function unescaped(text) {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

/** @param {string} code base64url @returns {string} */
function textOf(code) {
  const whole = code.length % 4 === 1 ? code.slice(0, -1) : code; // one digit alone is no byte
  return new TextDecoder().decode(bytesOfBase64(whole.replaceAll("-", "+").replaceAll("_", "/")));
}

/**
 * Where the object that a text starts with ends.
 * @param {string} text
 * @returns {{closed: number, lastSlice: number}|null}
 *   closed: just behind its brace, 0 when it was cut; lastSlice: just behind its last value that is an object; null: no object
 */
function endOfObject(text) {
  if (text[0] !== "{") return null;
  let [depth, quoted, lastSlice] = [0, false, 0];
  for (let i = 0; i < text.length; i += 1) {
    if (quoted) {
      if (text[i] === "\\") i += 1;
      else if (text[i] === '"') quoted = false;
    } else if (text[i] === '"') quoted = true;
    else if ("{[".includes(text[i])) depth += 1;
    else if ("}]".includes(text[i])) {
      depth -= 1;
      if (depth === 0) return { closed: i + 1, lastSlice };
      if (depth === 1) lastSlice = i + 1;
    }
  }
  return { closed: 0, lastSlice };
}

/** @param {string} text @returns {State|null} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
