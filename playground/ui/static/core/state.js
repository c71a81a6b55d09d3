/** @file The page's whole state in its address: "#1." + base64url of JSON. Every panel owns one slice of it. */

const VERSION = "1";
const SAVE_AFTER_MS = 150;

/** True when the address held something that this page could not read. */
export let unreadable = false;

/** @type {Record<string, Record<string, any>>} */
const whole = read();
let timer = 0;

/**
 * One panel's part of the address.
 * @template T
 * @param {string} name such as "image.explore"
 * @param {T} defaults values that need not be written
 * @returns {{get: () => T, set: (patch: Partial<T>) => void}}
 *   `set` merges plain JSON values and writes the address soon after; values equal to the defaults are left out
 */
export function slice(name, defaults) {
  return {
    get: () => ({ ...defaults, ...whole[name] }),
    set(patch) {
      const next = { ...whole[name], ...patch };
      for (const key of Object.keys(next)) {
        const same = JSON.stringify(next[key]) === JSON.stringify(defaults[key]);
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

/** @returns {Record<string, Record<string, any>>} */
function read() {
  const given = location.hash.slice(1);
  if (!given.startsWith(`${VERSION}.`)) {
    unreadable = given.length > 0;
    return {};
  }
  try {
    const text = decodeURIComponent(given);
    const binary = atob(
      text
        .slice(VERSION.length + 1)
        .replaceAll("-", "+")
        .replaceAll("_", "/"),
    );
    const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))));
    return value && typeof value === "object" && !Array.isArray(value) ? value : {};
  } catch {
    unreadable = true;
    return {};
  }
}

function save() {
  clearTimeout(timer);
  timer = setTimeout(write, SAVE_AFTER_MS);
}

function write() {
  clearTimeout(timer);
  const used = Object.fromEntries(Object.entries(whole).filter(([, part]) => part && Object.keys(part).length));
  const bytes = new TextEncoder().encode(JSON.stringify(used));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  history.replaceState(
    history.state,
    "",
    Object.keys(used).length ? `#${VERSION}.${text}` : location.pathname + location.search,
  );
}

addEventListener("hashchange", () => location.reload()); // another link was opened in this tab
addEventListener("pagehide", write);
