/** @file Where the visitor stands: model, latent and settings, kept in the page's address, with listeners. */

import { LARGEST_SEED, offsetOf, plain, seeded, withOffset } from "../../core/latents.js";
import { isHealthy, knownSettings } from "../../core/models.js";

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
    this.settings = knownSettings(this.card, saved.settings);
  }

  /** @param {(changed: "model"|"settings"|"pitch"|"seed"|"latent") => void} listener called after every change */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** @param {object} card @param {{spec: object, settings: object}} [place] where to stand in it, from the state */
  setModel(card, place = null) {
    this.card = card;
    const start = this.spec.z ? seeded(FIRST_SEED) : plain(this.spec); // another model's directions mean something else
    this.spec = place ? readSpec(place.spec, card) : start;
    this.settings = knownSettings(card, place?.settings ?? this.settings);
    this.#changed("model");
  }

  setSettings(settings) {
    this.settings = { ...settings };
    this.#changed("settings");
  }

  /** The pitch alone: what one hears follows it, what shows the timbre need not. */
  setPitch(pitch) {
    if (pitch === this.settings.pitch) return;
    this.settings = { ...this.settings, pitch };
    this.#changed("pitch");
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
  let spec = explicit
    ? { z: value.z }
    : seeded(inside(value?.seed, LARGEST_SEED) ?? FIRST_SEED, inside(value?.index, LARGEST_INDEX) ?? 0);
  for (const [kind, field, count] of [
    ["direction", "offsets", latent.directions],
    ["dimension", "raw", latent.size],
  ]) {
    for (const [key, amount] of Object.entries(value?.[field] ?? {})) {
      const number = inside(Number(key), count - 1);
      if (number !== null && Number.isFinite(amount) && Math.abs(amount) <= 10)
        spec = withOffset(spec, kind, number, amount);
    }
  }
  return spec;
}
