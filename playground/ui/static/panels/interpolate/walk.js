/** @file What the Interpolate panels of all tabs have in common: the names of ends, the choice of path, asking for the walk. */

import { Lane } from "../../core/api.js";
import { hint, segments } from "../../core/dom.js";

const ASK_AFTER_MS = 120;
const PATHS = { spherical: "Spherical", linear: "Linear" };
const MODES = { pair: "A and B", corners: "Four corners" };

/**
 * @typedef {{model: string, operation: string, request: Record<string, any>, [fact: string]: unknown}} Asked  as the export
 *   route reads it
 */

/** What the ends are called, and where they lie. @type {Record<"pair"|"corners", [string, string][]>} */
export const NAMES = {
  pair: [
    ["A", "start"],
    ["B", "end"],
  ],
  corners: [
    ["A", "top left"],
    ["B", "top right"],
    ["C", "bottom left"],
    ["D", "bottom right"],
  ],
};

/**
 * Between what one walks and by which path, with a sentence on the path.
 * @param {{saved: Record<string, any>, items: string, onChange: (patch: {mode?: string, path?: string}) => void}} options
 *   saved: from the address; items: what a walk is made of, such as "pictures"; onChange: another {mode} or {path} was chosen
 * @returns {{modes: HTMLElement, paths: HTMLElement, words: HTMLElement, mode: () => "pair"|"corners", path: () => string}}
 */
export function walkChoices({ saved, items, onChange }) {
  /** @type {"pair"|"corners"} */
  let mode = saved.mode === "corners" ? "corners" : "pair";
  let path = saved.path in PATHS ? saved.path : "spherical";
  const modes = segments({
    label: "Between",
    choices: MODES,
    value: () => mode,
    onPick: (next) => pick({ mode: (mode = next === "corners" ? next : "pair") }),
  });
  const paths = segments({
    label: "Path",
    choices: PATHS,
    value: () => path,
    onPick: (next) => pick({ path: (path = next) }),
  });
  const words = hint();

  /** @param {{mode?: string, path?: string}} patch */
  function pick(patch) {
    show();
    onChange(patch);
  }

  function show() {
    modes.refresh();
    paths.refresh();
    words.textContent =
      path === "spherical"
        ? "Turns from A to B at an even pace and keeps the latent's length, so every step is as typical as the ends."
        : `Takes the straight line, whose middle lies closer to the centre than latents usually do: plainer, averaged ${items} there.`;
  }

  show();
  return { modes: modes.root, paths: paths.root, words, mode: () => mode, path: () => path };
}

/**
 * Asks for the present walk soon after its last change, and tells what came.
 * @param {{view: string, stage: HTMLElement, problem: ProblemBox,
 *   request: () => [string, string, Record<string, any>], onReply: (reply: Reply, operation: string, asked: Record<string, any>) => void}} options
 *   view: name of the request series; stage: is marked as busy; request: model, operation and what is asked
 * @returns {{ask: () => void, shown: () => Asked|null}} shown: what is drawn
 */
export function walkAsker({ view, stage, problem, request, onReply }) {
  const lane = new Lane(view);
  let timer = 0;
  /** @type {Asked|null} */
  let shown = null;

  function ask() {
    clearTimeout(timer);
    timer = setTimeout(load, ASK_AFTER_MS);
    stage.setAttribute("aria-busy", "true");
  }

  async function load() {
    const [model, operation, asked] = request();
    try {
      const reply = await lane.run(model, operation, asked);
      if (!reply) return; // a newer walk is under way
      problem.clear();
      shown = { model, operation, request: asked };
      onReply(reply, operation, asked);
    } catch (error) {
      problem.show(error, load);
    }
    stage.setAttribute("aria-busy", "false");
  }

  return { ask, shown: () => shown };
}
