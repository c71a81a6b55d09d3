/** @file The visitor's own direction: two lists of examples, the one like what is wanted, the other unlike it. */

import { button, el, hint } from "../../core/dom.js";
import { textField } from "../../core/texts.js";

const [FEWEST, MOST] = [3, 12];
const LONGEST = 1000; // characters of a list that the address keeps
const EXAMPLE = {
  plus: "What a wonderful day!\nI love this so much.\nEverything is going well.",
  minus: "What a terrible day.\nI hate all of this.\nEverything goes wrong.",
};

/**
 * @param {{plus: string, minus: string, onChange: (lists: {plus: string, minus: string}) => void}} options lines of examples
 * @returns {{root: HTMLElement, lists: () => {plus: string[], minus: string[]}, problem: () => string,
 *   kept: () => {plus: string, minus: string}}}
 *   problem: what is wrong with the lists, as a sentence; kept: what the address may hold
 */
export function ownLists({ plus, minus, onChange }) {
  const now = () => ({ plus: more.value(), minus: less.value() });
  const field = (/** @type {string} */ label, /** @type {string} */ value) =>
    textField({ label, value, rows: 4, onInput: () => onChange(now()) });
  const more = field("Plus: more like these", plus);
  const less = field("Minus: less like these", minus);
  const example = button("Fill in an example", () => {
    more.set(EXAMPLE.plus);
    less.set(EXAMPLE.minus);
    onChange(now());
  });
  const lines = (/** @type {string} */ text) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const lists = () => ({ plus: lines(more.value()), minus: lines(less.value()) });

  function problem() {
    const wrong = Object.entries(lists()).find(([, some]) => some.length < FEWEST || some.length > MOST);
    return wrong
      ? `The ${wrong[0]} list has ${wrong[1].length} ${wrong[1].length === 1 ? "line" : "lines"}: give ${FEWEST} to ${MOST} examples, one a line.`
      : "";
  }

  const root = el(
    "div",
    { class: "pg-stack" },
    hint(
      `One example a line, ${FEWEST} to ${MOST} a side. Pairs that differ in one thing only give the clearest direction.`,
    ),
    el("div", { class: "pg-steer-lists" }, more.root, less.root),
    el("div", { class: "pg-row" }, example),
  );
  const short = (/** @type {string} */ text) => (text.length <= LONGEST ? text : "");
  return { root, lists, problem, kept: () => ({ plus: short(more.value()), minus: short(less.value()) }) };
}
