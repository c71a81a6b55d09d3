/** @file Buttons that save a walk as a file; the file carries the request that made it. */

import { BASE, SESSION, requestWithRetries } from "../../core/api.js";
import { announce, button, download, el, group, hint, problemBox, stacked } from "../../core/dom.js";
import { pack } from "../../core/wire.js";

/** @type {Record<string, string>} */
const FORMATS = { gif: "GIF", png: "PNG", npz: "NumPy .npz" };
/** @type {Record<string, string>} */
const POINT_FORMATS = { png: "PNG", csv: "CSV", json: "JSON", npz: "NumPy .npz" };

/** What a walk of such outputs is saved as. @param {OutputSpec} output */
export function formatsOf({ kind }) {
  return kind === "points" ? POINT_FORMATS : FORMATS;
}

/**
 * @param {() => import("./walk.js").Asked|null} present what is shown now; null: nothing yet
 * @param {Record<string, string>} formats the route's names -> what the buttons say
 * @param {Record<string, (what: import("./walk.js").Asked) => Promise<[Blob, string]>>} [here] formats that the page makes by itself
 * @returns {HTMLElement}
 */
export function exportButtons(present, formats, here = {}) {
  const make = (/** @type {string} */ format) => {
    const what = present();
    return what && (here[format]?.(what) ?? requestFile({ format, ...what }));
  };
  return saveButtons(formats, make, hint("Every file carries the model, seeds and settings that made it.")).root;
}

/**
 * A row of buttons, each of which saves a file.
 * @param {Record<string, string>} formats names -> what the buttons say
 * @param {(format: string) => Promise<[Blob, string]>|null} make content and name; null: there is nothing yet
 * @param {HTMLElement|null} [note] stands after the buttons
 * @returns {{root: HTMLElement, enable: (yes: boolean) => void}}
 */
export function saveButtons(formats, make, note = null) {
  const problem = problemBox();
  const buttons = Object.entries(formats).map(([format, text]) =>
    button(text, () => save(format), { title: `Save as ${text}` }),
  );
  const enable = (/** @type {boolean} */ yes) => {
    for (const one of buttons) one.disabled = !yes;
  };

  /** @param {string} format */
  async function save(format) {
    problem.clear();
    enable(false);
    try {
      const made = await make(format);
      if (made) {
        download(...made);
        announce(`${made[1]} saved, with its settings inside.`);
      }
    } catch (error) {
      problem.show(error, () => save(format));
    }
    enable(true);
  }

  const row = group("Save", el("span", { class: "pg-label" }, "Save as"), buttons, note);
  return { root: stacked(row, problem.root), enable };
}

/**
 * A file from the server.
 * @param {import("./walk.js").Asked & {format: string}} what
 * @param {Uint8Array<ArrayBuffer>|null} [pixels] a roll that goes with it
 * @returns {Promise<[Blob, string]>} content and name
 * @throws {ApiError}
 */
export async function requestFile(what, pixels = null) {
  const spec = { session: SESSION, ...what };
  const headers = { "Content-Type": pixels ? "application/octet-stream" : "application/json" };
  const body = pixels ? pack(spec, pixels) : JSON.stringify(spec);
  return requestWithRetries(
    () => fetch(new URL("export", BASE), { method: "POST", headers, body }),
    async (response) => {
      const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
      return [await response.blob(), name ?? `playground.${spec.format}`];
    },
  );
}
