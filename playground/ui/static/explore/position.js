/** @file Where the visitor stands: model, latent and settings, kept in the page's address, with listeners. */

import { LARGEST_SEED, offsetOf, plain, seeded, withOffset } from "../core/latents.js";
import { defaultsOf, isHealthy } from "../core/models.js";

export const FIRST_SEED = 7;
const LARGEST_INDEX = 9999;

export class Position {
  /**
   * @param {object[]} cards healthy and broken ones
   * @param {{get: () => object, set: (patch: object) => void}} state slice with {model, spec, settings}
   */
  constructor(cards, state) {
    this.state = state;
    this.listeners = [];
    const usable = cards.filter(isHealthy);
    const saved = state.get();
    this.card = usable.find((card) => card.id === saved.model) ?? usable[0] ?? null;
    if (!this.card) return;
    this.spec = readSpec(saved.spec, this.card);
    this.settings = readSettings(saved.settings, this.card);
  }

  /** @param {(changed: "model"|"settings"|"seed"|"latent") => void} listener called after every change */
  onChange(listener) {
    this.listeners.push(listener);
  }

  setModel(card) {
    this.card = card;
    this.spec = this.spec.z ? seeded(FIRST_SEED) : plain(this.spec); // another model's directions mean something else
    this.settings = readSettings(this.settings, card);
    this.#changed("model");
  }

  setSettings(settings) {
    this.settings = { ...settings };
    this.#changed("settings");
  }

  setSeed(seed) {
    this.spec = seeded(seed);
    this.#changed("seed");
  }

  /** Stand at another latent; offsets and all. */
  setSpec(spec) {
    this.spec = spec;
    this.#changed("latent");
  }

  move(kind, number, value) {
    this.setSpec(withOffset(this.spec, kind, number, value));
  }

  offset(kind, number) {
    return offsetOf(this.spec, kind, number);
  }

  /** What a slider along one direction or dimension asks: independent of where that slider itself stands. */
  line(kind, number) {
    const { limit } = this.card.latent;
    const latent = withOffset(this.spec, kind, number, 0);
    return { model: this.card.id, latent, settings: this.settings, kind, number, low: -limit, high: limit };
  }

  #changed(what) {
    this.state.set({ model: this.card.id, spec: this.spec, settings: this.settings });
    for (const listener of this.listeners) listener(what);
  }
}

/** A spec from an address, with whatever does not fit this model left out. */
function readSpec(value, card) {
  const { latent } = card;
  const explicit = Array.isArray(value?.z) && value.z.length === latent.size && value.z.every(Number.isFinite);
  const inside = (number, high) => (Number.isInteger(number) && number >= 0 && number <= high ? number : null);
  let spec = explicit ? { z: value.z } : seeded(inside(value?.seed, LARGEST_SEED) ?? FIRST_SEED, inside(value?.index, LARGEST_INDEX) ?? 0);
  for (const [kind, field, count] of [["direction", "offsets", latent.directions], ["dimension", "raw", latent.size]]) {
    for (const [key, amount] of Object.entries(value?.[field] ?? {})) {
      const number = inside(Number(key), count - 1);
      if (number !== null && Number.isFinite(amount) && Math.abs(amount) <= 10) spec = withOffset(spec, kind, number, amount);
    }
  }
  return spec;
}

function readSettings(values, card) {
  const settings = defaultsOf(card);
  for (const { name, kind, min, max, choices } of card.settings) {
    const value = values?.[name];
    const fits = kind === "choice" ? choices.includes(value) : Number.isFinite(value) && value >= min && value <= max;
    if (fits) settings[name] = value;
  }
  return settings;
}
