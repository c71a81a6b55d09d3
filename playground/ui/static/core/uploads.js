/** @file Picture files on their way to the server: a photograph larger than a request may be is made smaller first. */

/** What a request may hold, less the room its header takes. */
const LARGEST_FILE = 4 * 1024 * 1024 - 4096;
const LONGEST_SIDE = 1600; // pixels: what models see is far smaller
const QUALITY = 0.92;

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
