/** @file What Undo returns to, and its button. */

import { button } from "./dom.js";

const GESTURE_MS = 1000; // moves of one slider that follow each other so soon are one step
const MOST = 100;

/** States that were left, the last one on top. @template T */
export class UndoStack {
  /** @type {T[]} */
  #left = [];
  #gesture = "";
  #lastMs = -Infinity;

  /** How many steps can be taken back. */
  get size() {
    return this.#left.length;
  }

  /**
   * A change begins.
   * @param {T} before what it leaves
   * @param {string} [gesture] changes of the same gesture in quick succession are taken back together ("": each alone)
   * @param {number} [nowMs]
   */
  leave(before, gesture = "", nowMs = performance.now()) {
    const goesOn = gesture !== "" && gesture === this.#gesture && nowMs - this.#lastMs < GESTURE_MS;
    [this.#gesture, this.#lastMs] = [gesture, nowMs];
    if (!goesOn) this.#left.push(before);
    if (this.#left.length > MOST) this.#left.shift();
  }

  /** The state before the last change, or null. @returns {T|null} */
  back() {
    this.#gesture = "";
    return this.#left.pop() ?? null;
  }
}

/**
 * The button; Control or Command and Z does the same while it is shown, except in a field that undoes its own text.
 * @param {() => void} onUndo
 * @param {string} [title]
 */
export function undoButton(onUndo, title = "Take back the last move (Ctrl+Z)") {
  const one = button("Undo", onUndo, { title });
  document.addEventListener("keydown", (event) => {
    const { key, shiftKey, altKey, target } = event;
    const asked = key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !shiftKey && !altKey;
    if (!asked || one.disabled || !one.checkVisibility() || isTyping(target)) return;
    event.preventDefault();
    onUndo();
  });
  return one;
}

/** Whether a key goes to a field whose own text it undoes. @param {EventTarget|null} target */
function isTyping(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text");
}
