/** @file Invert for pictures: draw one, give a file or take a real one; its latent is found, and both are seen beside each other. */

import { run } from "../core/api.js";
import { frameOf } from "../core/frames.js";
import { givingOf, oneOfThem } from "../core/giving.js";
import { can, wayToFind } from "../core/models.js";
import { pictureWords } from "../core/words.js";
import { chainCard } from "../panels/explore/chain.js";
import { invertPanel } from "../panels/invert.js";
import { side } from "./invert/side.js";
import { pictureSource } from "./invert/source.js";

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {PanelContext} context
 */
export function mount(root, context) {
  const { datasets, state } = context;
  const oneOf = oneOfThem(datasets);
  return invertPanel(root, context, {
    words: { noun: "picture", about: ABOUT },
    title: () => "Given and found",
    about: (card) =>
      WAYS[can(card, "clamp") ? "hidden" : can(card, "chain") ? "backwards" : (wayToFind(card) ?? "encode")],
    sourceTitle: (card) => `Your ${givingOf(card.output).noun}`,
    source: ({ onSource }) => pictureSource({ onSource, oneOf }),
    steps: 300,
    side,
    items: (found) => ({
      original: { pixels: found.target },
      rebuilt: { pixels: found.picture },
      told: [`${found.z.length} numbers`, pictureWords(found.picture)].filter(Boolean).join(": "),
    }),
    here: async ({ card, spec, settings }) => ({
      pixels: frameOf(await run(card.id, "decode", { latents: [spec], settings })),
    }),
    more: (panel) => {
      const { position } = panel;
      const picture = { pixels: () => panel.found()?.target ?? null };
      const chain = chainCard({
        position,
        picture,
        oneOf,
        state: state(/** @type {{paint?: string}} */ ({ paint: undefined })),
      });
      const rebuild = () => {
        chain.rebuild();
        chain.root.hidden = !can(position.card, "chain");
      };
      return { root: chain.root, rebuild, found: () => {}, hidden: chain.hidden };
    },
  });
}

/** @type {Record<string, string>} */
const WAYS = {
  encode: "Give a picture; the model's encoder finds its latent, at once.",
  invert: "Give a picture; a search finds a latent that draws it, step by step.",
  hidden: "Give a picture; every hidden unit says how probable it is that this picture switches it on.",
  backwards: "Give a picture; the flow is run backwards, from the picture to the noise that it would have come from.",
};
const ABOUT = [
  "A generative model turns a latent into a picture. Inverting it is the way back: which latent gives this picture? A VAE has learned the way back beside the way there: its encoder answers at once. A Boltzmann machine asks its hidden units. A flow runs its path backwards.",
  "A GAN has no way back. So the latent is searched for: of many random latents the best is taken, and the error between its picture and yours is followed downhill, step by step. The search may end in a wrong valley; then another start may find a better one.",
  "What comes back is the nearest picture that the model can make. What it cannot make comes back as something that it can.",
];
