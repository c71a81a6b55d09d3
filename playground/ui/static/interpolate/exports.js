/** @file Buttons that save a walk as a file; the file carries the request that made it. */

import { ApiError, BASE, SESSION } from "../core/api.js";
import { announce, button, download, el, hint, problemBox } from "../core/dom.js";

const FORMATS = { gif: "GIF", png: "PNG", npz: "NumPy .npz" };

/**
 * @param {() => {model: string, operation: string, request: object}|null} present what is shown now; null: nothing yet
 * @param {Record<string, string>} [formats] the route's names -> what the buttons say
 * @param {Record<string, (what: object) => Promise<[Blob, string]>>} [here] formats that the page makes by itself
 * @returns {HTMLElement}
 */
export function exportButtons(present, formats = FORMATS, here = {}) {
  const problem = problemBox();
  const buttons = Object.entries(formats).map(([format, text]) => button(text, () => save(format), { title: `Save as ${text}` }));

  async function save(format) {
    const what = present();
    if (!what) return;
    problem.clear();
    for (const one of buttons) one.disabled = true;
    try {
      const [blob, name] = await (here[format]?.(what) ?? requestFile({ format, ...what }));
      download(blob, name);
      announce(`${name} saved, with its settings inside.`);
    } catch (error) {
      problem.show(error, () => save(format));
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }

  return el(
    "div",
    { class: "pg-stack" },
    el(
      "div",
      { class: "pg-row", role: "group", "aria-label": "Save" },
      el("span", { class: "pg-label" }, "Save as"), buttons, hint("Every file carries the model, seeds and settings that made it."),
    ),
    problem.root,
  );
}

/**
 * A file from the server.
 * @param {{format: string, model: string, operation: string, request: object}} what as the export route reads it
 * @returns {Promise<[Blob, string]>} content and name
 * @throws {ApiError}
 */
export async function requestFile(what) {
  const spec = { session: SESSION, ...what };
  let response;
  try {
    response = await fetch(new URL("export", BASE), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(spec) });
  } catch {
    throw new ApiError(0, "The playground cannot be reached. Is it still running?");
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new ApiError(response.status, told.error ?? "The file could not be made, and the server gave no reason.");
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return [await response.blob(), name ?? `walk.${spec.format}`];
}
