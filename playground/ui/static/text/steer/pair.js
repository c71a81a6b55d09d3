/** @file The two sides of a steered prompt: both are written, read along the direction, and kept for a file. */

import { canonical, run } from "../../core/api.js";
import { announce, button, el, hint } from "../../core/dom.js";
import { signed } from "../../core/numbers.js";
import { saveJson, sendable } from "../../core/texts.js";
import { endWords, writeText } from "../../core/writing.js";
import { steerColumn } from "./column.js";

const AT_ONCE = 3; // one fewer than a visitor may have: a place is free a moment after its text has ended

/**
 * @typedef {{strength: number, layer: number} & ({name: string} | {plus: string[], minus: string[]})} Direction
 * @typedef {object} Wanted
 * @property {string} model id
 * @property {Direction} steer
 * @property {object} request of the plain side, without its seed
 * @property {number[]} seeds one for each text of a side
 */

/**
 * @param {{ends: () => string[]}} options  ends: what -1 and +1 are called
 */
export function steerPair({ ends }) {
  const sides = ["Strength 0", "Steered"].map((title) => steerColumn({ title, ends }));
  const story = el("p", { class: "pg-hint", role: "status" });
  const stale = hint();
  /** @type {(Wanted & Record<string, unknown>)|null} what the file holds */
  let shown = null;
  const toFile = () => shown && saveJson(shown, `${shown.model.split("/").pop()}-steered`);
  const save = button("Save .json", toFile, { title: "Both sides with their readings and what made them" });
  save.hidden = true;
  /** @type {Wanted|null} what the texts that are shown were asked with */
  let asked = null;
  /** @type {Map<string, {text: string, words: string}>} by canonical request: what stands need not be written again */
  const done = new Map();

  /** Say when the texts and their reading no longer belong to what the controls show. @param {Wanted} now */
  function compare(now) {
    const outdated = asked !== null && canonical(asked) !== canonical(now);
    stale.textContent = outdated
      ? "The texts below and their reading are from before your last change. Press Write both to write them anew."
      : "";
    for (const side of sides) side.root.classList.toggle("pg-outdated", outdated);
    sides[1].title(`Strength ${signed(now.steer.strength)}`);
  }

  function clearReading() {
    for (const side of sides) side.read(null);
    story.textContent = "";
  }

  /**
   * Write and read both sides.
   * @param {Wanted} wanted
   * @param {AbortSignal} signal
   * @throws {import("../../core/api.js").ApiError}
   */
  async function write(wanted, signal) {
    const { seeds } = wanted;
    asked = wanted;
    compare(wanted);
    clearReading();
    save.hidden = true;
    const texts = sides.map(() => seeds.map(() => ""));
    for (const side of sides) side.begin(seeds);
    const jobs = seeds.flatMap((_, place) =>
      sides.map((_, which) => async () => (texts[which][place] = await writeOne(wanted, which, place, signal))),
    );
    const worker = async () => {
      while (jobs.length && !signal.aborted) await jobs.shift()?.();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (asked === wanted) await read(wanted, texts);
  }

  /**
   * @param {Wanted} wanted
   * @param {number} which 0: the plain side, 1: the steered one
   * @param {number} place of the seed
   * @param {AbortSignal} signal
   * @returns {Promise<string>} the text
   */
  async function writeOne(wanted, which, place, signal) {
    const { model, steer, request, seeds } = wanted;
    const isSteered = which === 1 && steer.strength !== 0;
    const question = { ...request, seed: seeds[place], ...(isSteered && { steer: [steer] }) };
    const key = canonical([model, question]);
    const onText = (/** @type {string} */ text) => asked === wanted && sides[which].write(place, text);
    let known = done.get(key);
    if (!known) {
      const { text, end } = await writeText(model, question, { signal, onText });
      known = { text, words: endWords(end) };
      if (end.why !== "aborted") done.set(key, known);
    }
    onText(known.text);
    if (asked === wanted) sides[which].end(place, known.words);
    return known.text;
  }

  /** Where the texts lie along the direction, by the model without any steering. @param {Wanted} wanted @param {string[][]} texts */
  async function read(wanted, texts) {
    const { model, steer, request, seeds } = wanted;
    const { header } = await run(model, "steer_reading", { steer, texts: texts.flat().map(sendable) });
    if (asked !== wanted) return;
    /** @type {(number|null)[][]} */
    const readings = [header.readings.slice(0, seeds.length), header.readings.slice(seeds.length)];
    const known = readings.map((some) => some.flatMap((value) => value ?? [])); // an empty text has none
    sides.forEach((side, which) => side.read(known[which]));
    const [before, after] = known.map((some) => some.reduce((sum, value) => sum + value, 0) / some.length);
    story.textContent = known.every((some) => some.length)
      ? `Steering moved the ${seeds.length > 1 ? "mean " : ""}reading from ${signed(before)} to ${signed(after)}.`
      : "A side has no text that could be read: try another seed.";
    announce(story.textContent);
    const bySide = (/** @type {any[]} */ [plain, steered]) => ({ plain, steered });
    shown = { model, steer, request, seeds, texts: bySide(texts), readings: bySide(readings) };
    save.hidden = false;
  }

  const root = el("div", { class: "pg-steer-pair" }, sides[0].root, sides[1].root);
  return { root, story, stale, save, compare, clearReading, write };
}
