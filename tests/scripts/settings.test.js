/** Settings of one model never set another model's, save where both mean the same by it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ChosenSettings } from "../../playground/ui/static/core/settings.js";
import { Position } from "../../playground/ui/static/panels/explore/position.js";

const temperature = {
  name: "temperature",
  label: "Temperature",
  help: "Scales the latent.",
  kind: "float",
  min: 0,
  max: 1.5,
  default: 1,
};
const energy = { ...temperature, help: "Divides the energy.", min: 0.5 };
const gibbs = {
  name: "steps",
  label: "Gibbs steps",
  help: "How far the chain runs.",
  kind: "int",
  min: 0,
  max: 1000,
  default: 20,
};
const solver = {
  name: "steps",
  label: "Solver steps",
  help: "How many steps to the digit.",
  kind: "int",
  min: 1,
  max: 100,
  default: 10,
};
const digit = {
  name: "digit",
  label: "Digit",
  help: "Which one.",
  kind: "choice",
  choices: ["any", "7"],
  default: "any",
};
const words = {
  name: "words",
  label: "Words",
  help: "Drawn or not.",
  kind: "choice",
  choices: ["likeliest", "drawn"],
  default: "likeliest",
};
const shown = { name: "words", label: "Words", help: "How many.", kind: "int", min: 1, max: 16, default: 8 };

const CARDS = [
  ["vae", [temperature]],
  ["vae-cool", [{ ...temperature, default: 0.8 }]],
  ["gan", [temperature, digit]],
  ["rbm", [energy, gibbs]],
  ["rbm-long", [energy, { ...gibbs, default: 50 }]],
  ["flow", [temperature, digit, solver]],
  ["sentences", [words]],
  ["topics", [shown, gibbs]],
].map(([id, settings]) => ({ id, settings, problems: [], latent: { size: 2, directions: 2, limit: 3 } }));

/** Every ordered pair of two different models. */
const PAIRS = CARDS.flatMap((from) => CARDS.filter((to) => to !== from).map((to) => [from, to]));
const defaultsOf = (card) => Object.fromEntries(card.settings.map((one) => [one.name, one.default]));
const changed = ({ name, kind, choices, max }) => [name, kind === "choice" ? choices[1] : max];
const changedOf = (card) => Object.fromEntries(card.settings.map(changed));
const same = (one, other) => one.name === other.name && one.help === other.help && one.min === other.min;

function stateOf(saved) {
  return { get: () => saved, set: (patch) => Object.assign(saved, patch) };
}

for (const [from, to] of PAIRS) {
  test(`${from.id} to ${to.id}: untouched settings are each model's own defaults`, () => {
    const position = new Position(CARDS, stateOf({ model: from.id }));
    assert.deepEqual(position.settings, defaultsOf(from));
    position.setModel(to);
    assert.deepEqual(position.settings, defaultsOf(to));
    position.setModel(from);
    assert.deepEqual(position.settings, defaultsOf(from));
  });

  test(`${from.id} to ${to.id}: what was chosen goes along where it means the same, and nowhere else`, () => {
    const position = new Position(CARDS, stateOf({ model: from.id }));
    position.setSettings(changedOf(from));
    position.setModel(to);
    for (const setting of to.settings) {
      const meant = from.settings.some((one) => same(one, setting));
      const expected = meant ? changed(setting)[1] : setting.default;
      assert.equal(position.settings[setting.name], expected, setting.label);
    }
    position.setModel(from);
    assert.deepEqual(position.settings, changedOf(from));
  });
}

test("a setting put back to its default is no choice any more", () => {
  const chosen = new ChosenSettings();
  const [vae, , gan] = CARDS;
  chosen.learn(vae, { temperature: 0.5 });
  assert.equal(chosen.of(gan).temperature, 0.5);
  chosen.learn(gan, { temperature: 1, digit: "any" });
  assert.equal(chosen.of(vae).temperature, 1);
});

test("a place of another model that the address keeps has its own settings", () => {
  const position = new Position(CARDS, stateOf({ model: "vae" }));
  position.setModel(CARDS[5], { spec: { seed: 3, index: 0 }, settings: { steps: 40, digit: "7", other: 1 } });
  assert.deepEqual(position.settings, { temperature: 1, digit: "7", steps: 40 });
  assert.deepEqual(position.spec, { seed: 3, index: 0 });
});
