/** @file The Explore panel of the Text tab: latents of names and sentences, the chain behind a name, the topics of a text. */

import { announce, el, fill, fold, titled } from "../core/dom.js";
import { can, inOrder, isHealthy, modelPicker, settingsForm, shortName } from "../core/models.js";
import { STATE_CHANGED } from "../core/open.js";
import { textLook } from "../core/texts.js";
import { fullCard } from "../panels/explore/card.js";
import { FIRST_SEED, Position } from "../panels/explore/position.js";
import { directionSliders } from "../panels/explore/sliders.js";
import { noneHealthy, samplesCard, seedControls } from "../panels/explore/start.js";
import { letterChain } from "./explore/chain.js";
import { textPad } from "./explore/pad.js";
import { saidCard } from "./explore/said.js";
import { topicsCard } from "./explore/topics.js";

/** @typedef {import("../core/types.js").Card} Card */

/** @type {import("../panels/explore/types.js").ExploreState} */
const DEFAULTS = {
  model: null,
  spec: null,
  settings: {},
  all: false,
  page: 0,
  pad: [0, 1],
  start: 0,
  sampleSeed: FIRST_SEED,
  pattern: "",
  topic: "",
};
/** Whether a model has latents to walk through, or topics. Broken ones are shown with their reason. @param {Card} card */
function belongs(card) {
  return !isHealthy(card) || card.latent.size > 0 || card.operations.includes("topics");
}

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const ordered = inOrder(cards.filter(belongs));
  if (!ordered.some(isHealthy)) {
    fill(
      root,
      ordered.length
        ? noneHealthy(ordered)
        : el(
            "div",
            { class: "pg-state" },
            el("h2", {}, "No latents of texts yet"),
            el("p", {}, "Train a model that has some, then reload the page:"),
            el("code", {}, "python -m playground train text/names-rbm"),
          ),
    );
    return {};
  }

  const position = new Position(ordered, state);
  const said = saidCard(position);
  const sliders = directionSliders({
    position,
    picture: said,
    state,
    ends: textLook("pg-end-text"),
    words: () => null,
  });
  const pad = textPad({ position, said, state });
  const samples = samplesCard(position, state, {
    count: 12,
    look: textLook(),
    words: "Texts of this seed; pick one to start from it.",
  });
  const chain = letterChain({ position, datasets, state });
  const topics = topicsCard({ position, state });
  const card = fullCard();
  const picker = modelPicker({
    cards: ordered,
    value: position.card.id,
    onPick: (next) => position.setModel(next),
  });
  const settings = el("div", { class: "pg-settings-place" });
  const seed = seedControls(position);
  const walks = () => can(position.card, "decode"); // topics are no texts to walk through

  position.onChange((changed) => {
    if (changed === "model") {
      state.set({ page: 0, pad: DEFAULTS.pad });
      rebuild();
      announce(`${shortName(position.card)} chosen.`);
    } else if (changed === "undo") drawSettings();
    if (changed !== "model" && walks()) {
      for (const part of [sliders, pad]) part.refresh();
    }
    seed.refresh();
    if (!walks()) return;
    said.exact();
    samples.refresh(changed);
  });

  function drawSettings() {
    fill(
      settings,
      settingsForm(position.card, position.settings, (values) => position.setSettings(values)),
    );
  }

  function rebuild() {
    drawSettings();
    picker.set(position.card.id);
    card.rebuild(position.card);
    whole.dataset.width = position.card.output.width > 40 ? "long" : "short";
    for (const part of [said, sliders, samples, pad]) part.root.hidden = !walks();
    start.hidden = said.files.hidden = !walks();
    if (walks()) for (const part of [sliders, pad]) part.rebuild();
    chain.rebuild();
    topics.rebuild();
  }

  const about = el(
    "div",
    { class: "pg-area-more" },
    fold("What is a latent space of texts?", ...ABOUT.map((words) => el("p", {}, words))),
  );
  const start = titled("start", "Start", seed.root, settings);
  const whole = el(
    "div",
    { class: "pg-explore pg-text-explore" },
    el("div", { class: "pg-column pg-column-model" }, titled("model", "Model", picker.root, card.root), about),
    el("div", { class: "pg-column pg-column-move" }, topics.root, sliders.root, pad.root, chain.root),
    el("div", { class: "pg-column pg-column-picture" }, said.root, said.files, start, samples.root),
  );
  document.addEventListener(STATE_CHANGED, (event) => {
    const { model: id, spec, settings: values } = state.get();
    const next = ordered.find((one) => one.id === id);
    if (/** @type {CustomEvent} */ (event).detail !== "text.explore" || !next) return;
    position.setModel(next, { spec, settings: values });
  });
  fill(root, whole);
  rebuild();
  if (walks()) {
    said.exact();
    samples.refresh("model");
  }
  return { hidden: () => chain.hidden() };
}

const ABOUT = [
  "A generative model of texts turns a list of random numbers, its latent, into a sentence or a name. The seed decides which random numbers; the same seed always gives the same text.",
  "Neighbouring latents give similar texts, so one can walk; but letters and words cannot change by a little, so a walk goes in small jumps.",
  "The nearest text of the training data tells what is new: a model that only repeats has learnt nothing.",
];
