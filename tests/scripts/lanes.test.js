/** Series of requests: panels that are alike, such as Explore of two tabs, never replace each other's on the server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Lane } from "../../playground/ui/static/core/api.js";

test("two lanes of one kind are two series for the server", () => {
  const [image, audio] = [new Lane("explore-ends"), new Lane("explore-ends")];
  assert.notEqual(image.view, audio.view);
});
