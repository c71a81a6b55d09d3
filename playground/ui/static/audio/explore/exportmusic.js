/** @file Buttons that save a piece of music as it is shown; every file carries what made it. */

import { ApiError, BASE, SESSION } from "../../core/api.js";
import { announce, button, download, el, problemBox } from "../../core/dom.js";
import { pack } from "../../core/wire.js";

const FORMATS = { wav: "WAV", mid: "MIDI", png: "PNG", npz: "npz" };

/**
 * @param {() => {piece: import("./compose.js").Piece, tempo: number, instrument: object|null}|null} present
 *   null: nothing yet; instrument: as the server names it, null for the piano
 * @returns {{root: HTMLElement, enable: (yes: boolean) => void}}
 */
export function exportMusic(present) {
  const problem = problemBox();
  const buttons = Object.entries(FORMATS).map(([format, text]) => button(text, () => save(format), { title: `Save as ${text}`, disabled: true }));
  const enable = (yes) => {
    for (const one of buttons) one.disabled = !yes;
  };

  async function save(format) {
    const what = present();
    if (!what) return;
    problem.clear();
    enable(false);
    try {
      const [blob, name] = await requestFile(format, what);
      download(blob, name);
      announce(`${name} saved, with what made it inside.`);
    } catch (error) {
      problem.show(error, () => save(format));
    }
    enable(true);
  }

  const words = el("span", { class: "pg-label" }, "Save as");
  const root = el("div", { class: "pg-stack" }, el("div", { class: "pg-row", role: "group", "aria-label": "Save" }, words, buttons), problem.root);
  return { root, enable };
}

async function requestFile(format, { piece, tempo, instrument }) {
  const { model, operation, request, soprano, pixels, steps } = piece;
  const spec = {
    format, model, operation: "roll", session: SESSION, height: pixels.length / steps, width: steps,
    request: { of: operation, ...request, ...(soprano && { soprano }) }, tempo_bpm: tempo, instrument,
  };
  let response;
  try {
    const headers = { "Content-Type": "application/octet-stream" };
    response = await fetch(new URL("export", BASE), { method: "POST", headers, body: pack(spec, pixels) });
  } catch {
    throw new ApiError(0, "The playground cannot be reached. Is it still running?");
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new ApiError(response.status, told.error ?? "The file could not be made, and the server gave no reason.");
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return [await response.blob(), name ?? `chorale.${format}`];
}
