/** @file One conversation as it is read: questions and answers below each other. */

import { button, el, fill } from "../../core/dom.js";
import { copyButton, textField, written } from "../../core/texts.js";
import { endWords } from "../../core/writing.js";
import { answerOf, isAnswered } from "./conversation.js";

const NEAR_END_PX = 80; // who reads further up is not pulled down

/**
 * @typedef {import("./conversation.js").Thread} Thread
 * @typedef {import("./conversation.js").Turn} Turn
 */

/**
 * @param {{label: string, onEdit: (index: number, text: string) => void, onRetry: () => void,
 *   onVersion: (index: number, at: number) => void, problem: HTMLElement}} options
 *   onEdit: another question in place of that turn's; onRetry: answer the last question anew; onVersion: show another answer; problem: where
 *   one is told
 * @returns {{root: HTMLElement, draw: (thread: Thread, busy: boolean) => void, write: (text: string) => void}}
 *   draw: everything; write: what the last answer says by now
 */
export function threadView({ label, onEdit, onRetry, onVersion, problem }) {
  const root = el("div", { class: "pg-thread", role: "log", "aria-label": label, tabindex: "0", "aria-live": "off" });
  /** @type {HTMLElement|null} of the answer that is being written */
  let last = null;

  /** @param {Thread} thread @param {boolean} busy */
  function draw(thread, busy) {
    const { turns } = thread;
    last = null;
    root.setAttribute("aria-busy", String(busy));
    fill(
      root,
      !turns.length &&
        el(
          "p",
          { class: "pg-hint pg-thread-empty" },
          "Nothing said yet. Your conversation stays in this tab: it is neither kept on the server nor put into the link.",
        ),
      turns.map((turn, index) => [question(turn, index, busy), answer(turn, index, index === turns.length - 1, busy)]),
      problem,
    );
    root.scrollTop = root.scrollHeight;
  }

  /** @param {Turn} turn @param {number} index @param {boolean} busy */
  function question(turn, index, busy) {
    const place = el("div", { class: "pg-said pg-said-visitor" });
    const show = () =>
      fill(
        place,
        el("span", { class: "pg-visually-hidden" }, "You said:"),
        written(turn.question),
        el(
          "div",
          { class: "pg-said-foot" },
          button("Edit", edit, { kind: "quiet", disabled: busy, label: `Edit your message ${index + 1}` }),
        ),
      );
    const edit = () => {
      const field = textField({ label: "Your message, anew", value: turn.question, rows: 2, onSend: send });
      fill(
        place,
        field.root,
        el("div", { class: "pg-row" }, button("Send anew", send, { kind: "primary" }), button("Leave it", show)),
      );
      field.input.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && show());
      field.input.focus();
      function send() {
        if (field.value().trim()) onEdit(index, field.value());
      }
    };
    show();
    return place;
  }

  /** @param {Turn} turn @param {number} index @param {boolean} isLast @param {boolean} busy */
  function answer(turn, index, isLast, busy) {
    const one = answerOf(turn);
    if (!one) return null;
    const body = written(one.text, { class: one.end ? "" : "pg-writing" });
    if (isLast) last = body;
    const many = turn.versions.length > 1;
    const go = (/** @type {number} */ by) => () => onVersion(index, turn.at + by);
    const foot =
      one.end &&
      el(
        "div",
        { class: "pg-said-foot" },
        many &&
          el(
            "span",
            { class: "pg-versions" },
            button("‹", go(-1), {
              kind: "quiet",
              label: "The answer before",
              disabled: turn.at === 0 || !isLast || busy,
            }),
            `${turn.at + 1} of ${turn.versions.length}`,
            button("›", go(1), {
              kind: "quiet",
              label: "The next answer",
              disabled: turn.at === turn.versions.length - 1 || !isLast || busy,
            }),
          ),
        isLast && button("Retry", onRetry, { kind: "quiet", disabled: busy, title: "Answer again with another seed" }),
        copyButton(() => one.text),
        el(
          "span",
          { class: "pg-hint" },
          one.end.tokens ? endWords(one.end) : "",
          isAnswered(turn) ? "" : " Nothing was said, so this turn is not a part of the conversation.",
        ),
      );
    return el(
      "div",
      { class: "pg-said pg-said-model" },
      el("span", { class: "pg-said-who" }, one.name, el("span", { class: "pg-tag" }, ` seed ${one.seed}`)),
      body,
      foot,
    );
  }

  /** @param {string} text */
  function write(text) {
    if (!last) return;
    const near = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_END_PX;
    last.textContent = text;
    if (near) root.scrollTop = root.scrollHeight;
  }

  return { root, draw, write };
}
