/** @file Texts: in replies, marked, their fields, their files. Whatever a visitor or model wrote is only ever shown as text. */

import { button, download, el, isEnter, uniqueId } from "./dom.js";
import { link } from "./state.js";

const LONGEST = 100000; // characters a field takes; the server says what is too long for a model

/**
 * One text of a reply.
 * @param {Reply} reply
 * @param {number} [index]
 * @returns {string}
 */
export function textOf(reply, index = 0) {
  return textsOf(reply)[index];
}

/** Every text of a reply. @param {Reply} reply @returns {string[]} */
export function textsOf(reply) {
  return reply.header.texts;
}

/**
 * A text whose characters from `start` to `end` are marked; an emoji is one character, as the engine counts.
 * @param {string} text
 * @param {[number, number]} span
 * @param {Record<string, any>} [attributes] of the mark
 * @returns {(string|HTMLElement)[]}
 */
export function marked(text, [start, end], attributes = {}) {
  const characters = Array.from(text);
  const part = (/** @type {number} */ from, /** @type {number} */ to) => characters.slice(from, to).join("");
  return end > start
    ? [part(0, start), el("mark", attributes, part(start, end)), part(end, characters.length)]
    : [text];
}

/**
 * A labelled field for several lines of text.
 * @param {{label: string, value?: string, rows?: number, note?: string, onInput?: (text: string) => void,
 *   onSend?: (() => void)|null}} options note: keys that do something here; onSend: Control or Command and Enter were pressed
 * @returns {{root: HTMLElement, input: HTMLTextAreaElement, value: () => string, set: (text: string) => void}}
 */
export function textField({ label, value = "", rows = 3, note = "", onInput = () => {}, onSend = null }) {
  const id = uniqueId("text");
  const input = el("textarea", {
    id,
    class: "pg-text-field",
    rows,
    dir: "auto",
    maxlength: LONGEST,
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": note ? `${id}-note` : null,
  });
  input.value = value;
  input.addEventListener("input", () => onInput(input.value));
  if (onSend) {
    input.addEventListener("keydown", (event) => {
      if (!isEnter(event) || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onSend();
    });
  }
  const root = el(
    "div",
    { class: "pg-field pg-text-box" },
    el("label", { for: id }, label),
    input,
    note && el("p", { class: "pg-hint pg-keys", id: `${id}-note` }, note),
  );
  return { root, input, value: () => input.value, set: (/** @type {string} */ text) => (input.value = text) };
}

/** A model's text without the control characters that one may write and that the server takes from nobody. @param {string} text @returns {string} */
export function sendable(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "\ufffd");
}

/**
 * Something written, shown as it is: line breaks kept, direction by its first letter.
 * @param {Child} text
 * @param {Record<string, any>} [attributes]
 * @returns {HTMLElement}
 */
export function written(text, attributes = {}) {
  return el("p", { ...attributes, class: `pg-written ${attributes.class ?? ""}`, dir: "auto" }, text);
}

/** Texts of a reply among which one chooses. @param {string} [className] @returns {Look} */
export function textLook(className = "") {
  return {
    make: () => el("span", { class: className, dir: "auto" }, " "),
    draw: (place, reply, index) => (place.textContent = place.title = textOf(reply, index) || "(empty)"),
  };
}

/** A button that copies a text. @param {() => string} textNow @param {string} [words] @returns {HTMLButtonElement} */
export function copyButton(textNow, words = "Copy") {
  const one = button(words, async () => {
    try {
      await navigator.clipboard.writeText(textNow());
      one.textContent = "Copied";
    } catch {
      one.textContent = "Select it and copy by hand";
    }
    setTimeout(() => (one.textContent = words), 2000);
  });
  return one;
}

/**
 * Hand the visitor a plain text whose last lines say what made it.
 * @param {string} text
 * @param {Record<string, unknown>} made
 * @param {string} name of the file, without its ending
 */
export function saveText(text, made, name) {
  const lines = Object.entries({ ...made, link: link() }).map(
    ([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  download(
    new Blob([`${text}\n\n---\nLatent playground\n${lines.join("\n")}\n`], { type: "text/plain;charset=utf-8" }),
    `${name}.txt`,
  );
}

/** Hand the visitor everything as JSON. @param {object} facts @param {string} name of the file, without its ending */
export function saveJson(facts, name) {
  download(
    new Blob([JSON.stringify({ ...facts, link: link() }, null, 1)], { type: "application/json" }),
    `${name}.json`,
  );
}

/** The last part of a model's id, for names of files. @param {Card} card @returns {string} */
export function fileStem(card) {
  return card.id.slice(card.id.lastIndexOf("/") + 1);
}
