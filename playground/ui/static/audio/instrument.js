/** @file What plays music: a synthesised piano, or the timbre that the visitor last shaped with a notes model. */

import { el, select } from "../core/dom.js";
import { bankOf, piano } from "../core/instruments.js";
import { isHealthy, knownSettings, shortName } from "../core/models.js";
import { HIGHEST, LOWEST } from "../core/pitches.js";
import { slice } from "../core/state.js";

const EVERY = 3; // semitones between the pitches asked for; those between are played a little faster or slower
const GAIN = 0.4; // of each note: four voices together stay below the limiter's bend

/**
 * @typedef {{model: string, latent: Spec, settings: Settings}} NamedTimbre  as the server reads it
 * @typedef {{root: HTMLElement, current: () => Pick<import("../core/instruments.js").Instrument, "play">,
 *   ready: (pitches: number[]) => Promise<void>, request: () => NamedTimbre|null, refresh: () => void}} InstrumentPicker
 *   ready: the notes of these pitches are here; request: how the server names the instrument (null: the piano);
 *   refresh: another timbre is the visitor's now
 */

/** @type {{model: string|null, spec: Spec, settings: Settings}} */
const FIRST_TIMBRE = { model: null, spec: { seed: 7, index: 0 }, settings: {} };
const timbre = slice("audio.timbre", FIRST_TIMBRE);

/** Keep the timbre that music is played with from now on. @param {{model: string, spec: Spec, settings: Settings}} what */
export function rememberTimbre({ model, spec, settings }) {
  const { pitch: _, ...rest } = settings;
  timbre.set({ model, spec, settings: rest });
}

/**
 * A choice of what plays.
 * @param {{cards: Card[], value: string, onChange: (value: string) => void}} options
 *   cards: all audio models; value: "piano" or "timbre"
 * @returns {InstrumentPicker}
 */
export function instrumentPicker({ cards, value, onChange }) {
  const notes = cards.filter((card) => isHealthy(card) && card.output?.kind === "sound");
  let chosen = notes.length && value === "timbre" ? "timbre" : "piano";
  const cardNow = () => notes.find((card) => card.id === timbre.get().model) ?? notes[0];
  const what = () => {
    const card = cardNow();
    const { model, spec, settings } = timbre.get();
    const { pitch: _, ...known } = knownSettings(card, settings);
    return { model: card.id, spec: model === card.id ? spec : { seed: 7, index: 0 }, settings: known };
  };
  const bank = () => {
    if (chosen === "piano") return piano;
    const { model, spec, settings } = what();
    return bankOf(model, spec, settings);
  };
  const yourTimbre = () => `Your timbre (${shortName(cardNow())})`;
  const choices = [["piano", "Piano"], ...(notes.length ? [["timbre", yourTimbre()]] : [])];
  const control = select({
    label: "Played by",
    choices,
    value: chosen,
    onChange: (next) => {
      chosen = next;
      onChange(next);
    },
  });
  control.input.disabled = choices.length < 2;
  const refresh = () => {
    for (const option of control.input.options) if (option.value === "timbre") option.textContent = yourTimbre();
  };
  return {
    root: el("div", { class: "pg-instrument" }, control.root),
    refresh,
    current: () => ({ play: (pitch, options) => bank().play(pitch, { gain: GAIN, ...options }) }),
    ready: (pitches) => bank().want(spread(pitches)),
    request: () => {
      if (chosen === "piano") return null;
      const { model, spec, settings } = what();
      return { model, latent: spec, settings };
    },
  };
}

/** @param {number[]} pitches */
function spread(pitches) {
  const inside = pitches.map((pitch) => Math.min(HIGHEST, Math.max(LOWEST, EVERY * Math.round(pitch / EVERY))));
  return [...new Set(inside)].sort((a, b) => a - b);
}
