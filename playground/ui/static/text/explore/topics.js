/** @file The topics of a model of bags of words: their words, and which of them a typed text has. */

import { run } from "../../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, titled } from "../../core/dom.js";
import { percent } from "../../core/chances.js";
import { textField } from "../../core/texts.js";
import { barParts } from "../controls.js";

const [WORDS_SHOWN, TOPICS_SHOWN] = [8, 6];
const EXAMPLE = "a small boat with a single mast that sails along the coast";
const LONGEST_KEPT = 1000;

/**
 * @typedef {{words: string[], mean: number}} Topic  words: that come together; mean: share of the texts in which it is on
 * @typedef {{topics: (Topic & {topic: number, p: number})[], known: string[], unknown: number}} Read  topic: counted from 0
 */

/**
 * @param {{position: import("../../panels/explore/position.js").Position, state: import("../../panels/explore/types.js").ExploreSlice}} parts
 *   state: keeps the text
 * @returns {{root: HTMLElement, rebuild: () => void}}
 */
export function topicsCard({ position, state }) {
  const problem = problemBox();
  const list = el("ol", { class: "pg-topics" });
  const found = el("div", { class: "pg-stack", role: "status" });
  const field = textField({
    label: "Your text",
    rows: 3,
    value: state.get().topic || EXAMPLE,
    note: "Ctrl+Enter reads it.",
    onSend: read,
    onInput: (text) => state.set({ topic: text.length <= LONGEST_KEPT ? text : "" }),
  });
  const root = titled(
    "topics",
    "Topics",
    hint("Each hidden unit has found words that come together. Type a text to see which of them it switches on."),
    field.root,
    el("div", { class: "pg-row" }, button("Read its topics", read, { kind: "primary" })),
    problem.root,
    found,
    fold("All topics", list),
  );

  async function rebuild() {
    const { card } = position;
    root.hidden = !card.operations.includes("topics");
    problem.clear();
    fill(found);
    if (root.hidden) return;
    try {
      const { header } = await run(card.id, "topics", { words: WORDS_SHOWN });
      if (card !== position.card) return;
      /** @type {Topic[]} */
      const topics = header.topics;
      fill(
        list,
        topics.map(({ words, mean }) =>
          el("li", {}, words.join(", "), el("span", { class: "pg-hint" }, ` on in ${percent(mean)}`)),
        ),
      );
    } catch (error) {
      problem.show(error, rebuild);
    }
  }

  async function read() {
    problem.clear();
    const { card } = position;
    try {
      const { header } = await run(card.id, "read_topics", { text: field.value() });
      if (card !== position.card) return;
      draw(/** @type {Read & typeof header} */ (header));
    } catch (error) {
      problem.show(error, read);
    }
  }

  /** @param {Read} read */
  function draw({ topics, known, unknown }) {
    const strongest = topics.slice(0, TOPICS_SHOWN);
    fill(
      found,
      hint(
        `Read: ${known.join(", ")}.${unknown ? ` ${unknown} other ${unknown === 1 ? "word is" : "words are"} not among those it knows.` : ""}`,
      ),
      el(
        "ul",
        { class: "pg-bars" },
        strongest.map(({ topic, p, mean, words }) =>
          el(
            "li",
            {},
            el("div", { class: "pg-bar-row" }, barParts(`Topic ${topic + 1}`, [["after", p]], percent(p))),
            el("p", { class: "pg-hint" }, `${words.join(", ")} (usually ${percent(mean)})`),
          ),
        ),
      ),
    );
    announce(strongest.map(({ topic, p }) => `Topic ${topic + 1}: ${percent(p)}`).join(", "));
  }

  return { root, rebuild };
}
