/** @file What an Interpolate panel walks between: a model, its settings and the ends, kept in the address. */

import { announce, el, emptyState, fill, fold, hint, select } from "../../core/dom.js";
import { seeded } from "../../core/latents.js";
import { familyTag, knownSettings, settingsForm, shortName, withoutSettings } from "../../core/models.js";
import { ChosenSettings } from "../../core/settings.js";
import { slice } from "../../core/state.js";
import { endsForOther, readEnds } from "./ends.js";
import { NAMES } from "./walk.js";

/**
 * @typedef {import("./ends.js").End} End
 * @typedef {"model"|"settings"|"ends"|"explore"} Change  explore: settings and an end, of the same model
 */

export class WalkPlace {
  #chosen = new ChosenSettings();
  /** @type {(changed: Change) => void} */
  #tell = () => {};

  /**
   * @param {{usable: Card[], modality: string, state: Slice<any>}} options
   *   usable: healthy models, at least one; state: of which {model, settings, ends} are kept here
   */
  constructor({ usable, modality, state }) {
    this.usable = usable;
    this.state = state;
    this.explore = slice(`${modality}.explore`, /** @type {Record<string, any>} */ ({}));
    const saved = state.get();
    const wanted = saved.model ?? this.explore.get().model;
    this.card = usable.find((card) => card.id === wanted) ?? usable[0];
    /** @type {End[]} */
    this.ends = readEnds(saved.ends, this.card);
    this.settings = knownSettings(this.card, saved.settings);
  }

  /** @param {(changed: Change) => void} listener called after every change */
  onChange(listener) {
    this.#tell = listener;
  }

  /** @param {Card} card */
  setModel(card) {
    this.#turnTo(card);
    this.#keep("model");
    announce(`${shortName(card)} chosen.`);
  }

  /** @param {Settings} settings of the present model */
  setSettings(settings) {
    this.settings = knownSettings(this.card, settings);
    this.#keep("settings");
  }

  /** @param {number} place @param {End} end */
  setEnd(place, end) {
    this.ends = this.ends.map((old, i) => (i === place ? end : old));
    this.#keep("ends");
  }

  /** A and B change places. */
  swap() {
    const [a, b, ...others] = this.ends;
    this.ends = [b, a, ...others];
    this.#keep("ends");
  }

  /** What Explore shows becomes an end, with its model and settings. @param {number} place */
  takeFromExplore(place) {
    const there = this.explore.get();
    // Explore may show a model that walks nowhere; one that nobody touched shows the first.
    const card = there.model ? (this.usable.find(({ id }) => id === there.model) ?? this.card) : this.usable[0];
    const { spec = seeded(7), settings } = card.id === there.model ? there : (there.places?.[card.id] ?? {});
    const isOther = card !== this.card;
    if (isOther) this.#turnTo(card);
    if (settings) this.settings = knownSettings(card, settings);
    const [end] = readEnds([{ spec, from: "explore" }], card);
    this.ends = this.ends.map((old, i) => (i === place ? end : old));
    this.#keep(isOther ? "model" : "explore");
    announce(`${NAMES.corners[place][0]}: what Explore shows, of ${shortName(card)}.`);
  }

  /** @param {Card} card */
  #turnTo(card) {
    this.#chosen.learn(this.card, this.settings);
    this.card = card;
    this.settings = this.#chosen.of(card);
    this.ends = endsForOther(this.ends);
  }

  /** @param {Change} changed */
  #keep(changed) {
    const ends = this.ends.map(({ spec, from }) => ({ spec, from }));
    this.state.set({ model: this.card.id, settings: this.settings, ends });
    this.#tell(changed);
  }
}

/**
 * The choice of a model, with its sentence and a fold of its settings.
 * @param {WalkPlace} place
 * @param {{nameOf?: (card: Card) => string, hidden?: string[]}} [options] hidden: names of settings that stand elsewhere
 * @returns {{picker: HTMLElement, about: HTMLElement, settings: HTMLElement, refresh: () => void}}
 */
export function walkModel(place, { nameOf = nameAndFamily, hidden = [] } = {}) {
  const picker = select({
    label: "Model",
    choices: place.usable.map((card) => [card.id, nameOf(card)]),
    value: place.card.id,
    onChange: (id) => place.setModel(place.usable.find((card) => card.id === id) ?? place.card),
  });
  const about = hint();
  const settings = el("div");

  function refresh() {
    const { card } = place;
    picker.input.value = card.id;
    fill(about, card.summary ?? "");
    const shown = withoutSettings(card, hidden);
    const change = (/** @type {Settings} */ values) => place.setSettings({ ...place.settings, ...values });
    const form = fold("Model settings", settingsForm(shown, place.settings, change));
    form.open = settings.querySelector("details")?.open ?? false;
    fill(settings, shown.settings.length > 0 && form);
  }

  refresh();
  return { picker: picker.root, about, settings, refresh };
}

/** @param {Card} card */
function nameAndFamily(card) {
  return familyTag(card) ? `${shortName(card)} (${familyTag(card)})` : shortName(card);
}

/** What stands in place of a panel that has no model to walk with. @returns {HTMLElement} */
export function noWalk() {
  const why = "Interpolation needs a model with latents. Explore names what is there, and what is wrong with it.";
  return emptyState("No model can be used", why);
}
