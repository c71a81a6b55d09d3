/** @file The Interpolate panel: from A to B, or over the square between four latents. A kit says what a walk is made of. */

import { button, el, fill, fold, problemBox, titled } from "../core/dom.js";
import { can, inOrder, isHealthy, shortName } from "../core/models.js";
import { endCard } from "./interpolate/endcard.js";
import { FIRST_ENDS } from "./interpolate/ends.js";
import { noWalk, WalkPlace, walkModel } from "./interpolate/place.js";
import { NAMES, walkAsker, walkChoices } from "./interpolate/walk.js";

/**
 * @typedef {object} Panel  what a kit's parts work with
 * @property {WalkPlace} place
 * @property {Slice<any>} state
 * @property {Card[]} cards
 * @property {PanelContext["datasets"]} datasets
 * @property {ProblemBox} problem
 * @property {() => boolean} corners whether one walks between four
 * @property {(patch: object) => void} change keep this in the address, and ask for the walk
 * @property {() => import("./interpolate/walk.js").Asked|null} shown what is drawn
 * @typedef {object} Parts
 * @property {HTMLElement[]} controls of the walk
 * @property {(corners: boolean) => {side?: number, frames?: number}} size of the walk that is asked
 * @property {(corners: boolean) => Child} arrange what stands on the stage, ready for another walk
 * @property {Child} [beside] stands beside the stage's title
 * @property {(corners: boolean) => Child} [files] what can be saved
 * @property {(reply: Reply, corners: boolean, settings: Settings) => unknown} draw
 * @property {(reply: Reply, index: number) => any} itemOf what an end draws
 * @property {(chooser: import("./interpolate/endcard.js").Chooser, place: number) => import("./interpolate/endcard.js").EndKit} endKit
 * @property {() => void} [leave] the panel is hidden
 * @typedef {object} Kit
 * @property {string} [className]
 * @property {string} items what a walk is made of, such as "pictures"
 * @property {Record<string, any>} defaults of what is kept in the address beside what every walk has
 * @property {[string, string[]]} about title and paragraphs of the fold at the end
 * @property {(card: Card) => boolean} corners whether a model offers walks between four
 * @property {(usable: Card[]) => Card[]} [sorted]
 * @property {(card: Card) => string} [nameOf] in the list of models
 * @property {string[]} [hidden] names of settings that stand elsewhere
 * @property {(panel: Panel) => Parts} parts
 */

const DEFAULTS = { model: null, mode: "pair", path: "spherical", at: 0, ends: FIRST_ENDS, settings: {} };

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {PanelContext} context
 * @param {Kit} kit
 * @returns {PanelHandle|null}
 */
export function interpolatePanel(root, { modality, cards, datasets, state: sliceOf }, kit) {
  const walkable = inOrder(cards.filter((card) => isHealthy(card) && can(card, "decode") && card.latent.size > 0));
  const usable = kit.sorted?.(walkable) ?? walkable;
  if (!usable.length) {
    fill(root, noWalk());
    return null;
  }
  const state = sliceOf(/** @type {Record<string, any>} */ ({ ...DEFAULTS, ...kit.defaults }));
  const place = new WalkPlace({ usable, modality, state });
  const problem = problemBox();
  const corners = () => mode() === "corners" && kit.corners(place.card);
  const parts = kit.parts({ place, state, cards, datasets, problem, corners, change, shown: () => shown() });
  const endCards = FIRST_ENDS.map((_, i) =>
    endCard({
      now: () => place,
      kitOf: (chooser) => parts.endKit(chooser, i),
      onChange: (end) => place.setEnd(i, end),
      onExplore: () => place.takeFromExplore(i),
    }),
  );
  const model = walkModel(place, kit);
  const { modes, paths, words, mode, path } = walkChoices({ saved: state.get(), items: kit.items, onChange: change });
  const swap = button("Swap A and B", () => place.swap());
  const title = el("h2", { class: "pg-stage-title" });
  const onStage = el("div", { class: "pg-stage-place" });
  const stage = titled("walk", parts.beside ? [title, parts.beside] : title, onStage, problem.root);
  const files = parts.files && el("section", { class: "pg-card pg-strip-card", "aria-label": "Files" });
  const { ask, shown } = walkAsker({ view: `${modality}-interpolate`, stage, problem, request, onReply: draw });
  const [aboutTitle, paragraphs] = kit.about;
  const layout = el(
    "div",
    { class: `pg-interpolate ${kit.className ?? ""}` },
    el(
      "section",
      { class: "pg-card pg-walk-how", "aria-label": "What to walk" },
      el("div", { class: "pg-how-row" }, model.picker, modes, paths, parts.controls, swap),
      el("div", { class: "pg-how-words" }, model.settings, model.about, words),
    ),
    endCards.map((one, i) => (one.root.classList.add(`pg-end-${i}`), one.root)),
    stage,
    files,
    el("div", { class: "pg-area-about" }, fold(aboutTitle, paragraphs)),
  );

  /** @returns {[string, string, object]} */
  function request() {
    const { card, ends, settings } = place;
    const specs = ends.map(({ spec }) => spec);
    const how = { path: path(), ...parts.size(corners()), settings };
    if (corners()) return [card.id, "corners", { corners: specs, ...how }];
    return [card.id, "interpolate", { a: specs[0], b: specs[1], ...how }];
  }

  /** @param {object} patch */
  function change(patch) {
    state.set(patch);
    arrange();
    ask();
  }

  place.onChange((changed) => {
    if (changed === "model" || changed === "explore") {
      model.refresh();
      arrange();
    }
    endCards.forEach((one, i) => one.set(place.ends[i], changed === "model"));
    ask();
  });

  function arrange() {
    const four = corners();
    const shape = four ? "corners" : "pair";
    Object.assign(layout.dataset, { mode: shape, kind: place.card.output.kind });
    modes.hidden = !kit.corners(place.card);
    swap.hidden = four;
    title.textContent = `${shortName(place.card)}, ${four ? "between four" : "from A to B"}`;
    fill(onStage, parts.arrange(four));
    if (files) fill(files, parts.files?.(four));
    endCards.forEach((one, i) => {
      const names = NAMES[shape].at(i);
      one.root.hidden = !names;
      if (names) one.rename(...names);
    });
  }

  /** @param {Reply} reply @param {string} operation @param {Record<string, any>} asked */
  function draw(reply, operation, asked) {
    const { side, frames } = reply.header;
    const four = operation === "corners";
    parts.draw(reply, four, asked.settings);
    const places = four ? [0, side - 1, side * (side - 1), side * side - 1] : [0, frames - 1];
    places.forEach((index, i) => endCards[i].draw(parts.itemOf(reply, index)));
  }

  fill(root, layout);
  arrange();
  endCards.forEach((one, i) => one.set(place.ends[i]));
  ask();
  return { hidden: parts.leave };
}
