/** Points of replies: their numbers, words, places on axes, and what is drawn with a pen that keeps what it was told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { frameBytes, frameOf, outputWords, placesOf } from "../../playground/ui/static/core/frames.js";
import {
  bytesOfPoint,
  cloudWords,
  paintPlane,
  placeOf,
  pointAt,
  pointsOf,
  pointWords,
} from "../../playground/ui/static/core/points.js";

const INK = {
  surface: "s",
  grid: "g",
  axis: "a",
  between: "b",
  words: "w",
  quiet: "quiet",
  dot: "dot",
  second: "second",
};
const SQUARE = { left: 0, top: 0, side: 100 };

/** What is drawn: dots with their place and colour, and lines with their places. */
function recorder() {
  const drawn = { dots: [], lines: [], texts: [] };
  let path = [];
  const pen = {
    fillRect() {},
    beginPath: () => (path = []),
    lineTo: (x, y) => path.push([x, y]),
    arc: (x, y, radius) => path.push({ x, y, radius }),
    fill: () => drawn.dots.push({ ...path[0], colour: pen.fillStyle, full: true }),
    stroke() {
      if (Array.isArray(path[0])) drawn.lines.push({ path, colour: pen.strokeStyle });
      else drawn.dots.push({ ...path[0], colour: pen.strokeStyle, full: false });
    },
    fillText: (text) => drawn.texts.push(text),
  };
  return { pen, drawn };
}

/** What `paintPlane` draws of a plane. */
function drawnOf(plane, square = SQUARE) {
  const { pen, drawn } = recorder();
  paintPlane(pen, square, { reach: 2, ...plane }, INK);
  return drawn;
}

test("points come back as they were packed, also out of the middle of a reply", () => {
  const one = bytesOfPoint([0.5, -1.25]);
  assert.deepEqual(pointsOf(one, 2), [[0.5, -1.25]]);
  const shifted = new Uint8Array(one.length + 3); // a view that starts at no multiple of four
  shifted.set(one, 3);
  assert.deepEqual(pointsOf(shifted.subarray(3), 2), [[0.5, -1.25]]);
  assert.deepEqual(pointsOf(bytesOfPoint([1, 2, 3]), 3), [[1, 2]]);
  assert.deepEqual(pointsOf(bytesOfPoint([7]), 1), [[7, 0]]);
});

test("a reply of points has frames of four bytes a coordinate", () => {
  const header = { kind: "points", frames: 2, height: 1, width: 2, channels: 1, reach: 2 };
  const reply = { header, body: new Uint8Array([...bytesOfPoint([0, 2]), ...bytesOfPoint([-1, 0]), 9, 9]) };
  assert.equal(frameBytes(header), 8);
  assert.deepEqual(pointsOf(frameOf(reply, 1), 2), [[-1, 0]]);
  assert.equal(outputWords(frameOf(reply, 0), header), "x 0.00, y 2.00");
  assert.deepEqual(placesOf(reply), [
    { left: "50.00%", top: "0.00%" },
    { left: "25.00%", top: "50.00%" },
  ]);
  assert.equal(frameBytes({ kind: "image", height: 20, width: 24, channels: 3 }), 1440);
  assert.equal(outputWords(new Uint8Array(784), { kind: "image", height: 28, width: 28 }), "");
});

test("points are told in words: each of a few, of many how far they reach", () => {
  assert.equal(pointWords([0.525, -1.204]), "x 0.53, y −1.20");
  assert.equal(pointWords([-0.001, 0]), "x 0.00, y 0.00");
  assert.equal(cloudWords([[1, 2]]), "x 1.00, y 2.00");
  const ring = [0, 1, 2, 3].map((i) => [Math.cos((i * Math.PI) / 2), Math.sin((i * Math.PI) / 2)]);
  assert.equal(cloudWords(ring), "4 points, x from −1.00 to 1.00, y from −1.00 to 1.00");
});

test("up is up, and a place on the axes is read back as its point", () => {
  assert.deepEqual(placeOf([0, 0], 3), { left: 0.5, top: 0.5, beyond: false });
  assert.deepEqual(placeOf([3, 3], 3), { left: 1, top: 0, beyond: false });
  assert.deepEqual(placeOf([-9, 1], 3).left, 0);
  assert.ok(placeOf([-9, 1], 3).beyond);
  for (const point of [
    [1.25, -0.5],
    [-3, 3],
    [0, 2.99],
  ]) {
    const { left, top } = placeOf(point, 3);
    assert.deepEqual(pointAt(left, top, 3), point);
  }
  assert.deepEqual(pointAt(1.4, -0.2, 3), [3, 3]); // a drag that left the plane
});

test("the present point stands out among quiet ones, and a walk has a line", () => {
  const points = [
    [-1, 0],
    [0, 1],
    [1, 0],
  ];
  const set = drawnOf({ points });
  assert.deepEqual(
    set.dots.map((dot) => dot.colour),
    ["dot", "dot", "dot"],
  );
  assert.equal(set.lines.length, 0);
  const walk = drawnOf({ points, walk: true, at: 1 });
  assert.deepEqual(walk.lines, [
    {
      path: [
        [25, 50],
        [50, 25],
        [75, 50],
      ],
      colour: "quiet",
    },
  ]);
  assert.deepEqual(
    walk.dots.map((dot) => dot.colour),
    ["quiet", "quiet", "dot"],
  );
  const last = walk.dots.at(-1);
  assert.deepEqual([last.x, last.y], [50, 25]);
});

test("a square of latents is drawn as its net with the present point", () => {
  const points = [
    [-1, 1],
    [1, 1],
    [-1, -1],
    [1, -1],
  ];
  const { lines, dots } = drawnOf({ points, side: 2, at: 3 });
  assert.equal(lines.length, 4); // two rows and two columns
  assert.deepEqual(lines[1].path, [
    [25, 25],
    [25, 75],
  ]);
  assert.equal(dots.length, 1);
});

test("the nearest item is joined to its point, and what lies beyond the axes is hollow at their edge", () => {
  const { lines, dots } = drawnOf({ points: [[1, 0]], near: [[1, 1]] });
  assert.deepEqual(lines, [
    {
      path: [
        [75, 50],
        [75, 25],
      ],
      colour: "second",
    },
  ]);
  assert.deepEqual(
    dots.map((dot) => [dot.colour, dot.full]),
    [
      ["second", false],
      ["dot", true],
    ],
  );
  const [beyond] = drawnOf({ points: [[9, 0]] }).dots;
  assert.deepEqual([beyond.x, beyond.full], [100, false]);
});

test("large axes have numbers, small ones have none", () => {
  assert.deepEqual(drawnOf({ points: [], reach: 1.5 }, { ...SQUARE, side: 200 }).texts, ["−1", "−1", "1", "1"]);
  assert.deepEqual(drawnOf({ points: [] }).texts, []);
});
