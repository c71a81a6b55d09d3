/** @file Files on their way to the server: a photograph larger than a request may be is made smaller first. */

import { el, uniqueId } from "./dom.js";

/** What a request may hold, less the room its header takes. */
const LARGEST_FILE = 4 * 1024 * 1024 - 4096;
const LONGEST_SIDE = 1600; // pixels: what models see is far smaller
const QUALITY = 0.92;

/**
 * A labelled field for a file.
 * @param {{label: string, accept: string, problem: ProblemBox, onFile: (file: File) => Promise<void>}} options
 *   problem: where it is told why a file cannot be taken
 * @returns {HTMLElement}
 */
export function fileField({ label, accept, problem, onFile }) {
  const input = el("input", { type: "file", id: uniqueId("file"), class: "pg-file", accept });
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (!file) return;
    problem.clear();
    await onFile(file).catch(problem.show);
    input.value = ""; // the same file may be chosen again
  });
  return el("div", { class: "pg-field" }, el("label", { for: input.id }, label), input);
}

/**
 * The bytes of a picture file as they are sent: as they are where they fit, else drawn again with at most 1600 pixels a side.
 * @param {File} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {Error} a sentence, when the file is empty or no picture that this browser reads
 */
export async function pictureBytes(file) {
  if (!file.size) throw new Error(`${file.name} is empty: choose another file.`);
  if (file.size <= LARGEST_FILE) return new Uint8Array(await file.arrayBuffer());
  const small = await shrunk(file);
  return new Uint8Array(await small.arrayBuffer());
}

/** @param {File} file @returns {Promise<Blob>} */
async function shrunk(file) {
  let picture;
  try {
    picture = await createImageBitmap(file); // turned upright as its EXIF says
  } catch {
    const size = (file.size / 1048576).toFixed(1);
    throw new Error(
      `A picture file may have up to 4 MB, and ${file.name} has ${size} MB and cannot be read to be made smaller: choose another.`,
    );
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  );
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff"; // what is transparent is paper
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
