/** @file Where the visitor stands: model, latent and settings, kept in the page's address, with listeners and steps back. */

import { offsetOf, plain, readSpec, seeded, withOffset } from "../../core/latents.js";
import { isHealthy, knownSettings } from "../../core/models.js";
import { ChosenSettings } from "../../core/settings.js";
import { UndoStack } from "../../core/undo.js";

export const FIRST_SEED = 7;

/** @typedef {"model"|"settings"|"pitch"|"seed"|"latent"|"undo"} Change  undo: of anything but the model */

export class Position {
  /** @type {((changed: Change) => void)[]} */
  #listeners = [];
  #chosen = new ChosenSettings();
  /** @type {UndoStack<{card: Card, spec: Spec, settings: Settings}>} */
  #undo = new UndoStack();

  /**
   * @param {Card[]} cards one of them healthy, at least
   * @param {Slice<any>} state of which {model, spec, settings} are kept here
   */
  constructor(cards, state) {
    this.state = state;
    const saved = state.get();
    const usable = cards.filter(isHealthy);
    this.card = usable.find((card) => card.id === saved.model) ?? usable[0];
    this.spec = readSpec(saved.spec, this.card.latent) ?? seeded(FIRST_SEED);
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
    this.spec = place ? (readSpec(place.spec, card.latent) ?? seeded(FIRST_SEED)) : start;
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
