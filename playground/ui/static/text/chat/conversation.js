/** @file Conversations with one model or with two beside each other, kept for this tab only: neither the address nor the server has them. */

import { sendable } from "../../core/texts.js";
import { UndoStack } from "../../core/undo.js";

const KEY = "pg-text-chat";

/**
 * @typedef {import("../../core/writing.js").End} End
 * @typedef {{text: string, model: string, name: string, seed: number, end: End|null}} Answer  end: null while it is written
 * @typedef {{question: string, versions: Answer[], at: number}} Turn  versions: what was answered to it, again and again
 * @typedef {{model: string, turns: Turn[]}} Thread
 */

export class Conversation {
  /** @param {(id: string|undefined) => string} known the id of a model that is there, whatever was kept */
  constructor(known) {
    const kept = read();
    this.system = typeof kept.system === "string" ? kept.system : "";
    const threads = /** @type {any[]} */ (kept.threads ?? []).flatMap(readThread).slice(0, 2);
    /** @type {Thread[]} */
    this.threads = threads.map((thread) => ({ ...thread, model: known(thread.model) }));
    if (!this.threads.length) this.threads = [{ model: known(undefined), turns: [] }];
    if (this.threads[0].model === this.threads[1]?.model) this.threads.pop(); // one of the two is gone by now
    /** @type {UndoStack<Thread[]>} */
    this.former = new UndoStack();
  }

  get isEmpty() {
    return this.threads.every(({ turns }) => !turns.length);
  }

  /** Remember how it stands now, before something is taken away. */
  remember() {
    this.former.leave(structuredClone(this.threads));
  }

  /** Return to how it stood when it was last remembered. */
  undo() {
    const threads = this.former.back() ?? this.threads;
    this.threads = threads.map((thread) => ({ ...thread, turns: thread.turns.map(settled) }));
    this.keep();
  }

  clear() {
    for (const thread of this.threads) thread.turns = [];
    this.keep();
  }

  /** Two models from now on, or one again. @param {string[]} models */
  setModels(models) {
    const [first] = this.threads;
    this.threads = models.map((model, i) => ({
      model,
      turns: structuredClone((this.threads[i] ?? first).turns.map(settled)),
    }));
    this.keep();
  }

  /** What the model is asked: questions and chosen answers in turns, the last a question; unanswered ones are left out. @param {Thread} thread @returns {string[]} */
  static turnsOf({ turns }) {
    const before = turns
      .slice(0, -1)
      .filter(isAnswered)
      .flatMap((turn) => [turn.question, sendable(answerOf(turn)?.text ?? "")]);
    return [...before, turns[turns.length - 1].question];
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
    const said = (/** @type {Answer|undefined} */ answer) => (answer ? `${answer.name}: ${answer.text}` : "");
    const part = (/** @type {Thread} */ { turns }) =>
      turns.map((turn) => `You: ${turn.question}\n${said(answerOf(turn))}`).join("\n\n");
    return this.threads.map(part).join("\n\n=====\n\n");
  }
}

/** The answer of a turn that is shown. @param {Turn} turn @returns {Answer|undefined} */
export function answerOf({ versions, at }) {
  return versions[at];
}

/** Whether a turn is a part of the conversation for the model. @param {Turn} turn @returns {boolean} */
export function isAnswered(turn) {
  return Boolean(answerOf(turn)?.text.trim());
}

/** A turn that nobody writes any more. @param {Turn} turn @returns {Turn} */
function settled(turn) {
  return {
    ...turn,
    versions: turn.versions.map((one) => ({ ...one, end: one.end ?? { why: "aborted", tokens: 0, seconds: 0 } })),
  };
}

/** What this tab has kept; nothing of it is sure. @returns {any} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** @param {any} thread @returns {Thread[]} none where it is no thread */
function readThread(thread) {
  const good =
    Array.isArray(thread?.turns) &&
    thread.turns.every(
      (/** @type {any} */ turn) =>
        typeof turn?.question === "string" &&
        Array.isArray(turn.versions) &&
        turn.versions.every((/** @type {any} */ { text }) => typeof text === "string"),
    );
  return good ? [{ model: thread.model, turns: thread.turns.map(settled) }] : [];
}
