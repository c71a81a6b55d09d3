/** @file The big picture that follows every control, with its downloads. */

import { Lane, run } from "../../core/api.js";
import { announce, button, download, el, inRow, problemBox } from "../../core/dom.js";
import { drawFrame, frameOf, outputWords, pictureCanvas } from "../../core/frames.js";
import { specWords } from "../../core/latents.js";
import { pngFromPixels } from "../../core/png.js";
import { link } from "../../core/state.js";
import { saveJson } from "../../core/texts.js";
import { pictureWords } from "../../core/words.js";
import { shortName } from "../../core/models.js";

/**
 * @typedef {import("./position.js").Position} Position
 */

/**
 * @param {Position} position
 * @returns {import("./types.js").View & {root: HTMLElement, pixels: () => Uint8Array|null}}
 */
export function bigPicture(position) {
  const lane = new Lane("explore-picture");
  const canvas = pictureCanvas({ className: "pg-big", label: "The model's picture" });
  canvas.id = "pg-explore-picture";
  const caption = el("p", { class: "pg-caption" }, " ");
  const problem = problemBox();
  /** @type {Reply|null} */
  let exactReply = null;

  const show = (/** @type {Reply} */ reply, index = 0) => drawFrame(canvas, reply, index);

  const exact = async () => {
    caption.textContent = specWords(position.spec);
    try {
      const request = { latents: [position.spec], settings: position.settings };
      const reply = await lane.run(position.card.id, "decode", request);
      if (!reply) return;
      exactReply = reply;
      problem.clear();
      show(reply);
      const where = outputWords(frameOf(reply), reply.header);
      if (where) caption.textContent = `${specWords(position.spec)}: ${where}`;
      const words = where || pictureWords(frameOf(reply));
      const told = `Picture by ${shortName(position.card)}, ${specWords(position.spec)}`;
      canvas.setAttribute("aria-label", words ? `${told}: ${words}` : told);
      announce(words ? `Picture: ${words}.` : `${told}.`);
    } catch (error) {
      problem.show(error, exact);
    }
  };

  const savePicture = async () => {
    if (!exactReply) return;
    const settings = JSON.stringify({ model: position.card.id, latent: position.spec, settings: position.settings });
    const text = { Software: "Latent playground", Description: settings, Source: link() };
    download(
      await pngFromPixels(frameOf(exactReply), exactReply.header, { scale: 16, text }),
      `${fileName(position)}.png`,
    );
  };

  const saveLatent = async () => {
    try {
      const request = { latents: [position.spec], settings: position.settings };
      const reply = await run(position.card.id, "latents", request);
      const { card, spec, settings } = position;
      saveJson({ model: card.id, latent: spec, settings, z: reply.header.z[0] }, fileName(position));
    } catch (error) {
      problem.show(error);
    }
  };

  const root = el(
    "section",
    { class: "pg-card pg-area-picture", "aria-label": "Picture" },
    el("div", { class: "pg-big-frame" }, canvas),
    el(
      "div",
      { class: "pg-picture-foot" },
      caption,
      inRow(
        button("Save PNG", savePicture, { title: "The picture, with the settings that made it inside" }),
        button("Save latent", saveLatent, { title: "The latent's numbers as JSON" }),
      ),
    ),
    problem.root,
  );
  return {
    root,
    show,
    exact,
    fail: (error) => problem.show(error, exact),
    pixels: () => exactReply && frameOf(exactReply),
  };
}

/** @param {Position} position */
function fileName(position) {
  const { seed, index } = position.spec;
  return [position.card.id.split("/").pop(), seed === undefined ? "own" : `seed${seed}`, index ? `sample${index}` : ""]
    .filter(Boolean)
    .join("-");
}
