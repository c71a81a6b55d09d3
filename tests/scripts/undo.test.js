/** Undo of Explore: dice, sliders, settings and models are taken back one by one; one gesture is one step. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { UndoStack } from "../../playground/ui/static/core/undo.js";
import { Position } from "../../playground/ui/static/panels/explore/position.js";

const setting = { name: "temperature", label: "Temperature", help: "", kind: "float", min: 0, max: 1.5, default: 1 };
const pitch = { name: "pitch", label: "Pitch", help: "", kind: "int", min: 24, max: 96, default: 60 };
const CARDS = ["one", "two"].map((id) => ({
  id,
  settings: [setting, pitch],
  problems: [],
  latent: { size: 4, directions: 4, limit: 3 },
}));

function start() {
  const saved = { model: "one" };
  const position = new Position(CARDS, { get: () => saved, set: (patch) => Object.assign(saved, patch) });
  const changes = [];
  position.onChange((what) => changes.push(what));
  return { position, saved, changes };
}

test("every kind of move is taken back, last first, and the address follows", () => {
  const { position, saved, changes } = start();
  position.setSeed(11);
  position.move("direction", 0, 1.5);
  position.setSettings({ temperature: 0.5, pitch: 60 });
  position.setModel(CARDS[1]);
  position.undo();
  assert.equal(position.card.id, "one");
  assert.equal(changes.at(-1), "model");
  position.undo();
  assert.equal(position.settings.temperature, 1);
  position.undo();
  assert.deepEqual(position.spec, { seed: 11, index: 0 });
  position.undo();
  assert.deepEqual(position.spec, { seed: 7, index: 0 });
  assert.deepEqual(saved.spec, { seed: 7, index: 0 });
  assert.equal(changes.at(-1), "undo");
  assert.equal(position.canUndo, false);
  position.undo();
  assert.deepEqual(position.spec, { seed: 7, index: 0 });
});

test("steps of one slider by key are one step, two sliders are two", () => {
  const { position } = start();
  for (const value of [0.05, 0.1, 0.15]) position.move("direction", 0, value);
  position.move("direction", 1, 1);
  position.undo();
  assert.deepEqual(position.spec.offsets, { 0: 0.15 });
  position.undo();
  assert.equal(position.spec.offsets, undefined);
  assert.equal(position.canUndo, false);
});

test("the pitch that is played is no step and stays", () => {
  const { position } = start();
  position.setSeed(3);
  position.setPitch(72);
  position.undo();
  assert.equal(position.settings.pitch, 72);
  assert.equal(position.spec.seed, 7);
});

test("a gesture ends with a pause, and the stack forgets what is long ago", () => {
  const stack = new UndoStack();
  stack.leave(0, "slider", 0);
  stack.leave(1, "slider", 900);
  stack.leave(2, "slider", 2000);
  assert.deepEqual([stack.back(), stack.back(), stack.back()], [2, 0, null]);
  for (let i = 0; i < 500; i += 1) stack.leave(i);
  assert.equal(stack.size, 100);
  assert.equal(stack.back(), 499);
});
