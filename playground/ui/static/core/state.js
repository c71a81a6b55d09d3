/** @file The page's whole state in its address, see address.js. Every panel owns one slice of it. */

import { decode, encode } from "./address.js";

const SAVE_AFTER_MS = 150;
/** Marks the history's entries as this load's: the entries of an earlier one are read from their address instead. */
const LOAD = crypto.randomUUID?.() ?? String(Math.random());

const { state: whole, damage } = decode(location.hash.slice(1));
let timer = 0;

/** What of the address could not be read: nothing of it, some slices, or all was well. */
export { damage };

/**
 * One panel's part of the address.
 * @template {object} T
 * @param {string} name such as "image.explore"
 * @param {T} defaults values that need not be written
 * @returns {Slice<T>}
 *   `set` merges plain JSON values and writes the address soon after; values equal to the defaults are left out
 */
export function slice(name, defaults) {
  const usual = /** @type {Record<string, any>} */ (defaults);
  return {
    get: () => ({ ...defaults, ...whole[name] }),
    set(patch) {
      const next = /** @type {Record<string, any>} */ ({ ...whole[name], ...patch });
      for (const key of Object.keys(next)) {
        const same = JSON.stringify(next[key]) === JSON.stringify(usual[key]);
        if (same || next[key] === undefined) delete next[key];
      }
      whole[name] = next;
      save();
    },
  };
}

/** The address of the page as it stands now. @returns {string} */
export function link() {
  write();
  return location.href;
}

/**
 * Make a change that Back takes back: what `patch` does to the state begins a new entry of the history.
 * @param {() => void} patch
 */
export function step(patch) {
  write();
  patch();
  clearTimeout(timer);
  history.pushState({ load: LOAD }, "", address());
}

/**
 * Back and Forward among this page's entries. The panels stay as they are: only the slice named is read from the entry.
 * @param {string} name of the slice
 * @param {() => void} callback after it was read
 */
export function onReturn(name, callback) {
  addEventListener("popstate", () => {
    if (history.state?.load !== LOAD) return;
    whole[name] = decode(location.hash.slice(1)).state[name] ?? {};
    callback();
    save();
  });
}

function save() {
  clearTimeout(timer);
  timer = setTimeout(write, SAVE_AFTER_MS);
}

function write() {
  clearTimeout(timer);
  history.replaceState({ load: LOAD }, "", address());
}

/** With its path and query: a bare "#..." would be resolved against <base href>, which has no query. @returns {string} */
function address() {
  const used = Object.entries(whole).filter(([, part]) => Object.keys(part).length);
  const hash = used.length ? `#${encode(Object.fromEntries(used))}` : "";
  return location.pathname + location.search + hash;
}

// Another link was opened in this tab, or an entry that an earlier load of the page left.
addEventListener("hashchange", () => history.state?.load === LOAD || location.reload());
addEventListener("pagehide", write);
