/** @file The Audio tab's Explore panel: a timbre played on a keyboard, a melody, or a chorale, while one walks through latents. */

import { announce, el, fill, fold, titled } from "../core/dom.js";
import { pictureLook } from "../core/frames.js";
import { seeded } from "../core/latents.js";
import { can, inOrder, isHealthy, modelPicker, settingsForm, shortName } from "../core/models.js";
import { STATE_CHANGED } from "../core/open.js";
import { fullCard } from "../panels/explore/card.js";
import { directionPad } from "../panels/explore/pad.js";
import { FIRST_SEED, Position } from "../panels/explore/position.js";
import { directionSliders, NOBODY } from "../panels/explore/sliders.js";
import { noneHealthy, samplesCard, seedControls } from "../panels/explore/start.js";
import { chorales } from "./explore/chorales.js";
import { melodyStage } from "./explore/melody.js";
import { notesStage } from "./explore/notes.js";
import { endWords } from "./explore/words.js";

/** @typedef {import("../core/types.js").Card} Card */

/** @type {import("./explore/types.js").AudioState} */
const DEFAULTS = {
  model: null,
  spec: null,
  settings: {},
  places: {},
  all: false,
  page: 0,
  pad: [0, 1],
  start: 0,
  sampleSeed: FIRST_SEED,
  low: 48,
  live: true,
  letters: true,
  tempo: 100,
  loop: true,
  instrument: "timbre",
  chorale: undefined,
};
const KINDS = ["notes", "melody", "chorale"];

/** What a model makes. @param {Card} card @returns {"notes"|"melody"|"chorale"} */
function kindOf(card) {
  if (card.output?.kind !== "roll") return "notes";
  return can(card, "compose") ? "chorale" : "melody";
}

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const ordered = KINDS.flatMap((kind) => inOrder(cards).filter((card) => kindOf(card) === kind));
  if (!ordered.some(isHealthy)) {
    fill(root, noneHealthy(ordered));
    return {};
  }

  const position = new Position(ordered, state);
  const kindNow = () => kindOf(position.card);
  const notes = notesStage({ position, state, isShown: () => !root.hidden && kindNow() === "notes" });
  const melody = melodyStage({ position, cards: ordered, state });
  const chorale = chorales({ state, announce, cards: ordered });
  const stages = { notes, melody, chorale };
  // Sliders and pad are the same for notes and melodies: what they draw on and who hears of them is asked at each gesture.
  const walked = () => (kindNow() === "melody" ? melody : notes);
  /** @type {import("../panels/explore/types.js").View} */
  const picture = {
    show: (reply, index) => walked().picture.show(reply, index),
    exact: () => walked().picture.exact(),
    fail: (error) => walked().picture.fail(error),
  };
  const listener = () => (kindNow() === "notes" ? notes.follow : NOBODY);
  /** @type {import("../panels/explore/types.js").Follower} */
  const follow = {
    ahead: (axes) => listener().ahead(axes),
    grab: (axes) => listener().grab(axes),
    move: (values, startedMs) => listener().move(values, startedMs),
    release: () => listener().release(),
  };
  const sliders = directionSliders({
    position,
    picture,
    state,
    words: (low, high) => endWords(position.card, low, high),
    follow,
  });
  const pad = directionPad({ position, picture, state, follow });
  const samples = samplesCard(position, state, {
    columns: 8,
    look: pictureLook(),
    words: "Of this seed; pick one to start from it.",
  });
  const seed = seedControls(position);
  const settings = el("div", { class: "pg-settings-place" });
  const card = fullCard();
  const picker = modelPicker({
    cards: ordered,
    value: position.card.id,
    headingOf: (one) => datasets[one.dataset]?.words?.title ?? one.dataset,
    onPick: (next) => {
      stages[kindNow()].hidden();
      position.setModel(next, state.get().places?.[next.id]);
    },
  });

  position.onChange((changed) => {
    keepPlace();
    if (changed === "model") {
      state.set({ page: 0, pad: DEFAULTS.pad, start: 0 });
      arrange();
      announce(`${shortName(position.card)} chosen.`);
    } else if (kindNow() !== "chorale") {
      walked().changed(changed);
      if (changed !== "pitch") sliders.refresh();
      pad.refresh();
      seed.refresh();
      samples.refresh(changed);
      if (changed === "undo") drawSettings();
    }
  });

  /** Each model is found again where it was left, in this link too. */
  function keepPlace() {
    const { spec, settings: values } = position;
    state.set({ places: { ...state.get().places, [position.card.id]: { spec, settings: values } } });
  }

  function drawSettings() {
    // The keyboard sets the pitch.
    const shown = { ...position.card, settings: position.card.settings.filter(({ name }) => name !== "pitch") };
    const { pitch: _, ...others } = position.settings;
    fill(
      settings,
      settingsForm(shown, others, (values) => position.setSettings({ ...position.settings, ...values })),
    );
  }

  const model = titled("model", "Model", picker.root, card.root);
  const start = titled("start", "Start", seed.root, settings);
  const about = el(
    "div",
    { class: "pg-area-more" },
    fold("What is moved here?", ...ABOUT.map((text) => el("p", {}, text))),
  );
  const move = el("div", { class: "pg-column pg-column-move" }, sliders.root, samples.root);
  const heard = el(
    "div",
    { class: "pg-column pg-column-picture" },
    notes.view,
    melody.view,
    notes.keyboard,
    melody.controls,
    pad.root,
  );
  const piece = el("div", { class: "pg-column pg-column-piece" }, chorale.root);
  const whole = el(
    "div",
    { class: "pg-explore pg-audio-explore" },
    el("div", { class: "pg-column pg-column-model" }, model, start, about),
    move,
    heard,
    piece,
  );

  /** Show what belongs to the chosen model, and load it. */
  function arrange() {
    const kind = kindNow();
    whole.dataset.kind = kind;
    for (const part of [move, heard, start, about]) part.hidden = kind === "chorale";
    piece.hidden = kind !== "chorale";
    notes.view.hidden = notes.keyboard.hidden = kind !== "notes";
    melody.view.hidden = melody.controls.hidden = kind !== "melody";
    card.rebuild(position.card);
    picker.set(position.card.id);
    if (kind === "chorale") return chorale.rebuild(position.card);
    walked().changed("model");
    sliders.rebuild();
    pad.rebuild();
    drawSettings();
    seed.refresh();
    samples.refresh("model");
  }

  document.addEventListener(STATE_CHANGED, (event) => {
    const { model: id, spec, settings: values } = state.get();
    const next = ordered.find((one) => one.id === id);
    if (/** @type {CustomEvent} */ (event).detail !== "audio.explore" || !next) return;
    stages[kindNow()].hidden();
    position.setModel(next, { spec: spec ?? seeded(FIRST_SEED), settings: values });
  });

  fill(root, whole);
  arrange();
  return { hidden: () => stages[kindNow()].hidden() };
}

const ABOUT = [
  "A notes model turns a list of random numbers, its latent, and a pitch into one second of sound: the latent is the timbre, so one instrument can be played at every pitch. A melody model turns its latent into two bars of a tune.",
  "The model draws a spectrogram: time runs to the right, pitch upwards, and brighter means louder, by equal steps of loudness. The sound is computed back from that picture, harmonics first.",
  "Sliders walk along the principal directions of what the model does with its latent, ordered by how much they change. Sounds of a few places along a slider are made ahead; while you drag you hear the nearest of them mixed, and just the place itself when you let go.",
];
