/** @file Buttons that save a walk as GIF, PNG or .npz; the file carries the request that made it. */

import { ApiError, BASE, SESSION } from "../core/api.js";
import { announce, button, download, el, hint, problemBox } from "../core/dom.js";

const FORMATS = { gif: "GIF", png: "PNG", npz: "NumPy .npz" };

/**
 * @param {() => {model: string, operation: string, request: object}|null} present what is shown now; null: nothing yet
 * @returns {HTMLElement}
 */
export function exportButtons(present) {
  const problem = problemBox();
  const buttons = Object.entries(FORMATS).map(([format, text]) => button(text, () => save(format), { title: `Save as ${text}` }));

  async function save(format) {
    const what = present();
    if (!what) return;
    problem.clear();
    for (const one of buttons) one.disabled = true;
    try {
      const [blob, name] = await requestFile({ format, session: SESSION, ...what });
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

async function requestFile(spec) {
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
