/** @file The visitor's own picture: drawn, a file, or a real one out of the data. */

import { run } from "../../core/api.js";
import { button, el, fill, problemBox } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { randomSeed } from "../../core/latents.js";
import { drawable, paintPad } from "../../core/paint.js";
import { fileField, pictureBytes } from "../../core/uploads.js";

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {import("../../panels/invert.js").Source} Source
 */

/**
 * @param {{onSource: (source: Source) => void, wordsOf: (card: Card) => import("../../core/types.js").Words|undefined|null}} options
 * @returns {{root: HTMLElement, rebuild: (card: Card) => void, hidden: () => void}}
 */
export function pictureSource({ onSource, wordsOf }) {
  const problem = problemBox();
  const place = el("div", { class: "pg-stack" });
  const root = el("div", { class: "pg-stack" }, place, problem.root);
  /** @type {Card|null} */
  let card = null;

  /** @param {() => Promise<void>|void} work */
  async function attempt(work) {
    problem.clear();
    try {
      await work();
    } catch (error) {
      problem.show(error);
    }
  }

  /** @param {Partial<Source> & {name: string, body: Uint8Array<ArrayBuffer>}} what */
  const give = (what) => onSource({ note: "", request: { raw: true }, kind: "image", ...what });

  /** @param {Card} next */
  function rebuild(next) {
    card = next;
    const one = wordsOf(next)?.one ?? "picture";
    fill(place, drawable(next) && byDrawing(one), byFile(one), byReality(one));
  }

  /** @param {string} one */
  function byDrawing(one) {
    const pad = paintPad({ size: 196 });
    const use = () =>
      attempt(() => {
        if (pad.isEmpty()) throw new Error(`The pad is empty: draw a ${one} first.`);
        give({ name: "your drawing", body: pad.pixels.slice() });
      });
    return el("div", { class: "pg-stack" }, pad.root, button("Find its latent", use, { kind: "primary" }));
  }

  /** @param {string} one */
  function byFile(one) {
    return fileField({
      label: `Picture of a ${one} (PNG, JPEG, WEBP)`,
      accept: "image/*",
      problem,
      onFile: async (file) => give({ name: file.name, body: await pictureBytes(file), request: {} }),
    });
  }

  /** @param {string} one */
  function byReality(one) {
    const take = () =>
      attempt(async () => {
        if (!card) return;
        const reply = await run(card.id, "reference", { dataset: card.dataset, count: 1, seed: randomSeed() });
        const note = `A real ${one} that no model was trained on. `;
        give({ name: `a real ${one}`, note, body: frameOf(reply).slice() });
      });
    return el("div", { class: "pg-row" }, el("span", { class: "pg-label" }, "or"), button(`A real ${one}`, take));
  }

  return { root, rebuild, hidden: () => {} };
}
