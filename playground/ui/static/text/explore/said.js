/** @file The big text that follows every control, the training text nearest to it, and its files. */

import { Lane, run } from "../../core/api.js";
import { announce, button, el, fill, group, problemBox } from "../../core/dom.js";
import { specWords } from "../../core/latents.js";
import { hasNearest, nearestTexts, nearText, sharedWords } from "../../core/nearest.js";
import { copyButton, fileStem, saveJson, saveText, textOf } from "../../core/texts.js";

const NEAREST_AFTER_MS = 350;

/**
 * @param {import("../../panels/explore/position.js").Position} position
 * @returns {{root: HTMLElement, files: HTMLElement, show: (reply: Reply, index?: number) => void, exact: () => Promise<void>,
 *   fail: (error: unknown) => void, text: () => string}}
 *   show draws at once what some control has at hand; exact asks the text of the position itself
 */
export function saidCard(position) {
  const lane = new Lane("explore-text");
  const body = el("p", { class: "pg-written pg-big-text", dir: "auto", id: "pg-explore-text" }, " ");
  const caption = el("p", { class: "pg-caption" }, " ");
  const near = el("p", { class: "pg-near" });
  const problem = problemBox();
  let exactText = "";
  let timer = 0;

  const show = (/** @type {Reply} */ reply, index = 0) => say(textOf(reply, index));

  /** @param {string} text */
  function say(text) {
    body.textContent = text || "(an empty text)";
    body.dataset.drawn = "true";
  }

  async function exact() {
    caption.textContent = specWords(position.spec);
    try {
      const reply = await lane.run(position.card.id, "decode", {
        latents: [position.spec],
        settings: position.settings,
      });
      if (!reply) return;
      problem.clear();
      exactText = textOf(reply);
      say(exactText);
      announce(exactText);
      clearTimeout(timer);
      timer = setTimeout(findNearest, NEAREST_AFTER_MS);
    } catch (error) {
      problem.show(error, exact);
    }
  }

  async function findNearest() {
    const { card } = position;
    const text = exactText;
    near.hidden = !hasNearest(card);
    if (near.hidden || !text) return fill(near);
    try {
      const [found] = await nearestTexts(card, [text]);
      if (text === exactText && card === position.card)
        fill(near, el("span", { class: "pg-label" }, `Nearest in training, ${sharedWords(found)}: `), nearText(found));
    } catch {
      fill(near); // it is an extra; the text itself tells what is wrong
    }
  }

  const made = () => ({ model: position.card.id, latent: position.spec, settings: position.settings });
  async function saveLatent() {
    try {
      const reply = await run(position.card.id, "latents", { latents: [position.spec], settings: position.settings });
      saveJson({ ...made(), text: exactText, z: reply.header.z[0] }, fileStem(position.card));
    } catch (error) {
      problem.show(error);
    }
  }

  const attributes = { class: "pg-card pg-area-picture pg-area-said", "aria-label": "Text" };
  const root = el("section", attributes, body, caption, near, problem.root);
  const files = group(
    "Take the text along",
    copyButton(() => exactText),
    button("Save .txt", () => saveText(exactText, made(), fileStem(position.card))),
    button("Save latent", saveLatent, { title: "The latent's numbers as JSON" }),
  );
  files.classList.add("pg-area-files");
  return { root, files, show, exact, fail: (error) => problem.show(error, exact), text: () => exactText };
}
