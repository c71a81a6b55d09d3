/** @file Talks to the server: models, operations and health. Replies are kept, so the same question is asked once. */

import { uniqueId } from "./dom.js";
import { pack, unpack } from "./wire.js";

/** Where the page's routes start; works behind any path prefix. */
export const BASE = new URL(import.meta.url.replace(/\/playground\/static\/.*$/, "/playground/"));

const CACHE_BYTES = 48 * 1024 * 1024;
const RETRY_STATUSES = new Set([429, 503]);
const RETRIES = 3;
const FIRST_RETRY_MS = 300;

/** This tab's name for the server: it takes turns between sessions, and newest wins inside one. */
export const SESSION = crypto.getRandomValues(new Uint32Array(3)).join("-");

/**
 * @typedef {object} RunOptions
 * @property {Uint8Array<ArrayBuffer>|null} [body]
 * @property {string} [view] a newer request of the same view replaces this one while it waits on the server ("" = never)
 * @property {boolean} [cache] keep the reply, and take a kept one; by default of requests without a body
 * @property {AbortSignal} [signal] only for requests that are not kept
 */

/** An answer that is not 200, or none at all (status 0). The message is a sentence for the visitor. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
  /** True when a newer request of the same view took this one's place: nothing to show. */
  get superseded() {
    return this.status === 409;
  }
}

/** @type {Map<string, Reply>} by key, oldest first */
const kept = new Map();
/** @type {Map<string, Promise<Reply>>} by key */
const asked = new Map();
let flying = 0; // requests under way
let keptBytes = 0;

/** Every model's card, asked once. @type {() => Promise<Card[]>} */
export const listModels = askedOnce("models", learn);

/** Every data set by its name, asked once. @type {() => Promise<Record<string, Dataset>>} */
export const listDatasets = askedOnce("datasets");

/**
 * What one route tells, kept from the first answer on.
 * @param {string} route
 * @param {(told: any) => void} [onTold] called with it once
 */
function askedOnce(route, onTold = () => {}) {
  /** @type {Promise<any>|null} */
  let asking = null;
  return () => {
    if (asking) return asking;
    asking = requestWithRetries(
      () => fetch(new URL(route, BASE)),
      (response) => response.json(),
    );
    asking.then(onTold, () => (asking = null));
    return asking;
  };
}

/**
 * Ask a model for something. Requests without a body are answered from memory when asked before.
 * @param {string} model id
 * @param {string} operation name
 * @param {object} request everything the answer depends on
 * @param {RunOptions} [options]
 * @returns {Promise<Reply>}
 * @throws {ApiError}
 */
export function run(model, operation, request, options = {}) {
  const { body = null, view = "", cache = !body, signal } = options;
  if (!cache) return send(model, operation, request, body, view, signal);
  const key = keyOf(model, operation, request);
  const known = peek(model, operation, request);
  if (known) return Promise.resolve(known);
  const coming = asked.get(key);
  if (coming) return coming;
  const promise = send(model, operation, request, null, view).then((reply) => {
    keep(key, reply);
    return reply;
  });
  asked.set(key, promise);
  const forget = () => asked.delete(key);
  promise.then(forget, forget);
  return promise;
}

/**
 * The kept reply to a request, at once, or null when it has to be asked.
 * @param {string} model
 * @param {string} operation
 * @param {object} request
 * @returns {Reply|null}
 */
export function peek(model, operation, request) {
  const key = keyOf(model, operation, request);
  const reply = kept.get(key);
  if (!reply) return null;
  kept.delete(key); // to the end: most recently used
  kept.set(key, reply);
  return reply;
}

/**
 * A text that is equal for equal values, whatever the order of their keys.
 * @param {*} value plain JSON
 * @returns {string}
 */
export function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** One request in flight per view; of those that come meanwhile only the newest is sent. */
export class Lane {
  /** @param {string} view what the series is, such as "explore-picture"; several lanes of the page may be of one */
  constructor(view) {
    this.view = uniqueId(view); // its name on the server, where a newer request of a series replaces an older one
    this.epoch = 0;
    this.flying = false;
    /**
     * @type {{args: [string, string, object, RunOptions], resolve: (reply: Reply|null) => void, reject: (error: unknown) => void}|null}
     */
    this.waiting = null;
  }

  /**
   * Like `run`; null when a newer request or `drop` overtook this one.
   * @param {string} model
   * @param {string} operation
   * @param {object} request
   * @param {RunOptions} [options]
   * @returns {Promise<Reply|null>}
   */
  run(model, operation, request, options = {}) {
    if (options.cache !== false && !options.body) {
      const known = peek(model, operation, request);
      if (known) {
        this.drop();
        return Promise.resolve(known);
      }
    }
    return new Promise((resolve, reject) => {
      this.waiting?.resolve(null);
      this.waiting = { args: [model, operation, request, { ...options, view: this.view }], resolve, reject };
      this.#next();
    });
  }

  /** Forget what waits, and whatever still comes back. */
  drop() {
    this.epoch += 1;
    this.waiting?.resolve(null);
    this.waiting = null;
  }

  async #next() {
    if (this.flying || !this.waiting) return;
    const { args, resolve, reject } = this.waiting;
    const epoch = this.epoch;
    this.waiting = null;
    this.flying = true;
    try {
      const reply = await run(...args);
      resolve(epoch === this.epoch ? reply : null);
    } catch (error) {
      if (epoch !== this.epoch || (error instanceof ApiError && error.superseded)) resolve(null);
      else reject(error);
    } finally {
      this.flying = false;
      this.#next();
    }
  }
}

/**
 * Milliseconds a frame of this model took lately, or null before the first answer.
 * @param {string} model id
 * @returns {number|null}
 */
export function paceOf(model) {
  return paces.get(model) ?? null;
}

/** @type {Map<string, number>} milliseconds a frame, by model */
const paces = new Map();
const PACE_FRAMES = 3; // smaller replies tell more about the way than about the model
const GUESSED_FLOPS_PER_MS = 2e7; // one slow processor core

/** True while the server works for this tab: what nobody waits for can wait. @returns {boolean} */
export function isBusy() {
  return flying > 0;
}

/**
 * What cards tell: before anything was measured, paces from the operations that they count.
 * @param {Card[]} all
 */
function learn(all) {
  for (const { id, cost } of all) {
    if (!paces.has(id) && cost?.flops_per_sample) paces.set(id, 0.5 + cost.flops_per_sample / GUESSED_FLOPS_PER_MS);
  }
}

/**
 * The server's readiness, polled: quickly while something is wrong, else now and then.
 * @param {(health: {state: keyof typeof HEALTH_WORDS, words: string}) => void} callback
 */
export function watchHealth(callback) {
  let wasReady = false;
  const look = async () => {
    /** @type {keyof typeof HEALTH_WORDS} */
    let state;
    try {
      const response = await fetch(new URL("health/ready", BASE), { cache: "no-store" });
      state = response.ok ? "ready" : wasReady ? "restarting" : "starting";
    } catch {
      state = "offline";
    }
    wasReady ||= state === "ready";
    callback({ state, words: HEALTH_WORDS[state] });
    setTimeout(look, document.hidden ? 30000 : state === "ready" ? 10000 : 1000);
  };
  look();
}

const HEALTH_WORDS = {
  ready: "Models ready",
  starting: "Models starting",
  restarting: "Models restarting",
  offline: "No connection",
};

/**
 * @param {string} model
 * @param {string} operation
 * @param {object} request
 * @param {Uint8Array<ArrayBuffer>|null} body
 * @param {string} view
 * @param {AbortSignal} [signal]
 */
async function send(model, operation, request, body, view, signal) {
  const header = { model, operation, request, session: SESSION, view };
  const type = body ? "application/octet-stream" : "application/json";
  const content = body ? pack(header, body) : JSON.stringify(header);
  const started = performance.now();
  flying += 1;
  const reply = await requestWithRetries(
    () => fetch(new URL("run", BASE), { method: "POST", headers: { "Content-Type": type }, body: content, signal }),
    async (response) => unpack(await response.arrayBuffer()),
  ).finally(() => (flying -= 1));
  const frames = reply.header.frames ?? 0;
  if (frames >= PACE_FRAMES) {
    const pace = (performance.now() - started) / frames;
    paces.set(model, 0.7 * (paces.get(model) ?? pace) + 0.3 * pace);
  }
  return reply;
}

/**
 * Send a request, and send it again a few times where that may help.
 * @template T
 * @param {() => Promise<Response>} ask
 * @param {(response: Response) => Promise<T>|T} read
 * @returns {Promise<T>}
 * @throws {ApiError}
 */
export async function requestWithRetries(ask, read) {
  for (let tries = 0; ; tries += 1) {
    try {
      const response = await ask();
      if (response.ok) return await read(response);
      const message = await response.json().then(
        (told) => told.error,
        () => "The server gave no reason.",
      );
      throw new ApiError(response.status, message);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      const known =
        error instanceof ApiError ? error : new ApiError(0, "The playground cannot be reached. Is it still running?");
      const worthIt = known.status === 0 || RETRY_STATUSES.has(known.status);
      if (!worthIt || tries >= RETRIES) throw known;
      await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS * 2 ** tries));
    }
  }
}

/** @param {string} model @param {string} operation @param {object} request */
function keyOf(model, operation, request) {
  return canonical([model, operation, request]);
}

/** @param {string} key @param {Reply} reply */
function keep(key, reply) {
  kept.set(key, reply);
  keptBytes += reply.body.byteLength;
  for (const [oldest, old] of kept) {
    if (keptBytes <= CACHE_BYTES) break;
    kept.delete(oldest);
    keptBytes -= old.body.byteLength;
  }
}
