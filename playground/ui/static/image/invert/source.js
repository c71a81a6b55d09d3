/** @file The visitor's own item: made by hand, a file, or a real one out of the data. */

import { run } from "../../core/api.js";
import { button, el, fill, inRow, problemBox, stacked } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { givingOf } from "../../core/giving.js";
import { randomSeed } from "../../core/latents.js";
import { fileField } from "../../core/uploads.js";

/**
 * @typedef {import("../../core/giving.js").Giving} Giving
 * @typedef {import("../../panels/invert.js").Source} Source
 */

/**
 * @param {{onSource: (source: Source) => void, oneOf: (card: Card) => string}} options
 *   oneOf: what one output of a model is called, such as "digit"
 * @returns {{root: HTMLElement, rebuild: (card: Card) => void, hidden: () => void}}
 */
export function pictureSource({ onSource, oneOf }) {
  const problem = problemBox();
  const place = stacked();
  const root = stacked(place, problem.root);
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
  function give(what) {
    if (card) onSource({ note: "", request: { raw: true }, kind: card.output.kind, ...what });
  }

  /** @param {Card} next */
  function rebuild(next) {
    card = next;
    const giving = givingOf(next.output);
    const one = oneOf(next);
    fill(place, byHand(giving, one), byFile(giving, one), byReality(one));
  }

  /** @param {Giving} giving @param {string} one */
  function byHand({ pad: makePad, made, empty }, one) {
    const pad = makePad?.(196);
    if (!pad) return null;
    const use = () =>
      attempt(() => {
        if (pad.isEmpty()) throw new Error(empty(one));
        give({ name: made, body: pad.bytes() });
      });
    return stacked(pad.root, button("Find its latent", use, { kind: "primary" }));
  }

  /** @param {Giving} giving @param {string} one */
  function byFile({ noun, files, accept, read }, one) {
    return fileField({
      label: `${noun === one ? "File" : `Picture of a ${one}`} (${files})`,
      accept,
      problem,
      onFile: async (file) => give({ name: file.name, body: await read(file), request: {} }),
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
    return inRow(el("span", { class: "pg-label" }, "or"), button(`A real ${one}`, take));
  }

  return { root, rebuild, hidden: () => {} };
}
