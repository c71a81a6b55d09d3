/** @file The Gibbs chain of a Boltzmann machine of words, letter by letter, around letters that are held. */

import { run } from "../../core/api.js";
import { button, el, fill, fold, group, hint, isEnter, titled, uniqueId } from "../../core/dom.js";
import { explicit } from "../../core/latents.js";
import { can } from "../../core/models.js";
import { textOf, textsOf } from "../../core/texts.js";
import { chainPlayer, gibbsSteps } from "../../panels/explore/player.js";
import { heldLetters } from "./pattern.js";

const FRAMES = 48;

/**
 * @param {object} parts
 * @param {import("../../panels/explore/position.js").Position} parts.position
 * @param {Record<string, Dataset>} parts.datasets
 * @param {import("../../panels/explore/types.js").ExploreSlice} parts.state keeps the pattern
 * @returns {{root: HTMLElement, rebuild: () => void, hidden: () => void}}
 */
export function letterChain({ position, datasets, state }) {
  const place = el("div", { class: "pg-stack" });
  const steps = gibbsSteps("state");
  const id = uniqueId("pattern");
  const field = el("input", {
    id,
    class: "pg-number pg-pattern",
    type: "text",
    maxlength: "40",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": `${id}-note`,
  });
  const examples = group("Examples of patterns");
  const words = el("div", { class: "pg-chain-words", "aria-hidden": "true" });
  /** @type {ReturnType<typeof chainPlayer>|null} */
  let player = null;
  let pattern = ""; // of what is shown
  /** @type {string[]} */
  let shown = [];

  field.addEventListener("change", () => state.set({ pattern: field.value.trim() }));
  field.addEventListener("keydown", (event) => isEnter(event) && start());

  function rebuild() {
    player?.pause();
    root.hidden = !can(position.card, "chain");
    if (root.hidden) return;
    fill(
      examples,
      (datasets[position.card.dataset]?.examples.patterns ?? []).map((one) =>
        button(one, () => ((field.value = one), start()), { label: `Hold ${one}` }),
      ),
    );
    const saved = state.get().pattern;
    field.value = typeof saved === "string" ? saved.slice(0, 40) : "";
    pattern = "";
    shown = [];
    const letters = el("div", {
      class: "pg-letters",
      role: "img",
      "aria-label": "Gibbs chain: not yet run",
      dir: "ltr",
    });
    draw(letters, null);
    player = chainPlayer({
      label: "Gibbs chain",
      canvas: letters,
      draw,
      frameWords: (index, count) => `“${shown[index] ?? ""}”, state ${index + 1} of ${count}`,
      onTake: can(position.card, "encode") ? take : null,
    });
    fill(place, player.problem.root, player.root);
    fill(words);
  }

  const root = titled(
    "chain",
    "Gibbs chain, letter by letter",
    hint("A Boltzmann machine writes by walking: letters set hidden units, hidden units set letters, again and again."),
    el(
      "div",
      { class: "pg-chain-how" },
      el(
        "div",
        { class: "pg-field" },
        el("label", { for: id }, "Hold these letters"),
        field,
        examples,
        el(
          "p",
          { class: "pg-hint", id: `${id}-note` },
          "_ stands for any letter, * for any letters or none: ma*a starts with ma and ends with a, ma___a has six letters. Empty: all are free.",
        ),
      ),
      steps.root,
      button("Run the chain", start, { kind: "primary" }),
    ),
    place,
    words,
    fold("How holding works", HOLDING),
  );

  /** @param {HTMLElement} place @param {Reply|null} reply @param {number} [index] */
  function draw(place, reply, index = 0) {
    const { width } = position.card.output;
    const letters = Array.from((reply ? textOf(reply, index) : "").padEnd(width, "\0"));
    const before = reply && index > 0 ? Array.from(textOf(reply, index - 1).padEnd(width, "\0")) : letters;
    const held = pattern && shown[index] ? heldLetters(pattern, shown[index]) : [];
    fill(
      place,
      letters.map((letter, i) =>
        el(
          "span",
          { class: "pg-letter", dataset: { held: String(Boolean(held[i])), changed: String(letter !== before[i]) } },
          letter === "\0" ? "·" : letter,
        ),
      ),
    );
    words.querySelectorAll("span").forEach((word, i) => (word.dataset.now = String(i === index)));
  }

  function start() {
    const clamp = field.value.trim();
    state.set({ pattern: clamp });
    const { card, spec, settings } = position;
    const request = { latent: spec, frames: FRAMES, every: steps.now(), settings, ...(clamp && { clamp }) };
    player?.run(card.id, request, null, (reply) => {
      pattern = clamp.toLowerCase();
      shown = textsOf(reply);
      fill(
        words,
        shown.map((word) => el("span", {}, word || "–")),
      );
    });
  }

  /** The latent of a state becomes the current one. @param {unknown} _ @param {number} index */
  async function take(_, index) {
    const { card, settings } = position;
    try {
      const { header } = await run(card.id, "rebuild", { text: shown[index], settings });
      if (card === position.card) position.setSpec(explicit(header.z));
    } catch (error) {
      player?.problem.show(error);
    }
  }

  return { root, rebuild, hidden: () => player?.pause() };
}

const HOLDING =
  "Given the hidden units the letters are independent, so each step draws a word among those that fit the pattern, with the machine's own probabilities. Over time the free letters settle on what makes the whole word probable.";
