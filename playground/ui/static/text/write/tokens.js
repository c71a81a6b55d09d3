/** @file A written text whose tokens can be chosen one by one; their colours tell how likely each was. */

import { LEVEL_WORDS, levelOf, percent, visible } from "../../core/chances.js";
import { el, fill } from "../../core/dom.js";

/** @typedef {{text: string, p: number}} Shown */

/**
 * @param {{label: string, onChoose: (index: number) => void, onOpen?: (index: number) => void}} options
 *   onChoose: a token was clicked or reached by an arrow key; onOpen: Enter or the down arrow was pressed on it
 * @returns {{root: HTMLElement, append: (tokens: Shown[]) => void, clear: (lead?: string) => void,
 *   mark: (index: number|null) => void, focus: (index: number) => void, busy: (yes: boolean) => void}}
 *   clear: start again, after words that are not the model's; mark: the chosen token
 */
export function tokenText({ label, onChoose, onOpen = onChoose }) {
  const lead = el("span", { class: "pg-lead" });
  const place = el("span", { class: "pg-tokens", role: "group", "aria-label": label });
  const root = el("div", { class: "pg-written pg-token-text", dir: "auto" }, lead, place);
  /** @type {HTMLElement[]} */
  let spans = [];
  /** @type {number|null} */
  let marked = null;

  function clear(words = "") {
    fill(lead, words);
    fill(place);
    spans = [];
    marked = null;
  }

  /** @param {Shown[]} tokens */
  function append(tokens) {
    for (const token of tokens) {
      const index = spans.length;
      const span = el(
        "span",
        {
          class: "pg-token",
          role: "button",
          tabindex: index ? "-1" : "0",
          dataset: { level: levelOf(token.p) },
          title: `${percent(token.p)}`,
          "aria-label": `${visible(token.text)}: ${percent(token.p)}`,
          "aria-pressed": "false",
        },
        shown(token.text),
      );
      span.addEventListener("click", () => {
        if (!getSelection()?.isCollapsed && !span.matches(":focus")) return; // a part of the text was marked to be copied
        choose(index);
      });
      spans.push(span);
      place.append(span);
    }
  }

  /** @param {number} index */
  function choose(index) {
    mark(index);
    focus(index);
    onChoose(index);
  }

  /** @param {number|null} index */
  function mark(index) {
    if (marked !== null) spans[marked]?.setAttribute("aria-pressed", "false");
    marked = index;
    spans.forEach((span, i) => (span.tabIndex = i === (index ?? 0) ? 0 : -1));
    if (index !== null) spans[index]?.setAttribute("aria-pressed", "true");
  }

  const focus = (/** @type {number} */ index) => spans[index]?.focus();

  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = spans.findIndex((span) => span === document.activeElement);
    if (at < 0) return;
    const last = spans.length - 1;
    /** @type {Record<string, number>} */
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    const next = places[event.key];
    if (next !== undefined) {
      event.preventDefault();
      choose(Math.min(last, Math.max(0, next)));
    } else if (["Enter", " ", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      mark(at);
      onOpen(at);
    }
  });

  return {
    root,
    append,
    clear,
    mark,
    focus,
    busy: (/** @type {boolean} */ yes) => root.setAttribute("aria-busy", String(yes)),
  };
}

/** Line breaks are seen and break the line; a token that is only a part of a character has a place all the same. @param {string} text */
function shown(text) {
  if (text === "") return el("span", { class: "pg-blank", "aria-hidden": "true" }, "·");
  return text
    .split("\n")
    .flatMap((part, i) => (i ? [el("span", { class: "pg-blank", "aria-hidden": "true" }, "⏎"), "\n", part] : [part]));
}

/** What the colours of tokens mean. @returns {HTMLElement} */
export function tokenLegend(words = "Probability of each token:") {
  const swatches = LEVEL_WORDS.map((text, level) =>
    el("span", { class: "pg-token pg-token-key", dataset: { level } }, text),
  );
  return el("div", { class: "pg-row pg-legend" }, el("span", { class: "pg-label" }, words), swatches);
}
