/**
 * @file Draws the outputs of replies on canvases: frames (0 = background, 255 = ink, or loud, or struck), which CSS enlarges with
 * crisp pixels, and points on axes.
 */

import { paletteOf } from "./palette.js";
import { drawPlane, drawPlanes } from "./plane.js";
import { cloudWords, placeOf, pointBytes, pointsOf } from "./points.js";

/**
 * @typedef {{height: number, width: number, channels?: number, kind: OutputSpec["kind"], reach?: number}} Shape
 *   kind: what values of one channel are a picture of, see palette.js; width: of points their coordinates; reach: of their axes
 */

const GREY = 110; // of a line between rows

/** What draws on a canvas. @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/** How many bytes one frame takes; colours stand side by side. @param {Shape} shape @returns {number} */
export function frameBytes({ kind, height, width, channels = 1 }) {
  return kind === "points" ? pointBytes(width) : height * width * channels;
}

/** How many samples of a set are seen at a glance: so many pictures, but points in one plane. @param {Shape} shape @param {number} pictures */
export function atAGlance({ kind }, pictures) {
  return kind === "points" ? 64 : pictures;
}

/** What a screen reader says of outputs that are points; nothing of others. @param {Uint8Array} bytes of one or more @param {Shape} shape */
export function outputWords(bytes, { kind, width }) {
  return kind === "points" ? cloudWords(pointsOf(bytes, width)) : "";
}

/** Where the points of a reply lie on their plane, as styles of what stands there; null: they are no points. @param {Reply} reply */
export function placesOf({ header, body }) {
  if (header.kind !== "points") return null;
  const { points, reach } = planeOf(body.subarray(0, header.frames * frameBytes(header)), header);
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)}%`;
  return points.map((point) => {
    const { left, top } = placeOf(point, reach);
    return { left: percent(left), top: percent(top) };
  });
}

/** A plane with the points of some bytes. @param {Uint8Array} bytes @param {Shape} shape */
function planeOf(bytes, { width, reach = 3 }) {
  return { points: pointsOf(bytes, width), reach };
}

/**
 * The bytes of one frame of a reply (a view, not a copy).
 * @param {Reply} reply
 * @param {number} [index] counted over all frames
 * @returns {Uint8Array<ArrayBuffer>} height * width * channels values
 */
export function frameOf(reply, index = 0) {
  const size = frameBytes(reply.header);
  return reply.body.subarray(index * size, (index + 1) * size);
}

/**
 * Draw one frame of a reply. A point stands on the line of its walk, or in the net of its square.
 * @param {HTMLCanvasElement} canvas gets the frame's size in pixels
 * @param {Reply} reply
 * @param {number} [index]
 */
export function drawFrame(canvas, reply, index = 0) {
  const { header } = reply;
  if (header.kind === "points" && (header.walk || header.side)) {
    const { walk, side, frames } = header;
    const plane = planeOf(reply.body.subarray(0, frames * frameBytes(header)), header);
    drawPlane(canvas, { ...plane, walk, side, at: index });
  } else drawPixels(canvas, frameOf(reply, index), header);
}

/**
 * Draw values from 0 to 255.
 * @param {HTMLCanvasElement} canvas gets the picture's size in pixels
 * @param {Uint8Array} pixels height * width * channels values
 * @param {Shape} shape
 */
export function drawPixels(canvas, pixels, shape) {
  const { width, height, kind } = shape;
  if (kind === "points") return drawPlane(canvas, { ...planeOf(pixels, shape), at: 0 });
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  penOf(canvas).putImageData(imageOf(pixels, shape), 0, 0);
  canvas.dataset.kind = kind;
  canvas.dataset.drawn = "true";
}

/** Values from 0 to 255 as colours: their own, or those of the palette of their kind. @param {Uint8Array} pixels @param {Shape} shape */
function imageOf(pixels, { width, height, channels = 1, kind }) {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  if (channels === 3) {
    for (let i = 0, at = 0; i < words.length; i += 1, at += 3)
      words[i] = 0xff000000 | (pixels[at + 2] << 16) | (pixels[at + 1] << 8) | pixels[at];
  } else {
    const colours = paletteOf(kind);
    for (let i = 0; i < words.length; i += 1) words[i] = colours[pixels[i]];
  }
  return image;
}

/** Pictures of so many CSS pixels, see pictureCanvas. @param {number} [size] @returns {Look} */
export function pictureLook(size = 0) {
  return { make: () => pictureCanvas({ size }), draw: drawFrame };
}

/**
 * Draw all frames of a reply as one sheet, row by row.
 * @param {HTMLCanvasElement} canvas
 * @param {Reply} reply
 * @param {number} columns frames per row
 */
export function drawSheet(canvas, reply, columns) {
  const { frames } = reply.header;
  const order = Array.from({ length: Math.ceil(frames / columns) * columns }, (_, i) =>
    i < frames ? frameOf(reply, i) : null,
  );
  drawRows(canvas, order, columns, reply.header);
}

/**
 * Draw frames as one sheet, row by row.
 * @param {HTMLCanvasElement} canvas
 * @param {(Uint8Array|null)[]} frames null: an empty place
 * @param {number} columns frames per row
 * @param {Shape} shape of one frame
 * @param {{every?: number, gap?: number}} [bands] after so many rows a grey line of so many pixels
 */
function drawRows(canvas, frames, columns, shape, { every = 0, gap = 0 } = {}) {
  const { width, height, channels = 1, kind } = shape;
  if (kind === "points") {
    const planes = frames.map((frame) => frame && { ...planeOf(frame, shape), at: 0 });
    return drawPlanes(canvas, planes, columns);
  }
  const rows = Math.ceil(frames.length / columns);
  const lines = every ? Math.ceil(rows / every) - 1 : 0;
  const stride = columns * width * channels;
  const sheet = new Uint8Array(stride * (rows * height + lines * gap));
  const topOf = (/** @type {number} */ row) => row * height + (every ? Math.floor(row / every) * gap : 0);
  for (let row = every; every && row < rows; row += every)
    sheet.fill(GREY, (topOf(row) - gap) * stride, topOf(row) * stride);
  frames.forEach((frame, index) => {
    if (!frame) return;
    const left = (index % columns) * width * channels;
    const top = topOf(Math.floor(index / columns));
    for (let y = 0; y < height; y += 1)
      sheet.set(frame.subarray(y * width * channels, (y + 1) * width * channels), (top + y) * stride + left);
  });
  drawPixels(canvas, sheet, { ...shape, width: columns * width, height: rows * height + lines * gap });
}

/**
 * Draw a set of samples: pictures in rows, points in one plane.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array[]} samples
 * @param {Uint8Array[]|null} near the nearest item of each: below its row, or joined to its point
 * @param {number} columns pictures per row
 * @param {Shape} shape of one frame
 * @param {number} [gap] pixels between a row with its nearest items and the next
 */
export function drawSet(canvas, samples, near, columns, shape, gap = 0) {
  if (shape.kind === "points") {
    const { reach = 3, width } = shape;
    const all = (/** @type {Uint8Array[]} */ frames) => frames.flatMap((frame) => pointsOf(frame, width));
    return drawPlane(canvas, { points: all(samples), near: all(near ?? []), reach });
  }
  /** @type {(Uint8Array|null)[]} */
  const rows = [];
  for (let first = 0; first < samples.length; first += columns) {
    for (const part of near ? [samples, near] : [samples])
      rows.push(...Array.from({ length: columns }, (_, i) => part[first + i] ?? null));
  }
  drawRows(canvas, rows, columns, shape, near ? { every: 2, gap } : {});
}

/**
 * A canvas that keeps its place before anything is drawn (a quiet skeleton until then).
 * @param {{size?: number, label?: string, className?: string}} [options]
 *   size: CSS pixels of its sides, a multiple of 28 for crisp pixels (0: the style sheet decides);
 *   label: what a screen reader says ("" = decoration)
 * @returns {HTMLCanvasElement}
 */
export function pictureCanvas({ size = 0, label = "", className = "" } = {}) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  canvas.className = `pg-picture ${className}`;
  if (size) canvas.style.width = canvas.style.height = `${size}px`;
  if (label) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
  } else {
    canvas.setAttribute("aria-hidden", "true");
  }
  return canvas;
}
