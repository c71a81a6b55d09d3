/** @file The Interpolate panel: from A to B, or over the square between four latents, in steps that can be scrubbed. */

import { announce, button, el, fill, fold, hint, problemBox, range, select } from "../core/dom.js";
import { frameOf } from "../core/frames.js";
import { seeded } from "../core/latents.js";
import { familyTag, inOrder, isHealthy, knownSettings, settingsForm, shortName } from "../core/models.js";
import { ChosenSettings } from "../core/settings.js";
import { slice } from "../core/state.js";
import { cornerPad } from "./interpolate/cornerpad.js";
import { endCard } from "./interpolate/endcard.js";
import { endsForOther, FIRST_ENDS, readEnds } from "./interpolate/ends.js";
import { exportButtons } from "./interpolate/exports.js";
import { filmstrip } from "./interpolate/filmstrip.js";
import { cornersOf, inside, layOutWalk, NAMES, nameEnds, walkAsker, walkChoices } from "./interpolate/walk.js";

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

/** Fill the panel. @returns {{hidden: () => void}} */
export function mount(root, { modality, cards, state: sliceOf }) {
  const usable = inOrder(cards.filter(isHealthy));
  if (!usable.length) {
    fill(
      root,
      el(
        "div",
        { class: "pg-state" },
        el("h2", {}, "No model can be used"),
        el("p", {}, "Explore names the reason for each."),
      ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const inExplore = slice(`${modality}.explore`, {}).get().model;
  let card = usable.find((other) => other.id === (saved.model ?? inExplore)) ?? usable[0];
  let ends = readEnds(saved.ends, card);
  let settings = knownSettings(card, saved.settings);
  const chosen = new ChosenSettings();
  let frames = inside(saved.frames, 8, 64, DEFAULTS.frames);
  let side = inside(saved.side, 4, 16, DEFAULTS.side);
  const problem = problemBox();

  const strip = filmstrip({ onMove: (at) => state.set({ at }) });
  const pad = cornerPad({ onMove: (cell) => state.set({ cell }) });
  const endCards = FIRST_ENDS.map((_, place) =>
    endCard({
      name: NAMES.corners[place][0],
      role: NAMES.corners[place][1],
      now: () => ({ card, settings }),
      onChange: (end) => setEnds(ends.map((old, i) => (i === place ? end : old))),
      onExplore: () => fromExplore(place),
    }),
  );

  const picker = select({
    label: "Model",
    choices: usable.map((other) => [
      other.id,
      familyTag(other) ? `${shortName(other)} (${familyTag(other)})` : shortName(other),
    ]),
    value: card.id,
    onChange: (id) => setModel(usable.find((other) => other.id === id)),
  });
  const about = hint();
  const settingsPlace = el("div");
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
  const swap = button("Swap A and B", () => setEnds([ends[1], ends[0], ends[2], ends[3]]));
  const stageTitle = el("h2", { class: "pg-stage-title" });
  const stage = el("section", { class: "pg-card pg-stage", "aria-label": "The walk" });
  const stripPlace = el("div", { class: "pg-strip-place" });
  const layout = el("div", { class: "pg-interpolate" });
  const { ask, shown } = walkAsker({ view: "interpolate", stage, problem, request, onReply: draw });

  function request() {
    if (mode() === "corners")
      return [card.id, "corners", { corners: ends.map((end) => end.spec), path: path(), side, settings }];
    return [card.id, "interpolate", { a: ends[0].spec, b: ends[1].spec, path: path(), frames, settings }];
  }

  function change(patch) {
    state.set(patch);
    layOut();
    ask();
  }

  function setEnds(next) {
    ends = next;
    state.set({ ends });
    endCards.forEach((one, place) => one.set(ends[place]));
    ask();
  }

  function setModel(next, { keepSettings = null, quiet = false } = {}) {
    chosen.learn(card, settings);
    card = next;
    picker.input.value = card.id;
    settings = keepSettings ? knownSettings(card, keepSettings) : chosen.of(card);
    ends = endsForOther(ends);
    state.set({ model: card.id, settings, ends });
    drawModel();
    endCards.forEach((one, place) => (one.set(ends[place]), one.modelChanged()));
    if (!quiet) announce(`${shortName(card)} chosen.`);
    ask();
  }

  function fromExplore(place) {
    const there = slice(`${modality}.explore`, {}).get();
    const other = usable.find((one) => one.id === there.model) ?? usable[0]; // an untouched Explore shows the first
    if (other !== card) setModel(other, { keepSettings: there.settings, quiet: true });
    else if (there.settings) setSettings({ ...there.settings });
    const [end] = readEnds([{ spec: there.spec ?? seeded(7), from: "explore" }], card);
    setEnds(ends.map((old, i) => (i === place ? end : old)));
    announce(`${NAMES.corners[place][0]}: what Explore shows, of ${shortName(card)}.`);
  }

  function setSettings(next) {
    settings = knownSettings(card, next);
    state.set({ settings });
    drawModel();
    ask();
  }

  function drawModel() {
    fill(about, card.summary ?? "");
    layOut();
    const open = settingsPlace.querySelector("details")?.open ?? false;
    const form = fold(
      "Model settings",
      settingsForm(card, settings, (values) => {
        settings = knownSettings(card, values);
        state.set({ settings });
        ask();
      }),
    );
    form.open = open;
    fill(settingsPlace, card.settings.length > 0 && form);
  }

  function layOut() {
    const pair = mode() === "pair";
    layout.dataset.mode = mode();
    count.root.hidden = swap.hidden = stripPlace.hidden = !pair;
    sides.root.hidden = pair;
    fill(stage, stageTitle, pair ? strip.picture : pad.root, problem.root);
    stageTitle.textContent = `${shortName(card)}, ${pair ? "from A to B" : "between four"}`;
    nameEnds(endCards, mode());
    strip.reserve(frames);
    strip.pause();
  }

  function draw(reply, operation) {
    const { at, cell } = state.get();
    const last = reply.header.frames - 1;
    if (operation === "corners")
      pad.load(
        reply,
        [0, 1].map((axis) => inside(cell?.[axis], 0, side - 1, 0)),
      );
    else strip.load(reply, inside(at, 0, last, 0));
    const places = operation === "corners" ? cornersOf(reply.header.side) : [0, last];
    places.forEach((index, place) => endCards[place].draw(frameOf(reply, index)));
  }

  fill(stripPlace, strip.strip);
  layOutWalk(layout, {
    controls: [picker.root, modes, paths, count.root, sides.root, swap],
    words: [settingsPlace, about, pathWords],
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
  endCards.forEach((one, place) => one.set(ends[place]));
  drawModel();
  ask();
  return { hidden: () => strip.pause() };
}

const ABOUT = [
  "If a model has understood its data, every point between two digits is a plausible digit too, and the change is smooth. Sudden jumps show that the model keeps the two apart; blurred middles show that it averages.",
  "Random latents of many numbers all lie at nearly the same distance from the centre, on a shell. The straight line between two of them cuts through the emptier inside; the spherical path stays on the shell.",
  "A picture of your own is turned into a latent by the model's encoder, or, for a GAN, by a search: start from a latent and change it in small steps until what it draws resembles yours.",
];
