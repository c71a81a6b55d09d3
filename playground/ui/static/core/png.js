/** @file PNG files with the settings that made them in a text chunk. */

import { penOf } from "./frames.js";

const SIGNATURE_AND_HEADER_BYTES = 8 + 25; // the text goes right after the IHDR chunk

const CRC_TABLE = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/**
 * A canvas as a PNG with text chunks.
 * @param {HTMLCanvasElement} canvas
 * @param {Record<string, string>} [text] keyword (1-79 Latin letters) to text
 * @returns {Promise<Blob>}
 */
export async function pngFromCanvas(canvas, text = {}) {
  /** @type {Blob|null} */
  const plain = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!plain) throw new Error("This browser made no picture of the canvas.");
  const bytes = new Uint8Array(await plain.arrayBuffer());
  const chunks = Object.entries(text).map(([keyword, value]) => textChunk(keyword, value));
  const parts = [bytes.subarray(0, SIGNATURE_AND_HEADER_BYTES), ...chunks, bytes.subarray(SIGNATURE_AND_HEADER_BYTES)];
  return new Blob(parts, { type: "image/png" });
}

/**
 * Grey values as a PNG, enlarged with crisp pixels.
 * @param {Uint8Array} pixels height * width values
 * @param {number} width
 * @param {number} height
 * @param {{scale?: number, text?: Record<string, string>}} [options] scale: whole number
 * @returns {Promise<Blob>}
 */
export function pngFromPixels(pixels, width, height, { scale = 10, text = {} } = {}) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * scale, height * scale];
  const context = penOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y += 1) {
    for (let x = 0; x < canvas.width; x += 1) {
      const value = pixels[Math.floor(y / scale) * width + Math.floor(x / scale)];
      image.data.set([value, value, value, 255], 4 * (y * canvas.width + x));
    }
  }
  context.putImageData(image, 0, 0);
  return pngFromCanvas(canvas, text);
}

/** An iTXt chunk: keyword, uncompressed, no language, UTF-8 text. @param {string} keyword @param {string} value */
function textChunk(keyword, value) {
  const encoder = new TextEncoder();
  const data = new Uint8Array([...encoder.encode(keyword), 0, 0, 0, 0, 0, ...encoder.encode(value)]);
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(encoder.encode("iTXt"), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** @param {Uint8Array} bytes */
function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
