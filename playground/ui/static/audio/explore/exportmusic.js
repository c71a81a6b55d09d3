/** @file Buttons that save a piece of music as it is shown; every file carries what made it. */

import { requestFile, saveButtons } from "../../panels/interpolate/exports.js";

const FORMATS = { wav: "WAV", mid: "MIDI", png: "PNG", npz: "npz" };

/**
 * @typedef {{piece: import("./compose.js").Piece, tempo: number, instrument: import("../instrument.js").NamedTimbre|null}} Shown
 *   instrument: null for the piano
 */

/**
 * @param {() => Shown|null} present null: nothing yet
 * @returns {{root: HTMLElement, enable: (yes: boolean) => void}}
 */
export function exportMusic(present) {
  return saveButtons(FORMATS, (format) => {
    const what = present();
    return what && fileOf(format, what);
  });
}

/** @param {string} format @param {Shown} what */
function fileOf(format, { piece, tempo, instrument }) {
  const { model, operation, request, soprano, pixels, steps } = piece;
  const made = { of: operation, ...request, ...(soprano && { soprano }) };
  const size = { height: pixels.length / steps, width: steps };
  return requestFile(
    { format, model, operation: "roll", ...size, request: made, tempo_bpm: tempo, instrument },
    pixels,
  );
}
