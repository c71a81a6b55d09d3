/** @file A walk as one picture file, in the colours of the page, with the request that made it inside. */

import { penOf } from "../../core/frames.js";
import { pngFromCanvas } from "../../core/png.js";
import { drawHeard, makesNotes } from "../pictures.js";

const SCALE = 3; // pixels of the file a cell of a spectrogram
const GAP = 8;

/**
 * @param {Card} card
 * @param {Uint8Array[]} frames
 * @param {number} columns
 * @param {object} settings plain JSON, kept in the file's text chunk "playground"
 * @returns {Promise<Blob>}
 */
export function sheetPng(card, frames, columns, settings) {
  const cells = frames.map((pixels) => {
    const canvas = document.createElement("canvas");
    drawHeard(canvas, card, pixels);
    return canvas;
  });
  const scale = makesNotes(card) ? SCALE : 1;
  const [wide, high] = [cells[0].width * scale, cells[0].height * scale];
  const sheet = document.createElement("canvas");
  sheet.width = columns * (wide + GAP) - GAP;
  sheet.height = Math.ceil(cells.length / columns) * (high + GAP) - GAP;
  const pen = penOf(sheet);
  pen.imageSmoothingEnabled = false;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  cells.forEach((cell, index) =>
    pen.drawImage(cell, (index % columns) * (wide + GAP), Math.floor(index / columns) * (high + GAP), wide, high),
  );
  return pngFromCanvas(sheet, { playground: JSON.stringify(settings) });
}
