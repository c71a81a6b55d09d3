/** @file Conversations with one model or with two beside each other, kept for this tab only: neither the address nor the server has them. */

import { sendable } from "../../core/texts.js";

const KEY = "pg-text-chat";
const MOST_UNDO = 20;

/**
 * @typedef {{text: string, model: string, name: string, seed: number, end: object|null}} Answer  end: null while it is written
 * @typedef {{question: string, versions: Answer[], at: number}} Turn  versions: what was answered to it, again and again
 * @typedef {{model: string, turns: Turn[]}} Thread
 */

export class Conversation {
  /** @param {(id: string|undefined) => string} known the id of a model that is there, whatever was kept */
  constructor(known) {
    const kept = read();
    this.system = typeof kept.system === "string" ? kept.system : "";
    this.threads = (kept.threads ?? [])
      .map(readThread)
      .filter(Boolean)
      .slice(0, 2)
      .map((thread) => ({ ...thread, model: known(thread.model) }));
    if (!this.threads.length) this.threads = [{ model: known(undefined), turns: [] }];
    this.former = []; // for undo: {words, threads}
  }

  get isEmpty() {
    return this.threads.every(({ turns }) => !turns.length);
  }

  /** Remember how it stands now, before something is taken away. @param {string} words what is about to be done */
  remember(words) {
    this.former.push({ words, threads: structuredClone(this.threads) });
    if (this.former.length > MOST_UNDO) this.former.shift();
  }

  /** @returns {boolean} false when there is nothing to undo */
  undo() {
    const former = this.former.pop();
    if (former) this.threads = former.threads.map((thread) => ({ ...thread, turns: thread.turns.map(settled) }));
    this.keep();
    return Boolean(former);
  }

  clear() {
    for (const thread of this.threads) thread.turns = [];
    this.keep();
  }

  /** Two models from now on, or one again. */
  setModels(models) {
    const [first] = this.threads;
    this.threads = models.map((model, i) => ({
      model,
      turns: structuredClone((this.threads[i] ?? first).turns.map(settled)),
    }));
    this.keep();
  }

  /** What the model is asked: questions and chosen answers in turns, the last a question; unanswered ones are left out. @returns {string[]} */
  static turnsOf({ turns }, upTo = turns.length - 1) {
    const before = turns
      .slice(0, upTo)
      .filter(isAnswered)
      .flatMap((turn) => [turn.question, sendable(answerOf(turn).text)]);
    return [...before, turns[upTo].question];
  }

  keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ system: this.system, threads: this.threads }));
    } catch {
      // No room, or storage is forbidden: the conversation lives until the tab is closed or reloaded.
    }
  }

  /** Everything as plain text. @returns {string} */
  asText() {
    const part = ({ turns }) =>
      turns
        .map(
          (turn) =>
            `You: ${turn.question}\n${turn.versions.length ? `${answerOf(turn).name}: ${answerOf(turn).text}` : ""}`,
        )
        .join("\n\n");
    return this.threads.map(part).join("\n\n=====\n\n");
  }
}

/** The answer of a turn that is shown. @returns {Answer|undefined} */
export function answerOf({ versions, at }) {
  return versions[at];
}

/** Whether a turn is a part of the conversation for the model. @returns {boolean} */
export function isAnswered(turn) {
  return Boolean(answerOf(turn)?.text.trim());
}

/** A turn that nobody writes any more. */
function settled(turn) {
  return {
    ...turn,
    versions: turn.versions.map((one) => ({ ...one, end: one.end ?? { why: "aborted", tokens: 0, seconds: 0 } })),
  };
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function readThread(thread) {
  const good =
    Array.isArray(thread?.turns) &&
    thread.turns.every(
      (turn) =>
        typeof turn?.question === "string" &&
        Array.isArray(turn.versions) &&
        turn.versions.every(({ text }) => typeof text === "string"),
    );
  return good ? { model: thread.model, turns: thread.turns.map(settled) } : null;
}
