/** @file The topics of a model of bags of words: their words, and which of them a typed text has. */

import { run } from "../../core/api.js";
import { announce, button, el, fill, hint, problemBox } from "../../core/dom.js";
import { percent } from "../../core/chances.js";
import { textField } from "../../core/texts.js";

const WORDS_SHOWN = 8;
const EXAMPLE = "a small boat with a single mast that sails along the coast";
const LONGEST_KEPT = 1000;

/**
 * @param {{position: object, state: object}} parts state: slice with {topic}
 * @returns {{root: HTMLElement, rebuild: () => void}}
 */
export function topicsCard({ position, state }) {
  const problem = problemBox();
  const list = el("ol", { class: "pg-topics" });
  const found = el("div", { class: "pg-stack", role: "status" });
  const field = textField({
    label: "Your text", rows: 3, value: state.get().topic || EXAMPLE, note: "Control and Enter reads it.", onSend: read,
    onInput: (text) => state.set({ topic: text.length <= LONGEST_KEPT ? text : "" }),
  });
  const root = el(
    "section", { class: "pg-card pg-area-topics", "aria-labelledby": "pg-topics-title" },
    el("h2", { id: "pg-topics-title" }, "Topics"),
    hint("Each hidden unit has found words that come together. Type a text to see which of them it switches on."),
    field.root, el("div", { class: "pg-row" }, button("Read its topics", read, { kind: "primary" })),
    problem.root, found, el("h3", { class: "pg-title" }, "All topics"), list,
  );
  let topics = [];

  async function rebuild() {
    const { card } = position;
    root.hidden = !card.operations.includes("topics");
    problem.clear();
    fill(found);
    if (root.hidden) return;
    try {
      const { header } = await run(card.id, "topics", { words: WORDS_SHOWN });
      if (card !== position.card) return;
      topics = header.topics.map(wordsOf);
      fill(list, topics.map((words) => el("li", {}, words.slice(0, WORDS_SHOWN).join(", "))));
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
      draw(header);
    } catch (error) {
      problem.show(error, read);
    }
  }

  function draw({ topics: on, known = null }) {
    const strongest = on.slice(0, 6);
    fill(
      found,
      known && hint(`Words the model knows: ${known.join(", ") || "none"}.`),
      el("ul", { class: "pg-bars" }, strongest.map(({ topic, p }) => el(
        "li", {},
        el("div", { class: "pg-bar-row" },
          el("span", { class: "pg-bar-text" }, `Topic ${topic + 1}`),
          el("span", { class: "pg-bar-track", "aria-hidden": "true" }, el("span", { class: "pg-bar pg-bar-after", style: `width: ${100 * p}%` })),
          el("span", { class: "pg-bar-numbers" }, percent(p))),
        el("p", { class: "pg-hint" }, (topics[topic] ?? []).slice(0, WORDS_SHOWN).join(", ")),
      ))),
    );
    announce(strongest.map(({ topic, p }) => `Topic ${topic + 1}: ${percent(p)}`).join(", "));
  }

  return { root, rebuild };
}

function wordsOf(topic) {
  return Array.isArray(topic) ? topic : (topic.words ?? []);
}
