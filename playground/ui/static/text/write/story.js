/** @file What was written to one prompt: branches that part at chosen tokens. Each is told by so few numbers that an address holds it. */

import { LARGEST_SEED } from "../../core/latents.js";
import { inside } from "../../core/numbers.js";
import { write } from "../../core/writing.js";

/**
 * @typedef {import("../../core/writing.js").Choice} Choice
 * @typedef {import("../../core/writing.js").Token} Token
 * @typedef {import("../../core/writing.js").End} End
 * @typedef {import("../../core/writing.js").Start} Start
 */

const ALTERNATIVES = 8;
const GO_ON = -1;
export const MOST_TOKENS = 400; // the server counts all written ones
export const MOST_BRANCHES = 40;
const MOST_STEPS = 20;
/** Characters of a prompt that the page's link keeps, and of the prompts of earlier texts. */
export const [LONGEST_KEPT, LONGEST_EARLIER] = [4000, 400];

/**
 * @typedef {{model: string, prompt: string, settings: Settings, seed: number, max: number}} Ask  what all branches share
 * @typedef {{path: [number, number][], most: number|null, tokens: Token[]|null, end: End|null, start: Start|null}} Branch
 *   path: where it parts from the plain text, again and again: [token, the id that stands there instead, or -1: written on from
 *   there]; most: tokens in all, when the visitor stopped it; tokens: null while it was not written in this tab
 */

export class Story {
  /**
   * @param {Ask} ask
   * @param {any} [saved] from an address
   */
  constructor(ask, saved = {}) {
    this.ask = ask;
    /** @type {Branch[]} */
    const branches = Array.isArray(saved.branches) ? saved.branches.map(readBranch).filter(Boolean) : [];
    this.branches = branches.length ? branches : [fresh([])];
    this.at = this.branches[saved.at] ? saved.at : 0;
  }

  /** @returns {Branch} the one that is shown */
  get branch() {
    return this.branches[this.at];
  }

  /** The written text of a branch. @returns {string} */
  textOf(branch = this.branch) {
    return (branch.tokens ?? []).map(({ text }) => text).join("");
  }

  /** Show the plain text, which is written whole even where it was stopped before. */
  openPlain() {
    const plain = this.branches.findIndex(({ path }) => !path.length);
    if (plain < 0) this.branches = [fresh([]), ...this.branches];
    this.at = Math.max(0, plain);
    Object.assign(this.branch, fresh([]));
  }

  /** A new branch, which is shown from now on: another token at a place, or (no choice) more after the end. @param {number} place @param {Choice|null} [choice] */
  part(place, choice = null) {
    const { path } = this.branch;
    const tokens = this.branch.tokens ?? [];
    const kept = path.filter(([at], i) => at < place || (at === place && path[i][1] === GO_ON && choice));
    const next = fresh([...kept, [place, choice ? choice.id : GO_ON]]);
    next.tokens = choice
      ? [...tokens.slice(0, place), { ...choice, alternatives: tokens[place].alternatives }]
      : [...tokens];
    this.branches = [...this.branches, next].slice(-MOST_BRANCHES);
    this.at = this.branches.length - 1;
  }

  /**
   * Write the shown branch: what is missing of its way, then its last part.
   * @param {{signal: AbortSignal, onStart: (start: Start) => void, onTokens: (tokens: Token[]|null) => void}} options
   *   onTokens: these were added; null: all that is there is replaced by what follows
   */
  async write({ signal, onStart, onTokens }) {
    const { branch, ask } = this;
    const isNew = !branch.tokens;
    let tokens = (branch.tokens ??= []);
    const add = (/** @type {Token[]} */ more) => {
      tokens.push(...more);
      onTokens(more);
    };
    const leg = (/** @type {number} */ most) =>
      write(
        ask.model,
        { ...this.#question(tokens), max_tokens: most },
        { signal, onTokens: add, onStart: (start) => onStart((branch.start = start)) },
      );
    branch.end = null;
    if (isNew) {
      for (const [place, id] of branch.path) {
        const needed = place + Number(id !== GO_ON);
        if (needed > tokens.length) {
          const { why } = await leg(needed);
          if (why === "aborted") {
            branch.end = { why, tokens: tokens.length, seconds: 0 };
            return;
          }
        }
        if (id === GO_ON) continue;
        const there = tokens[place];
        const choice = there?.alternatives.find((one) => one.id === id);
        if (!choice) break; // the model is another one by now: its plain text stands
        tokens = branch.tokens = [...tokens.slice(0, place), { ...choice, alternatives: there.alternatives }];
        onTokens(null);
        onTokens(tokens);
      }
    }
    const most = branch.most ?? Math.min(MOST_TOKENS, ask.max + (branch.path.at(-1)?.[0] ?? 0));
    if (tokens.length >= most) {
      branch.end = { why: "aborted", tokens: tokens.length, seconds: 0 };
      return;
    }
    const end = await leg(most);
    if (end.why === "aborted") branch.most = Math.max(1, tokens.length);
    branch.end = branch.most && end.why === "length" ? { ...end, why: "aborted" } : end;
  }

  /**
   * A token of the shown branch and its alternatives as other settings treat them.
   * @param {import("../../core/api.js").Lane} lane
   * @param {number} place
   * @param {Settings} settings
   * @returns {Promise<Token|null>} null when a newer question overtook this one
   */
  async lookAt(lane, place, settings) {
    const tokens = this.branch.tokens ?? [];
    const { id, text } = tokens[place];
    const question = { ...this.#question(tokens.slice(0, place)), settings, look: id };
    for (;;) {
      const reply = await lane.run(this.ask.model, "write", question, { cache: false });
      if (!reply) return null;
      const [token] = reply.header.tokens;
      if (token) return { ...token, text }; // else the model is still reading a long prompt: it goes on when it is asked again
    }
  }

  /** What the model is asked after these tokens. @param {Token[]} tokens */
  #question(tokens) {
    const { prompt, settings, seed } = this.ask;
    const question = { prompt, settings, seed, alternatives: ALTERNATIVES };
    return tokens.length ? { ...question, tokens: tokens.map(({ id }) => id) } : question;
  }

  /** What an address keeps of it. */
  saved() {
    return {
      ...this.ask,
      at: this.at,
      branches: this.branches.map(({ path, most }) => ({ path, ...(most && { most }) })),
    };
  }
}

/** @param {[number, number][]} path @param {number|null} [most] @returns {Branch} */
function fresh(path, most = null) {
  return { path, most, tokens: null, end: null, start: null };
}

/** Whether the page's link keeps a text. @param {{prompt: string}} ask @param {boolean} [isEarlier] another took its place @returns {boolean} */
export function linkHas({ prompt }, isEarlier = false) {
  return prompt.length <= (isEarlier ? LONGEST_EARLIER : LONGEST_KEPT);
}

/**
 * What a text was asked by, out of an address.
 * @param {any} saved
 * @param {{seed: number, max: number}} otherwise for what does not fit
 * @returns {Ask|null}
 */
export function readAsk(saved, otherwise) {
  if (typeof saved?.prompt !== "string" || typeof saved.model !== "string") return null;
  const { model, prompt, settings } = saved;
  const seed = inside(saved.seed, 0, LARGEST_SEED, otherwise.seed);
  return { model, prompt, settings, seed, max: inside(saved.max, 1, MOST_TOKENS, otherwise.max) };
}

/** @param {any} saved of an address @returns {Branch|null} */
function readBranch(saved) {
  const number = (/** @type {any} */ value, /** @type {number} */ least) =>
    Number.isInteger(value) && value >= least && value < 1e6;
  const path = saved?.path;
  if (!Array.isArray(path) || path.length > MOST_STEPS) return null;
  if (!path.every((/** @type {any} */ step) => Array.isArray(step) && number(step[0], 0) && number(step[1], GO_ON)))
    return null;
  return fresh(path, number(saved.most, 1) && saved.most <= MOST_TOKENS ? saved.most : null);
}
