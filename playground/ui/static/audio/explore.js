/** @file The Audio tab's Explore panel: a timbre played on a keyboard, a melody, or a chorale, while one walks through latents. */

import { announce, el } from "../core/dom.js";
import { pictureLook } from "../core/frames.js";
import { can } from "../core/models.js";
import { explorePanel } from "../panels/explore.js";
import { directionPad } from "../panels/explore/pad.js";
import { directionSliders, NOBODY } from "../panels/explore/sliders.js";
import { samplesCard } from "../panels/explore/start.js";
import { chorales } from "./explore/chorales.js";
import { melodyStage } from "./explore/melody.js";
import { notesStage } from "./explore/notes.js";

const DEFAULTS = {
  places: {},
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

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return explorePanel(root, context, {
    className: "pg-audio-explore",
    defaults: DEFAULTS,
    about: ["What is moved here?", ABOUT],
    sorted: (cards) => KINDS.flatMap((kind) => cards.filter((card) => kindOf(card) === kind)),
    headingOf: ({ dataset }) => context.datasets[dataset]?.words?.title ?? dataset,
    walks: (card) => kindOf(card) !== "chorale",
    hidden: ["pitch"], // the keyboard sets it
    parts: sounds,
  });
}

/** @param {import("../panels/explore.js").Panel} panel @returns {import("../panels/explore.js").Parts} */
function sounds({ position, state, cards, isShown }) {
  const kindNow = () => kindOf(position.card);
  const notes = notesStage({ position, state, isShown: () => isShown() && kindNow() === "notes" });
  const melody = melodyStage({ position, cards, state });
  const chorale = chorales({ state, announce, cards });
  const stages = { notes, melody, chorale };
  let shown = kindNow();
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
  const sliders = directionSliders({ position, picture, state, follow });
  const pad = directionPad({ position, picture, state, follow });
  const samples = samplesCard(position, state, {
    columns: 8,
    look: pictureLook(),
    words: "Of this seed; pick one to start from it.",
  });
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

  // Each model is found again where it was left, in this link too.
  position.onChange(() => {
    const { card, spec, settings } = position;
    state.set({ places: { ...state.get().places, [card.id]: { spec, settings } } });
  });

  return {
    sliders,
    pad,
    samples,
    follow: (changed) => walked().changed(changed),
    columns: (model, start, about) => [
      el("div", { class: "pg-column pg-column-model" }, model, start, about),
      move,
      heard,
      piece,
    ],
    arrange(whole) {
      stages[shown].hidden();
      shown = kindNow();
      whole.dataset.kind = shown;
      move.hidden = heard.hidden = shown === "chorale";
      piece.hidden = shown !== "chorale";
      notes.view.hidden = notes.keyboard.hidden = shown !== "notes";
      melody.view.hidden = melody.controls.hidden = shown !== "melody";
      if (shown === "chorale") chorale.rebuild(position.card);
    },
    leave: () => stages[shown].hidden(),
  };
}

const ABOUT = [
  "A notes model turns a list of random numbers, its latent, and a pitch into one second of sound: the latent is the timbre, so one instrument can be played at every pitch. A melody model turns its latent into two bars of a tune.",
  "The model draws a spectrogram: time runs to the right, pitch upwards, and brighter means louder, by equal steps of loudness. The sound is computed back from that picture, harmonics first.",
  "Sliders walk along the principal directions of what the model does with its latent, ordered by how much they change. Sounds of a few places along a slider are made ahead; while you drag you hear the nearest of them mixed, and just the place itself when you let go.",
];
