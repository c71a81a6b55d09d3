/** @file What was written to one prompt: branches that part at chosen tokens. Each is told by so few numbers that an address holds it. */

import { LARGEST_SEED } from "../../core/latents.js";
import { write } from "../../core/writing.js";
import { inside } from "../../panels/interpolate/walk.js";

const ALTERNATIVES = 8;
const GO_ON = -1;
export const MOST_TOKENS = 400; // the server counts all written ones
export const MOST_BRANCHES = 40;
const MOST_STEPS = 20;

/**
 * @typedef {{model: string, prompt: string, settings: object, seed: number, max: number}} Ask  what all branches share
 * @typedef {{path: [number, number][], most: number|null, tokens: object[]|null, end: object|null, start: object|null}} Branch
 *   path: where it parts from the plain text, again and again: [token, the id that stands there instead, or -1: written on from
 *   there]; most: tokens in all, when the visitor stopped it; tokens: null while it was not written in this tab
 */

export class Story {
  /**
   * @param {Ask} ask
   * @param {{branches?: object[], at?: number}} [saved] from an address
   */
  constructor(ask, saved = {}) {
    this.ask = ask;
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

  /** A new branch, which is shown from now on: another token at a place, or (no choice) more after the end. */
  part(place, choice = null) {
    const { path, tokens } = this.branch;
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
   * @param {{signal: AbortSignal, onStart: (start: object) => void, onTokens: (tokens: object[]) => void}} options
   *   onTokens: these were added
   */
  async write({ signal, onStart, onTokens }) {
    const { branch, ask } = this;
    const add = (tokens) => {
      branch.tokens.push(...tokens);
      onTokens(tokens);
    };
    const leg = (most) => {
      const request = {
        prompt: ask.prompt,
        settings: ask.settings,
        seed: ask.seed,
        alternatives: ALTERNATIVES,
        max_tokens: most,
      };
      if (branch.tokens.length) request.tokens = branch.tokens.map(({ id }) => id);
      return write(ask.model, request, { signal, onTokens: add, onStart: (start) => onStart((branch.start = start)) });
    };
    branch.end = null;
    if (!branch.tokens) {
      branch.tokens = [];
      for (const [place, id] of branch.path) {
        const needed = place + (id !== GO_ON);
        if (needed > branch.tokens.length) {
          const { why } = await leg(needed);
          if (why === "aborted") {
            branch.end = { why, tokens: branch.tokens.length, seconds: 0 };
            return;
          }
        }
        if (id === GO_ON) continue;
        const there = branch.tokens[place];
        const choice = there?.alternatives.find((one) => one.id === id);
        if (!choice) break; // the model is another one by now: its plain text stands
        branch.tokens = branch.tokens.slice(0, place);
        onTokens(null); // what follows replaces all
        branch.tokens.push({ ...choice, alternatives: there.alternatives });
        onTokens(branch.tokens);
      }
    }
    const most = branch.most ?? Math.min(MOST_TOKENS, ask.max + (branch.path.at(-1)?.[0] ?? 0));
    if (branch.tokens.length >= most) {
      branch.end = { why: "aborted", tokens: branch.tokens.length, seconds: 0 };
      return;
    }
    const end = await leg(most);
    if (end.why === "aborted") branch.most = Math.max(1, branch.tokens.length);
    branch.end = branch.most && end.why === "length" ? { ...end, why: "aborted" } : end;
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

function fresh(path, most = null) {
  return { path, most, tokens: null, end: null, start: null };
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

function readBranch(saved) {
  const number = (value, least) => Number.isInteger(value) && value >= least && value < 1e6;
  const path = saved?.path;
  if (!Array.isArray(path) || path.length > MOST_STEPS) return null;
  if (!path.every((step) => Array.isArray(step) && number(step[0], 0) && number(step[1], GO_ON))) return null;
  return fresh(path, number(saved.most, 1) && saved.most <= MOST_TOKENS ? saved.most : null);
}
