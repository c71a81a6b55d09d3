/** @file Draws raw frames (0 = background, 255 = ink, or loud, or struck) on canvases. CSS enlarges digits with crisp pixels. */

import { paletteOf } from "./palette.js";

/** @typedef {import("./types.js").Reply} Reply */

/** What draws on a canvas. @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * The bytes of one frame of a reply (a view, not a copy).
 * @param {Reply} reply
 * @param {number} [index] counted over all frames
 * @returns {Uint8Array<ArrayBuffer>} height * width * channels values
 */
export function frameOf(reply, index = 0) {
  const { height, width, channels = 1 } = reply.header;
  const size = height * width * channels;
  return reply.body.subarray(index * size, (index + 1) * size);
}

/**
 * Draw one frame of a reply.
 * @param {HTMLCanvasElement} canvas gets the frame's size in pixels
 * @param {Reply} reply
 * @param {number} [index]
 */
export function drawFrame(canvas, reply, index = 0) {
  drawPixels(canvas, frameOf(reply, index), reply.header.width, reply.header.height, reply.header.kind);
}

/**
 * Draw values from 0 to 255.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} pixels height * width levels, or three times as many: red, green and blue of each pixel
 * @param {number} [width]
 * @param {number} [height]
 * @param {import("./types.js").OutputSpec["kind"]} [kind] what they are a picture of, see palette.js
 */
export function drawPixels(canvas, pixels, width = 28, height = 28, kind = "image") {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const colours = paletteOf(kind);
  if (pixels.length === 3 * words.length)
    for (let i = 0; i < words.length; i += 1)
      words[i] = (0xff000000 | (pixels[3 * i + 2] << 16) | (pixels[3 * i + 1] << 8) | pixels[3 * i]) >>> 0;
  else for (let i = 0; i < words.length; i += 1) words[i] = colours[pixels[i]];
  penOf(canvas).putImageData(image, 0, 0);
  canvas.dataset.kind = kind;
  canvas.dataset.drawn = "true";
}

/**
 * Draw all frames of a reply as one sheet, row by row.
 * @param {HTMLCanvasElement} canvas
 * @param {Reply} reply
 * @param {number} columns frames per row
 */
export function drawSheet(canvas, reply, columns) {
  const { width, height, frames, channels = 1 } = reply.header;
  const [line, across] = [width * channels, columns * width * channels]; // bytes of a row of a frame, and of the sheet
  const rows = Math.ceil(frames / columns);
  const sheet = new Uint8Array(across * rows * height);
  for (let index = 0; index < frames; index += 1) {
    const left = (index % columns) * line;
    const top = Math.floor(index / columns) * height;
    for (let y = 0; y < height; y += 1) {
      const from = (index * height + y) * line;
      sheet.set(reply.body.subarray(from, from + line), (top + y) * across + left);
    }
  }
  drawPixels(canvas, sheet, columns * width, rows * height, reply.header.kind);
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
