/** @file The Explore panel of the Image tab: the picture follows sliders and pad; maps, chains and flows where a model has them. */

import { el } from "../core/dom.js";
import { oneOfThem } from "../core/giving.js";
import { can } from "../core/models.js";
import { explorePanel } from "../panels/explore.js";
import { chainCard } from "../panels/explore/chain.js";
import { directionPad } from "../panels/explore/pad.js";
import { bigPicture } from "../panels/explore/picture.js";
import { directionSliders } from "../panels/explore/sliders.js";
import { samplesCard } from "../panels/explore/start.js";

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return explorePanel(root, context, {
    defaults: { paint: undefined },
    about: ["What is a latent space?", ABOUT],
    parts: pictures,
  });
}

/** @param {import("../panels/explore.js").Panel} panel @returns {import("../panels/explore.js").Parts} */
function pictures({ position, state, datasets }) {
  const picture = bigPicture(position);
  const sliders = directionSliders({ position, picture, state });
  const pad = directionPad({ position, picture, state });
  const samples = samplesCard(position, state);
  const chain = chainCard({ position, picture, state, oneOf: oneOfThem(datasets) });
  const move = el("div", { class: "pg-column pg-column-move" });

  return {
    sliders,
    pad,
    samples,
    follow: picture.exact,
    columns: (model, start, about) => [
      el("div", { class: "pg-column pg-column-model" }, model, about),
      move,
      el("div", { class: "pg-column pg-column-picture" }, picture.root, start),
    ],
    /**
     * What a model is about stands under its sliders: the map of two latent numbers, which is what one moves on, or the
     * process that makes its pictures.
     */
    arrange(whole) {
      const map = can(position.card, "manifold");
      whole.classList.toggle("pg-with-map", map);
      const below = can(position.card, "chain") ? [chain.root, samples.root] : [samples.root, chain.root];
      move.append(sliders.root, ...(map ? [pad.root] : []), ...below);
      if (!map) picture.root.after(pad.root); // directly below what it moves
      chain.rebuild();
    },
    leave: chain.hidden,
  };
}

const ABOUT = [
  "A generative model turns a list of random numbers, its latent, into a picture. The seed decides which random numbers; the same seed always gives the same picture.",
  "Neighbouring latents give similar pictures, so one can walk. The directions offered first are the principal directions of what the model does with its latent, ordered by how much they change the picture.",
  "One standard deviation is the typical size of a random number here. Beyond three the model is asked for things it hardly ever saw in training, and its mistakes show.",
];
