/** @file The Explore panel: pick a model, move through its latent space, watch the picture follow. */

import { announce, el, fill, fold, titled } from "../core/dom.js";
import { can, inOrder, isHealthy, modelPicker, oneOfThem, settingsForm, shortName } from "../core/models.js";
import { chainCard } from "./explore/chain.js";
import { fullCard } from "./explore/card.js";
import { directionPad } from "./explore/pad.js";
import { bigPicture } from "./explore/picture.js";
import { FIRST_SEED, Position } from "./explore/position.js";
import { directionSliders } from "./explore/sliders.js";
import { noneHealthy, samplesCard, seedControls } from "./explore/start.js";

/** @type {import("./explore/types.js").ExploreState} */
const DEFAULTS = {
  model: null,
  spec: null,
  settings: {},
  all: false,
  page: 0,
  pad: [0, 1],
  start: 0,
  sampleSeed: FIRST_SEED,
  paint: undefined,
};

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const ordered = inOrder(cards);
  if (!ordered.some(isHealthy)) {
    fill(root, noneHealthy(ordered));
    return null;
  }

  const position = new Position(ordered, state);
  const picture = bigPicture(position);
  const sliders = directionSliders({ position, picture, state });
  const pad = directionPad({ position, picture, state });
  const chain = chainCard({ position, picture, state, oneOf: oneOfThem(datasets) });
  const card = fullCard();
  const picker = modelPicker({
    cards: ordered,
    value: position.card.id,
    onPick: (next) => position.setModel(next),
  });
  const settings = el("div", { class: "pg-settings-place" });
  const samples = samplesCard(position, state);
  const seed = seedControls(position);

  position.onChange((changed) => {
    picture.exact();
    if (changed === "model") {
      state.set({ page: 0, pad: DEFAULTS.pad });
      arrange();
      for (const part of [sliders, pad, chain]) part.rebuild();
      card.rebuild(position.card);
      picker.set(position.card.id);
      drawSettings();
      announce(`${shortName(position.card)} chosen.`);
    } else {
      for (const part of [sliders, pad, chain]) part.refresh();
      if (changed === "undo") drawSettings();
    }
    seed.refresh();
    samples.refresh(changed);
  });

  function drawSettings() {
    fill(
      settings,
      settingsForm(position.card, position.settings, (values) => position.setSettings(values)),
    );
  }

  const about = el(
    "div",
    { class: "pg-area-more" },
    fold("What is a latent space?", ...ABOUT.map((text) => el("p", {}, text))),
  );
  const model = titled("model", "Model", picker.root, card.root);
  const start = titled("start", "Start", seed.root, settings);
  const move = el("div", { class: "pg-column pg-column-move" });
  const right = el("div", { class: "pg-column pg-column-picture" }, picture.root, start);
  const whole = el(
    "div",
    { class: "pg-explore" },
    el("div", { class: "pg-column pg-column-model" }, model, about),
    move,
    right,
  );

  /**
   * What a model is about stands under its sliders: the map of two latent numbers, which is what one moves on, or the
   * process that makes its pictures.
   */
  function arrange() {
    const map = can(position.card, "manifold");
    whole.classList.toggle("pg-with-map", map);
    const process = can(position.card, "chain");
    move.append(
      sliders.root,
      ...(map ? [pad.root] : []),
      ...(process ? [chain.root, samples.root] : [samples.root, chain.root]),
    );
    if (!map) picture.root.after(pad.root); // directly below what it moves
  }
  fill(root, whole);
  arrange();
  picture.exact();
  for (const part of [sliders, pad, chain]) part.rebuild();
  card.rebuild(position.card);
  drawSettings();
  samples.refresh("model");
  return { hidden: () => chain.hidden() };
}

const ABOUT = [
  "A generative model turns a list of random numbers, its latent, into a picture. The seed decides which random numbers; the same seed always gives the same picture.",
  "Neighbouring latents give similar pictures, so one can walk. The directions offered first are the principal directions of what the model does with its latent, ordered by how much they change the picture.",
  "One standard deviation is the typical size of a random number here. Beyond three the model is asked for things it hardly ever saw in training, and its mistakes show.",
];
