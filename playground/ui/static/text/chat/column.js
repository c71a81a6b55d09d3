/** @file One model that is asked: which it is, what was said with it, and what went wrong. */

import { announce, el, fill, hint, problemBox, select } from "../../core/dom.js";
import { can, shortName } from "../../core/models.js";
import { trimmedWords, writeText } from "../../core/writing.js";
import { Conversation } from "./conversation.js";
import { threadView } from "./thread.js";

/**
 * @typedef {import("./conversation.js").Thread} Thread
 * @typedef {{seed: number, max: number, settings: Settings}} Drawn  how an answer is drawn
 */

/**
 * @param {{cards: Card[], which: number, talk: Conversation, onModel: (id: string) => void, onBusy: () => void,
 *   onEdit: (index: number, text: string) => void, onRetry: () => void}} options
 *   which: of the conversation's threads; onBusy: it begins or ends to answer; onEdit: another question in place of that turn's
 */
export function chatColumn({ cards, which, talk, onModel, onBusy, onEdit, onRetry }) {
  /** @type {AbortController|null} while the model answers */
  let stopper = null;
  const problem = problemBox();
  const notes = hint();
  const about = hint();
  const view = threadView({
    label: which ? "Conversation with the second model" : "Conversation",
    problem: problem.root,
    onEdit,
    onRetry,
    onVersion: (index, at) => {
      talk.threads[which].turns[index].at = at;
      talk.keep();
      draw();
    },
  });
  const model = select({
    label: which ? "Second model" : "Model",
    choices: cards.map((card) => [card.id, shortName(card)]),
    value: cards[0].id,
    onChange: onModel,
  });
  const root = el("div", { class: "pg-chat-column" }, model.root, about, view.root, notes);

  const draw = () => talk.threads[which] && view.draw(talk.threads[which], stopper !== null);

  /** The thread as it stands, without what was told of an answer. */
  function redraw() {
    problem.clear();
    notes.textContent = "";
    draw();
  }

  /** Who is asked here, and who is asked in the other column. @param {Card[]} asked in the order of the columns */
  function choose(asked) {
    const card = asked[which];
    root.hidden = !card;
    if (!card) return;
    const others = asked.filter((one) => one !== card).map(({ id }) => id);
    for (const option of model.input.options) option.disabled = others.includes(option.value);
    model.input.value = card.id;
    const knowsNone = asked.some((one) => can(one, "system")) && !can(card, "system");
    fill(about, knowsNone ? `${card.summary} It knows no system prompt.` : card.summary);
  }

  /** Write an answer to the last question. @param {Card} card @param {Drawn} drawn */
  async function answer(card, drawn) {
    const thread = talk.threads[which];
    const turn = thread.turns[thread.turns.length - 1];
    const { seed, max, settings } = drawn;
    /** @type {import("./conversation.js").Answer} */
    const one = { text: "", model: card.id, name: shortName(card), seed, end: null };
    stopper?.abort();
    const mine = (stopper = new AbortController());
    turn.versions.push(one);
    turn.at = turn.versions.length - 1;
    redraw();
    onBusy();
    const current = () => stopper === mine;
    const chat = { system: can(card, "system") ? talk.system : "", turns: Conversation.turnsOf(thread) };
    const request = { chat, settings, seed, max_tokens: max };
    try {
      const { end } = await writeText(card.id, request, {
        signal: mine.signal,
        onStart: (start) => current() && (notes.textContent = trimmedWords(start)),
        onText: (text) => {
          one.text = text;
          if (current()) view.write(text);
        },
      });
      one.end = end;
      if (current()) announce(`${one.name}: ${one.text}`);
    } catch (error) {
      one.end = { why: "aborted", tokens: 0, seconds: 0 };
      const again = () => {
        turn.versions = turn.versions.filter((other) => other !== one);
        answer(card, drawn);
      };
      if (current()) problem.show(error, again);
    }
    if (!current()) return;
    stopper = null;
    talk.keep();
    draw();
    onBusy();
  }

  /** @param {boolean} forget what still comes is not waited for */
  function stop(forget) {
    stopper?.abort();
    if (forget) stopper = null;
  }

  return { root, redraw, choose, answer, stop, isBusy: () => stopper !== null };
}
