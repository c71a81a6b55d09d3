/** The state in a link: what it holds comes back, whatever a chat program added to it or cut off. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../playground/ui/static/core/address.js";

const STATE = {
  page: { modality: "text", panel: "chat" },
  "image.explore": { model: "image/digits-gan", spec: { seed: 7, index: 0, offsets: { 0: 1.5 } } },
  "text.chat": { said: 'Grüße, {"}] 你好' },
};

test("a link comes back as it was made", () => {
  assert.deepEqual(decode(encode(STATE)), { state: STATE, damage: "none" });
  assert.deepEqual(decode(""), { state: {}, damage: "none" });
});

for (const junk of [
  ".",
  ")",
  "&utm=x",
  "&utm_source=a.b",
  ").",
  "%29",
  "%2E",
  '">',
  "?x=1",
  "=",
  " and",
  "…",
  "%",
  "%E2%80%A6",
]) {
  test(`a link with ${junk} behind it loses nothing`, () => {
    assert.deepEqual(decode(encode(STATE) + junk), { state: STATE, damage: "none" });
  });
}

test("letters behind a link lose nothing either", () => {
  for (const junk of ["a", "ab", "abc", "and", "_x", "-"]) {
    assert.deepEqual(decode(encode(STATE) + junk).state, STATE, junk);
  }
});

test("an escaped link is read", () => {
  assert.deepEqual(decode(encode(STATE).replace(".", "%2E")), { state: STATE, damage: "none" });
});

test("of a link that was cut the whole slices are read, and that it was cut is said", () => {
  const whole = encode(STATE);
  const text = JSON.stringify(STATE);
  for (let length = 3; length < whole.length; length += 1) {
    const { state, damage } = decode(whole.slice(0, length));
    assert.ok(damage !== "none" || length === whole.length, `${length}`);
    for (const [name, part] of Object.entries(state)) assert.deepEqual(part, STATE[name]);
  }
  const behindFirst = Math.ceil(((text.indexOf("}") + 1) * 4) / 3) + 2;
  assert.deepEqual(decode(whole.slice(0, behindFirst + 4)), { state: { page: STATE.page }, damage: "cut" });
});

test("what is no link of this page is unreadable", () => {
  for (const hash of ["top", "2.eyJ9", "1.", "1.!!!!", "1.W10", "1.AAAA", "1.eyJhIjp9", "/route"]) {
    assert.deepEqual(decode(hash), { state: {}, damage: "unreadable" }, hash);
  }
});

test("slices that are no objects are left out", () => {
  assert.deepEqual(decode(encode({ page: 3, "image.explore": { seed: 1 }, x: [1], y: null })).state, {
    "image.explore": { seed: 1 },
  });
});
