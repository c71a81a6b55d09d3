/** @file One end of a walk between texts: a typed sentence, a seed, or what Explore shows. */

import { run } from "../../core/api.js";
import { announce, button, el, fill, hint, problemBox, segments, uniqueId } from "../../core/dom.js";
import { explicit, seeded, specWords } from "../../core/latents.js";
import { can, shortName } from "../../core/models.js";
import { seedField } from "../../core/seeds.js";
import { textField } from "../../core/texts.js";

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {import("../../core/types.js").Spec} Spec
 * @typedef {import("../../panels/interpolate/ends.js").End} End
 */

/**
 * @param {object} options
 * @param {string} options.name "A" or "B"
 * @param {string} options.role such as "start"
 * @param {() => {card: Card, settings: import("../../core/types.js").Settings}} options.now
 * @param {string} options.typed what the visitor has typed here before
 * @param {(text: string) => void} options.onTyped another text stands in the field
 * @param {(end: End) => void} options.onChange
 * @param {() => void} options.onExplore take what Explore shows
 * @returns {{root: HTMLElement, set: (end: End) => void, draw: (text: string) => void, modelChanged: () => void}}
 */
export function textEnd({ name, role, now, typed, onTyped, onChange, onExplore }) {
  /** @type {End|null} */
  let end = null;
  let way = "seed";
  let found = ""; // what came of the typed text
  const id = uniqueId("end");
  const shown = el("p", { class: "pg-written pg-end-said", dir: "auto" }, " ");
  const about = el("p", { class: "pg-hint" });
  const place = el("div", { class: "pg-end-place" });
  const problem = problemBox();
  const ways = segments({
    label: `Choose ${name} by`,
    choices: { typed: "Typing", seed: "Seed" },
    value: () => way,
    onPick: open,
  });
  const field = textField({ label: `Text of ${name}`, value: typed, rows: 2, onInput: onTyped, onSend: take });
  const explore = button("From Explore", onExplore, {
    title: "Take the latent that the Explore panel shows",
    label: `${name} from Explore`,
  });
  const root = el(
    "section",
    { class: "pg-card pg-text-end", "aria-labelledby": id },
    el("h2", { id }, `${name} `, el("span", { class: "pg-tag" }, role)),
    shown,
    about,
    el("div", { class: "pg-row pg-text-end-ways" }, ways.root, explore),
    place,
    problem.root,
  );

  /** @param {Spec} spec @param {string} from @param {string} [words] */
  function choose(spec, from, words = "") {
    const next = (end = { spec, from });
    found = words;
    describe(next);
    announce(`${name}: ${about.textContent}`);
    onChange(next);
  }

  /** @param {End} shown */
  function describe({ spec, from }) {
    about.textContent =
      from === "typed"
        ? found || "found for your text"
        : `${from === "explore" ? "from Explore, " : ""}${specWords(spec)}`;
  }

  /** @param {string} next "typed" or "seed" */
  function open(next) {
    way = next;
    ways.refresh();
    problem.clear();
    if (way === "seed")
      fill(
        place,
        seedField({
          value: end?.spec.seed ?? 7,
          onSeed: (seed) => choose(seeded(seed), "seed"),
          label: `Dice for ${name}`,
        }).root,
      );
    else if (can(now().card, "encode"))
      fill(
        place,
        field.root,
        el(
          "div",
          { class: "pg-row" },
          button("Use this text", take, { kind: "primary", label: `Use this text for ${name}` }),
        ),
      );
    else
      fill(place, hint(`${shortName(now().card)} has no encoder, so it cannot start from a typed text: take a seed.`));
  }

  async function take() {
    problem.clear();
    const { card, settings } = now();
    try {
      const { header } = await run(card.id, "rebuild", { text: field.value(), settings });
      if (card !== now().card) return;
      choose(
        explicit(header.z),
        "typed",
        header.exact ? "comes back word for word" : `comes back with ${header.edits} of ${header.words} changed`,
      );
    } catch (error) {
      problem.show(error, take);
    }
  }

  return {
    root,
    draw: (text) => (shown.textContent = text || "(empty)"),
    set(next) {
      if (next !== end) found = "";
      end = next;
      describe(next);
      if (!place.contains(document.activeElement)) open(next.from === "typed" ? "typed" : way);
    },
    modelChanged: () => open(can(now().card, "encode") ? way : "seed"),
  };
}
