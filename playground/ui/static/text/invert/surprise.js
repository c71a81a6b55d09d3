/** @file How surprised a language model is at a typed text, token by token. */

import { run } from "../../core/api.js";
import { percent, visible } from "../../core/chances.js";
import { announce, el, hint } from "../../core/dom.js";
import { tidy } from "../../core/models.js";
import { alternativesCard } from "../write/alternatives.js";
import { tokenLegend, tokenText } from "../write/tokens.js";

const [ALTERNATIVES, MOST_SHOWN] = [8, 8];

/**
 * @typedef {import("../write/alternatives.js").Choice} Choice
 * @typedef {Choice & {nats: number, alternatives: Choice[]}} Token
 * @typedef {Omit<Token, "p"|"nats"> & {p: null, nats: null}} First  of a model that has no start token
 */

/**
 * @param {Card} card
 * @param {string} text
 * @returns {Promise<{main: Child[], beside: HTMLElement}>}
 *   what is shown of it, and what else could have stood there
 */
export async function surpriseView(card, text) {
  const { header } = await run(card.id, "surprise", { text, alternatives: ALTERNATIVES });
  const { nats, nats_per_character: perCharacter, perplexity, trimmed = 0 } = header;
  /** @type {(Token|First)[]} */
  const tokens = header.tokens;
  const choices = alternativesCard({ empty: "Choose a token to see what the model would have expected there." });
  const words = tokenText({ label: "Tokens of your text. Arrow keys walk.", onChoose: look });
  words.append(tokens.map((token) => ({ ...token, p: token.p ?? 1 })));

  /** @param {number} index */
  function look(index) {
    words.mark(index);
    const token = tokens[index];
    if (token.p === null)
      choices.show({ ...token, p: 1, alternatives: [] }, `Token ${index + 1}: the first one has no number`);
    else choices.show(token, `Token ${index + 1} of ${tokens.length}`);
  }

  const order = tokens
    .flatMap((token, index) => (token.nats === null ? [] : [{ ...token, index }]))
    .sort((one, other) => other.nats - one.nats)
    .slice(0, MOST_SHOWN);
  const facts = [
    [`${tidy(nats)} nats`, "in all"],
    [`${tidy(perCharacter)} nats`, "per character"],
    [tidy(perplexity), "perplexity per token"],
    [String(tokens.length), tokens.length === 1 ? "token" : "tokens"],
  ];
  announce(`${tidy(perCharacter)} nats per character, perplexity ${tidy(perplexity)}.`);
  return {
    main: [
      el(
        "dl",
        { class: "pg-sums" },
        facts.map(([value, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
      ),
      tokenLegend(),
      words.root,
      trimmed > 0 && hint(`The last ${trimmed} tokens were too many and are left out.`),
      el("h3", { class: "pg-title" }, "Most surprising"),
      el(
        "ol",
        { class: "pg-surprises" },
        order.map((token) =>
          el(
            "li",
            {},
            el(
              "button",
              { type: "button", class: "pg-surprise", onclick: () => (look(token.index), words.focus(token.index)) },
              el("bdi", { class: "pg-bar-text" }, visible(token.text)),
              el("span", {}, `${tidy(token.nats)} nats`),
              el("span", { class: "pg-hint" }, percent(token.p)),
            ),
          ),
        ),
      ),
    ],
    beside: choices.root,
  };
}
