/** @file PNG files with the settings that made them in a text chunk. */

import { drawPixels, penOf } from "./frames.js";

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
 * Values from 0 to 255 as a PNG, enlarged with crisp pixels.
 * @param {Uint8Array} pixels height * width * channels values
 * @param {import("./frames.js").Shape} shape
 * @param {{scale?: number, text?: Record<string, string>}} [options] scale: whole number
 * @returns {Promise<Blob>}
 */
export function pngFromPixels(pixels, shape, { scale = 10, text = {} } = {}) {
  const [plain, large] = [document.createElement("canvas"), document.createElement("canvas")];
  drawPixels(plain, pixels, shape);
  if (shape.kind === "points") return pngFromCanvas(plain, text); // is drawn as large as it is looked at
  [large.width, large.height] = [plain.width * scale, plain.height * scale];
  const pen = penOf(large);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(plain, 0, 0, large.width, large.height);
  return pngFromCanvas(large, text);
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
