/** @file Settings that go along when the model changes. */

import { canonical } from "./api.js";
import { knownSettings } from "./models.js";

/**
 * What the visitor chose, by what a setting means. One name has several meanings: the "steps" of an RBM are Gibbs steps,
 * those of a flow are solver steps, and neither may set the other. A setting that was never touched has each model's default.
 */
export class ChosenSettings {
  /** @type {Map<string, string|number>} values that are not the default, by meaning */
  #values = new Map();

  /** Remember a model's values. @param {Card} card @param {Settings} settings */
  learn(card, settings) {
    for (const setting of card.settings) {
      const value = settings[setting.name];
      if (value === undefined || value === setting.default) this.#values.delete(meaningOf(setting));
      else this.#values.set(meaningOf(setting), value);
    }
  }

  /** The values for a model: what was chosen where it means the same, else its defaults. @param {Card} card @returns {Settings} */
  of(card) {
    return knownSettings(
      card,
      Object.fromEntries(card.settings.map((setting) => [setting.name, this.#values.get(meaningOf(setting))])),
    );
  }
}

/** Equal for settings that do the same within the same limits. @param {Setting} setting @returns {string} */
function meaningOf(setting) {
  const { default: _default, step: _step, advanced: _advanced, ...meaning } = /** @type {any} */ (setting);
  delete meaning.measured; // the value that the card's numbers were measured with
  return canonical(meaning);
}
