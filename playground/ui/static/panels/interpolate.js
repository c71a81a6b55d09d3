/** @file The Interpolate panel: from A to B, or over the square between four latents, in steps that can be scrubbed. */

import { button, el, fill, problemBox, range } from "../core/dom.js";
import { frameOf } from "../core/frames.js";
import { inOrder, isHealthy, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { cornerPad } from "./interpolate/cornerpad.js";
import { pictureEnd } from "../image/interpolate/end.js";
import { endCard } from "./interpolate/endcard.js";
import { FIRST_ENDS } from "./interpolate/ends.js";
import { exportButtons } from "./interpolate/exports.js";
import { filmstrip } from "./interpolate/filmstrip.js";
import { noWalk, WalkPlace, walkModel } from "./interpolate/place.js";
import { cornersOf, layOutWalk, nameEnds, walkAsker, walkChoices } from "./interpolate/walk.js";

const DEFAULTS = {
  model: null,
  mode: "pair",
  path: "spherical",
  frames: 16,
  side: 8,
  at: 0,
  cell: [0, 0],
  ends: FIRST_ENDS,
  settings: {},
};

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { modality, cards, state: sliceOf }) {
  const usable = inOrder(cards.filter(isHealthy));
  if (!usable.length) {
    fill(root, noWalk("Explore names the reason for each."));
    return null;
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const place = new WalkPlace({ usable, modality, state });
  let frames = inside(saved.frames, 8, 64, DEFAULTS.frames);
  let side = inside(saved.side, 4, 16, DEFAULTS.side);
  const problem = problemBox();

  const strip = filmstrip({ onMove: (at) => state.set({ at }) });
  const pad = cornerPad({ onMove: (cell) => state.set({ cell }) });
  const endCards = FIRST_ENDS.map((_, i) =>
    endCard({
      now: () => place,
      kitOf: (chooser) => pictureEnd(chooser, (pixels) => mode() === "pair" && strip.preview(pixels)),
      onChange: (end) => place.setEnd(i, end),
      onExplore: () => place.takeFromExplore(i),
    }),
  );
  const model = walkModel(place);
  const { modes, paths, words: pathWords, mode, path } = walkChoices({ saved, items: "pictures", onChange: change });
  const count = range({
    label: "Frames",
    min: 8,
    max: 64,
    step: 1,
    value: frames,
    words: (n) => `${n} pictures from A to B`,
    onCommit: (next) => change({ frames: (frames = next) }),
  });
  const sides = range({
    label: "Square",
    min: 4,
    max: 16,
    step: 1,
    value: side,
    shown: (n) => `${n} × ${n}`,
    words: (n) => `${n} by ${n} pictures`,
    onCommit: (next) => change({ side: (side = next) }),
  });
  const swap = button("Swap A and B", () => place.swap());
  const stageTitle = el("h2", { class: "pg-stage-title" });
  const stage = el("section", { class: "pg-card pg-stage", "aria-label": "The walk" });
  const stripPlace = el("div", { class: "pg-strip-place" });
  const layout = el("div", { class: "pg-interpolate" });
  const { ask, shown } = walkAsker({ view: "interpolate", stage, problem, request, onReply: draw });

  /** @returns {[string, string, object]} */
  function request() {
    const { card, ends, settings } = place;
    if (mode() === "corners")
      return [card.id, "corners", { corners: ends.map((end) => end.spec), path: path(), side, settings }];
    return [card.id, "interpolate", { a: ends[0].spec, b: ends[1].spec, path: path(), frames, settings }];
  }

  /** @param {object} patch */
  function change(patch) {
    state.set(patch);
    layOut();
    ask();
  }

  place.onChange((changed) => {
    if (changed === "model" || changed === "explore") {
      model.refresh();
      layOut();
    }
    endCards.forEach((one, i) => one.set(place.ends[i], changed === "model"));
    ask();
  });

  function layOut() {
    const pair = mode() === "pair";
    layout.dataset.mode = mode();
    count.root.hidden = swap.hidden = stripPlace.hidden = !pair;
    sides.root.hidden = pair;
    fill(stage, stageTitle, pair ? strip.picture : pad.root, problem.root);
    stageTitle.textContent = `${shortName(place.card)}, ${pair ? "from A to B" : "between four"}`;
    nameEnds(endCards, mode());
    strip.reserve(frames);
    strip.pause();
  }

  /** @param {import("../core/types.js").Reply} reply @param {string} operation */
  function draw(reply, operation) {
    const { at, cell } = state.get();
    const last = reply.header.frames - 1;
    if (operation === "corners")
      pad.load(reply, [inside(cell?.[0], 0, side - 1, 0), inside(cell?.[1], 0, side - 1, 0)]);
    else strip.load(reply, inside(at, 0, last, 0));
    const places = operation === "corners" ? cornersOf(reply.header.side) : [0, last];
    places.forEach((index, i) => endCards[i].draw(frameOf(reply, index)));
  }

  fill(stripPlace, strip.strip);
  layOutWalk(layout, {
    controls: [model.picker, modes, paths, count.root, sides.root, swap],
    words: [model.settings, model.about, pathWords],
    endCards,
    stage,
    files: el(
      "section",
      { class: "pg-card pg-strip-card", "aria-label": "Frames and files" },
      stripPlace,
      exportButtons(shown),
    ),
    about: ["What does a walk through latents show?", ABOUT],
  });
  fill(root, layout);
  endCards.forEach((one, i) => one.set(place.ends[i]));
  layOut();
  ask();
  return { hidden: () => strip.pause() };
}

const ABOUT = [
  "If a model has understood its data, every point between two digits is a plausible digit too, and the change is smooth. Sudden jumps show that the model keeps the two apart; blurred middles show that it averages.",
  "Random latents of many numbers all lie at nearly the same distance from the centre, on a shell. The straight line between two of them cuts through the emptier inside; the spherical path stays on the shell.",
  "A picture of your own is turned into a latent by the model's encoder, or, for a GAN, by a search: start from a latent and change it in small steps until what it draws resembles yours.",
];
