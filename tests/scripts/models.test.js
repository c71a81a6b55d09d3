/** The order of models: what a panel opens with is one of ours where there is one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../../playground/ui/static/core/models.js";

const card = (id, family, dataset) => ({ id, family, dataset, problems: [] });

test("a folder of somebody else comes after the models trained here, however short its name", () => {
  const ours = [
    card("text/shakespeare-transformer", "causal-lm", "shakespeare"),
    card("text/chat-transformer", "causal-lm", "chat"),
  ];
  const brought = card("text/a", "causal-lm", "");
  const broken = { ...card("text/b", "", ""), problems: ["config.json is missing."] };
  const names = (cards) => inOrder(cards).map(({ id }) => id);
  assert.deepEqual(names([broken, brought, ...ours]), [
    "text/chat-transformer",
    "text/shakespeare-transformer",
    "text/a",
    "text/b",
  ]);
  assert.deepEqual(names([brought]), ["text/a"]);
});

test("families have their order, and the plainest name of each is the first", () => {
  const cards = [
    card("image/digits-gan", "gan", "digits"),
    card("image/digits-vae-2d", "vae", "digits"),
    card("image/digits-vae", "vae", "digits"),
  ];
  assert.deepEqual(
    inOrder(cards).map(({ id }) => id),
    ["image/digits-vae", "image/digits-vae-2d", "image/digits-gan"],
  );
});
