/** @file What the visitor may want next, asked while nobody waits: one small request at a time, never in front of a wanted one. */

import { isBusy } from "./api.js";

const REST_MS = 300; // after the last plan, and while other requests are under way

export class Ahead {
  constructor() {
    /** @type {(() => Promise<void>)[]} */
    this.tasks = [];
    this.timer = 0;
    this.running = false;
  }

  /**
   * Do these from now on, in order, instead of what is left of the last plan.
   * @param {(() => Promise<void>)[]} tasks each asks for something that is kept elsewhere
   */
  plan(tasks) {
    this.tasks = [...tasks];
    this.#wait();
  }

  #wait() {
    clearTimeout(this.timer);
    if (this.tasks.length) this.timer = setTimeout(() => this.#next(), REST_MS);
  }

  async #next() {
    if (this.running || isBusy() || document.hidden) return this.#wait();
    this.running = true;
    try {
      while (this.tasks.length && !isBusy()) await this.tasks.shift()?.();
    } catch {
      this.tasks = []; // whoever really wants it will ask again and tell
    } finally {
      this.running = false;
      this.#wait();
    }
  }
}
