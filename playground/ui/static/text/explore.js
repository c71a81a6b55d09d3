/** @file The Explore panel of the Text tab: latents of names and sentences, the chain behind a name, the topics of a text. */

import { el, fill } from "../core/dom.js";
import { can, isHealthy } from "../core/models.js";
import { textLook } from "../core/texts.js";
import { explorePanel } from "../panels/explore.js";
import { directionSliders } from "../panels/explore/sliders.js";
import { samplesCard } from "../panels/explore/start.js";
import { nothingToUse } from "./controls.js";
import { letterChain } from "./explore/chain.js";
import { textPad } from "./explore/pad.js";
import { saidCard } from "./explore/said.js";
import { topicsCard } from "./explore/topics.js";

/** Whether a model has latents to walk through, or topics. Broken ones are shown with their reason. @param {Card} card */
function belongs(card) {
  return !isHealthy(card) || card.latent.size > 0 || card.operations.includes("topics");
}

/** Topics are no texts to walk through. @param {Card} card */
function walks(card) {
  return can(card, "decode");
}

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  const cards = context.cards.filter(belongs);
  const words = "Train a model that has some, then reload the page:";
  const nothing = nothingToUse(cards, "No latents of texts yet", words, "python -m playground train text/names-rbm");
  if (nothing) {
    fill(root, nothing);
    return null;
  }
  return explorePanel(
    root,
    { ...context, cards },
    {
      className: "pg-text-explore",
      defaults: { pattern: "", topic: "" },
      about: ["What is a latent space of texts?", ABOUT],
      walks,
      parts: texts,
    },
  );
}

/** @param {import("../panels/explore.js").Panel} panel @returns {import("../panels/explore.js").Parts} */
function texts({ position, state, datasets }) {
  const said = saidCard(position);
  const sliders = directionSliders({ position, picture: said, state, ends: textLook("pg-end-text") });
  const pad = textPad({ position, said, state });
  const samples = samplesCard(position, state, {
    count: 12,
    look: textLook(),
    words: "Texts of this seed; pick one to start from it.",
  });
  const chain = letterChain({ position, datasets, state });
  const topics = topicsCard({ position, state });

  return {
    sliders,
    pad,
    samples,
    follow: said.exact,
    columns: (model, start, about) => [
      el("div", { class: "pg-column pg-column-model" }, model, about),
      el("div", { class: "pg-column pg-column-move" }, topics.root, sliders.root, pad.root, chain.root),
      el("div", { class: "pg-column pg-column-picture" }, said.root, said.files, start, samples.root),
    ],
    arrange(whole) {
      whole.dataset.width = position.card.output.width > 40 ? "long" : "short";
      for (const root of [said.root, said.files, sliders.root, samples.root, pad.root])
        root.hidden = !walks(position.card);
      chain.rebuild();
      topics.rebuild();
    },
    leave: chain.hidden,
  };
}

const ABOUT = [
  "A generative model of texts turns a list of random numbers, its latent, into a sentence or a name. The seed decides which random numbers; the same seed always gives the same text.",
  "Neighbouring latents give similar texts, so one can walk; but letters and words cannot change by a little, so a walk goes in small jumps.",
  "The nearest text of the training data tells what is new: a model that only repeats has learnt nothing.",
];
