/** @file The Explore panel: pick a model, move through its latent space, watch the picture follow. */

import { announce, button, el, fill, fold, hint, whole } from "./core/dom.js";
import { LARGEST_SEED, randomSeed } from "./core/latents.js";
import { can, isHealthy, modelPicker, settingsForm, shortName } from "./core/models.js";
import { sampleGrid } from "./core/samples.js";
import { chainCard } from "./explore/chain.js";
import { fullCard } from "./explore/card.js";
import { directionPad } from "./explore/pad.js";
import { bigPicture } from "./explore/picture.js";
import { FIRST_SEED, Position } from "./explore/position.js";
import { directionSliders } from "./explore/sliders.js";

const SAMPLES = 16;
const LAST_START = 9936; // the server counts samples of one seed up to 9999
const FAMILY_ORDER = ["vae", "gan", "rbm", "flow"];
const DEFAULTS = { model: null, spec: null, settings: {}, all: false, page: 0, pad: [0, 1], start: 0, sampleSeed: FIRST_SEED, paint: undefined };

/** Fill the panel. @returns {{hidden: () => void}} */
export function mount(root, { cards, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const ordered = [...cards].sort((a, b) => rank(a) - rank(b) || a.id.length - b.id.length);
  const position = new Position(ordered, state);
  if (!position.card) {
    fill(root, noneHealthy(ordered));
    return {};
  }

  const picture = bigPicture(position);
  const sliders = directionSliders({ position, picture, state });
  const pad = directionPad({ position, picture, state });
  const chain = chainCard({ position, picture, state });
  const card = fullCard();
  const picker = modelPicker({
    cards: ordered,
    value: position.card.id,
    onPick: (id) => position.setModel(ordered.find((other) => other.id === id)),
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
      drawSettings();
      announce(`${shortName(position.card)} chosen.`);
    } else {
      for (const part of [sliders, pad, chain]) part.refresh();
    }
    seed.refresh();
    samples.refresh(changed);
  });

  function drawSettings() {
    fill(settings, settingsForm(position.card, position.settings, (values) => position.setSettings(values)));
  }

  const titled = (area, id, title, ...children) =>
    el("section", { class: `pg-card pg-area-${area}`, "aria-labelledby": id }, el("h2", { id }, title), children);
  const about = el("div", { class: "pg-area-more" }, fold("What is a latent space?", ...ABOUT.map((text) => el("p", {}, text))));
  const model = titled("model", "pg-model-title", "Model", picker.root, card.root);
  const start = titled("start", "pg-start-title", "Start", seed.root, settings);
  const move = el("div", { class: "pg-column pg-column-move" });
  const right = el("div", { class: "pg-column pg-column-picture" }, picture.root, start);
  const whole = el("div", { class: "pg-explore" }, el("div", { class: "pg-column pg-column-model" }, model, about), move, right, chain.root);

  /** Two latent numbers: their map is what one moves on, so it stands with the sliders. */
  function arrange() {
    const map = can(position.card, "manifold");
    whole.classList.toggle("pg-with-map", map);
    if (map) sliders.root.after(pad.root);
    else right.append(pad.root);
  }
  move.append(sliders.root, samples.root);
  fill(root, whole);
  arrange();
  picture.exact();
  for (const part of [sliders, pad, chain]) part.rebuild();
  card.rebuild(position.card);
  drawSettings();
  samples.refresh("model");
  return { hidden: () => chain.hidden() };
}

function seedControls(position) {
  const field = whole({
    label: "Seed", min: 0, max: LARGEST_SEED, value: position.spec.seed ?? FIRST_SEED,
    onChange: (value) => position.setSeed(value),
  });
  const dice = button([el("span", { "aria-hidden": "true", class: "pg-die" }, "⚄"), " Dice"], () => position.setSeed(randomSeed()), { title: "A random seed" });
  const refresh = () => {
    if (position.spec.seed !== undefined) field.input.value = position.spec.seed;
  };
  return { root: el("div", { class: "pg-seed" }, field.root, dice), refresh };
}

function samplesCard(position, state) {
  const grid = sampleGrid({
    count: SAMPLES, columns: 4, size: 112, view: "explore-samples",
    onPick: (spec) => {
      state.set({ sampleSeed: spec.seed });
      position.setSpec(spec);
    },
  });
  const seedNow = () => position.spec.seed ?? state.get().sampleSeed;
  const load = () => grid.load({ model: position.card.id, seed: seedNow(), start: startNow(), settings: position.settings });
  const startNow = () => {
    const { start } = state.get();
    return Number.isInteger(start) && start >= 0 && start <= LAST_START ? start : 0;
  };
  const go = (start) => {
    state.set({ start });
    load();
    bound();
  };
  const fewer = button("Previous", () => go(Math.max(0, startNow() - SAMPLES)));
  const more = button("More", () => go(Math.min(LAST_START, startNow() + SAMPLES)));
  const bound = () => {
    fewer.disabled = startNow() === 0;
    more.disabled = startNow() >= LAST_START;
  };
  const refresh = (changed) => {
    if (changed === "seed") state.set({ start: 0 });
    if (changed !== "latent") load();
    const { seed, index, offsets, raw } = position.spec;
    grid.mark(seed === undefined || offsets || raw ? null : index);
    bound();
  };
  const root = el(
    "section",
    { class: "pg-card pg-area-samples", "aria-labelledby": "pg-samples-title" },
    el("div", { class: "pg-card-head" }, el("h2", { id: "pg-samples-title" }, "Samples"), fewer, more),
    hint("Pictures of this seed; pick one to start from it."),
    grid.root,
  );
  return { root, refresh };
}

function noneHealthy(cards) {
  const reasons = cards.filter((card) => !isHealthy(card)).map((card) => el("li", {}, el("strong", {}, shortName(card)), `: ${card.problems[0]}`));
  return el("div", { class: "pg-state" }, el("h2", {}, "No model can be used"), el("ul", {}, reasons));
}

function rank(card) {
  const place = FAMILY_ORDER.indexOf(card.family);
  return place < 0 ? FAMILY_ORDER.length : place;
}

const ABOUT = [
  "A generative model turns a list of random numbers, its latent, into a picture. The seed decides which random numbers; the same seed always gives the same picture.",
  "Neighbouring latents give similar pictures, so one can walk. The directions offered first are the principal directions of what the model does with its latent, ordered by how much they change the picture.",
  "One standard deviation is the typical size of a random number here. Beyond three the model is asked for things it hardly ever saw in training, and its mistakes show.",
];
