/** @file Where the visitor stands: model, latent and settings, kept in the page's address, with listeners and steps back. */

import { LARGEST_SEED, offsetOf, plain, seeded, withOffset } from "../../core/latents.js";
import { isHealthy, knownSettings } from "../../core/models.js";
import { ChosenSettings } from "../../core/settings.js";
import { UndoStack } from "../../core/undo.js";

export const FIRST_SEED = 7;
const LARGEST_INDEX = 9999;

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {import("../../core/types.js").Spec} Spec
 * @typedef {import("../../core/types.js").Settings} Settings
 * @typedef {import("../../core/types.js").AxisKind} AxisKind
 * @typedef {"model"|"settings"|"pitch"|"seed"|"latent"|"undo"} Change  undo: of anything but the model
 */

export class Position {
  /** @type {((changed: Change) => void)[]} */
  #listeners = [];
  #chosen = new ChosenSettings();
  /** @type {UndoStack<{card: Card, spec: Spec, settings: Settings}>} */
  #undo = new UndoStack();

  /**
   * @param {Card[]} cards one of them healthy, at least
   * @param {import("../../core/types.js").Slice<any>} state of which {model, spec, settings} are kept here
   */
  constructor(cards, state) {
    this.state = state;
    const saved = state.get();
    const usable = cards.filter(isHealthy);
    this.card = usable.find((card) => card.id === saved.model) ?? usable[0];
    this.spec = readSpec(saved.spec, this.card);
    this.settings = knownSettings(this.card, saved.settings);
    this.#chosen.learn(this.card, this.settings);
  }

  /** @param {(changed: Change) => void} listener called after every change */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /**
   * @param {Card} card
   * @param {{spec: Spec|null, settings: Settings}|null} [place] where to stand in it, from the state
   */
  setModel(card, place = null) {
    this.#leave();
    this.card = card;
    const start = this.spec.z ? seeded(FIRST_SEED) : plain(this.spec); // another model's directions mean something else
    this.spec = place ? readSpec(place.spec, card) : start;
    this.settings = place ? knownSettings(card, place.settings) : this.#chosen.of(card);
    this.#changed("model");
  }

  /** @param {Settings} settings */
  setSettings(settings) {
    this.#leave();
    this.settings = { ...settings };
    this.#changed("settings");
  }

  /** The pitch alone: what one hears follows it, what shows the timbre need not. @param {number} pitch */
  setPitch(pitch) {
    if (pitch === this.settings.pitch) return;
    this.settings = { ...this.settings, pitch };
    this.#changed("pitch");
  }

  /** @param {number} seed */
  setSeed(seed) {
    this.#leave();
    this.spec = seeded(seed);
    this.#changed("seed");
  }

  /** Stand at another latent; offsets and all. @param {Spec} spec @param {string} [gesture] see core/undo.js */
  setSpec(spec, gesture = "") {
    this.#leave(gesture);
    this.spec = spec;
    this.#changed("latent");
  }

  /** @param {AxisKind} kind @param {number} number @param {number} value */
  move(kind, number, value) {
    this.setSpec(withOffset(this.spec, kind, number, value), `${kind} ${number}`);
  }

  /** @param {AxisKind} kind @param {number} number @returns {number} */
  offset(kind, number) {
    return offsetOf(this.spec, kind, number);
  }

  /** Whether there is a step to take back. */
  get canUndo() {
    return this.#undo.size > 0;
  }

  /** Return to where the last change began; the pitch that is played stays. */
  undo() {
    const before = this.#undo.back();
    if (!before) return;
    const sameModel = before.card === this.card;
    const { pitch } = this.settings;
    Object.assign(this, before);
    if (sameModel && pitch !== undefined) this.settings = { ...before.settings, pitch };
    this.#changed(sameModel ? "undo" : "model");
  }

  /**
   * What a slider along one direction or dimension asks: independent of where that slider itself stands.
   * @param {AxisKind} kind
   * @param {number} number
   */
  line(kind, number) {
    const { limit } = this.card.latent;
    const latent = withOffset(this.spec, kind, number, 0);
    return { model: this.card.id, latent, settings: this.settings, kind, number, low: -limit, high: limit };
  }

  #leave(gesture = "") {
    this.#undo.leave({ card: this.card, spec: this.spec, settings: this.settings }, gesture);
  }

  /** @param {Change} what */
  #changed(what) {
    this.#chosen.learn(this.card, this.settings);
    this.state.set({ model: this.card.id, spec: this.spec, settings: this.settings });
    for (const listener of this.#listeners) listener(what);
  }
}

/** A spec from an address, with whatever does not fit this model left out. @param {any} value @param {Card} card @returns {Spec} */
function readSpec(value, card) {
  const { latent } = card;
  const explicit = Array.isArray(value?.z) && value.z.length === latent.size && value.z.every(Number.isFinite);
  const inside = (/** @type {any} */ number, /** @type {number} */ high) =>
    Number.isInteger(number) && number >= 0 && number <= high ? /** @type {number} */ (number) : null;
  let spec = explicit
    ? { z: value.z }
    : seeded(inside(value?.seed, LARGEST_SEED) ?? FIRST_SEED, inside(value?.index, LARGEST_INDEX) ?? 0);
  const axes = /** @type {const} */ ([
    ["direction", "offsets", latent.directions],
    ["dimension", "raw", latent.size],
  ]);
  for (const [kind, field, count] of axes) {
    for (const [key, amount] of Object.entries(value?.[field] ?? {})) {
      const number = inside(Number(key), count - 1);
      if (number !== null && typeof amount === "number" && Math.abs(amount) <= 10)
        spec = withOffset(spec, kind, number, amount);
    }
  }
  return spec;
}
