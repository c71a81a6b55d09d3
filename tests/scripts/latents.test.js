/** Latent specs and messages: values that the server reads. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  directionTitle,
  explicit,
  offsetOf,
  plain,
  seeded,
  specWords,
  withOffset,
} from "../../playground/ui/static/core/latents.js";
import { pack, unpack } from "../../playground/ui/static/core/wire.js";

test("an offset is set beside the others, and zero removes it", () => {
  const moved = withOffset(withOffset(seeded(7, 2), "direction", 0, 1.5), "dimension", 3, -2);
  assert.deepEqual(moved, { seed: 7, index: 2, offsets: { 0: 1.5 }, raw: { 3: -2 } });
  assert.equal(offsetOf(moved, "direction", 0), 1.5);
  assert.equal(offsetOf(moved, "direction", 1), 0);
  assert.deepEqual(withOffset(moved, "direction", 0, 0), { seed: 7, index: 2, raw: { 3: -2 } });
  assert.deepEqual(plain(moved), seeded(7, 2));
  assert.equal(specWords(moved), "seed 7, sample 2, 1 direction moved, 1 dimension moved");
});

test("explicit values are short in an address", () => {
  assert.deepEqual(explicit([0.123456, -1]), { z: [0.1235, -1] });
});

test("a message comes back as it was packed", () => {
  const body = Uint8Array.from([0, 255, 7]);
  const { header, body: read } = unpack(pack({ model: "image/ä" }, body).buffer);
  assert.deepEqual(header, { model: "image/ä" });
  assert.deepEqual([...read], [...body]);
  assert.throws(() => unpack(new ArrayBuffer(2)), /shorter than its own length/);
});

test("a direction is called by what it does, or by its name alone", () => {
  const names = [{ name: "ink", low: "thinner", high: "bolder" }, { name: "fine detail 1" }];
  const latent = { size: 2, prior: "normal", classes: 0, limit: 3, directions: 2, change: [0.2, 0.1], names };
  assert.equal(directionTitle(latent, 0), "Thinner ↔ bolder");
  assert.equal(directionTitle(latent, 1), "Fine detail 1");
});
