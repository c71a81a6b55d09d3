/** @file Draws raw grey frames (0 = background, 255 = ink) on canvases. CSS enlarges them with crisp pixels. */

const GREY = new Uint32Array(256).map((_, value) => (0xff000000 | (value << 16) | (value << 8) | value) >>> 0);

/**
 * The bytes of one frame of a reply (a view, not a copy).
 * @param {{header: object, body: Uint8Array}} reply
 * @param {number} [index] counted over all frames
 * @returns {Uint8Array} height * width values
 */
export function frameOf(reply, index = 0) {
  const { height, width } = reply.header;
  return reply.body.subarray(index * height * width, (index + 1) * height * width);
}

/**
 * Draw one frame of a reply.
 * @param {HTMLCanvasElement} canvas gets the frame's size in pixels
 * @param {{header: object, body: Uint8Array}} reply
 * @param {number} [index]
 */
export function drawFrame(canvas, reply, index = 0) {
  drawPixels(canvas, frameOf(reply, index), reply.header.width, reply.header.height);
}

/**
 * Draw grey values.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} pixels height * width values
 */
export function drawPixels(canvas, pixels, width = 28, height = 28) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i += 1) words[i] = GREY[pixels[i]];
  canvas.getContext("2d").putImageData(image, 0, 0);
  canvas.dataset.drawn = "true";
}

/**
 * Draw all frames of a reply as one sheet, row by row.
 * @param {HTMLCanvasElement} canvas
 * @param {{header: object, body: Uint8Array}} reply
 * @param {number} columns frames per row
 */
export function drawSheet(canvas, reply, columns) {
  const { width, height, frames } = reply.header;
  const rows = Math.ceil(frames / columns);
  const sheet = new Uint8Array(columns * width * rows * height);
  for (let index = 0; index < frames; index += 1) {
    const left = (index % columns) * width;
    const top = Math.floor(index / columns) * height;
    for (let y = 0; y < height; y += 1) {
      const from = (index * height + y) * width;
      sheet.set(reply.body.subarray(from, from + width), (top + y) * columns * width + left);
    }
  }
  drawPixels(canvas, sheet, columns * width, rows * height);
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
