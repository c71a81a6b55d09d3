/** @file The Interpolate panel of the Text tab: from one sentence or name to another, as a list that can be read. */

import { button, download, el, fill, fold, hint, problemBox, range } from "../core/dom.js";
import { can, inOrder, isHealthy, shortName } from "../core/models.js";
import { hasNearest, nearestTexts, nearText, sharedWords } from "../core/nearest.js";
import { inside } from "../core/numbers.js";
import { copyButton, fileStem, saveText, textsOf } from "../core/texts.js";
import { link } from "../core/state.js";
import { FIRST_ENDS } from "../panels/interpolate/ends.js";
import { noWalk, WalkPlace, walkModel } from "../panels/interpolate/place.js";
import { walkAsker, walkChoices } from "../panels/interpolate/walk.js";
import { endCard } from "../panels/interpolate/endcard.js";
import { textEnd } from "./interpolate/end.js";

/**
 * @typedef {import("../core/types.js").Card} Card
 * @typedef {import("../core/types.js").Reply} Reply
 * @typedef {import("../core/nearest.js").Near} Near
 * @typedef {import("../panels/interpolate/walk.js").Asked} Asked
 */

/**
 * @type {{model: string|null, path: string, frames: number, ends: import("../panels/interpolate/ends.js").End[],
 *   settings: import("../core/types.js").Settings, typed: string[]}}
 */
const DEFAULTS = {
  model: null,
  path: "spherical",
  frames: 12,
  ends: FIRST_ENDS.slice(0, 2),
  settings: {},
  typed: ["", ""],
};
/** @type {[string, string][]} */
const NAMES = [
  ["A", "start"],
  ["B", "end"],
];

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { modality, cards, datasets, state: sliceOf }) {
  const usable = inOrder(cards.filter((card) => isHealthy(card) && can(card, "decode") && card.latent.size > 0));
  if (!usable.length) {
    fill(
      root,
      noWalk("Interpolation needs a model with latents, of sentences or of names. Explore names what is there."),
    );
    return null;
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const place = new WalkPlace({ usable, modality, state, count: NAMES.length });
  let frames = inside(saved.frames, 5, 32, DEFAULTS.frames);
  let typed = NAMES.map((_, i) =>
    typeof saved.typed?.[i] === "string" && saved.typed[i] ? saved.typed[i] : example(i),
  );
  /** @type {{text: string, near: Near|null}[]} */
  let steps = [];
  const problem = problemBox();

  /** @param {number} i which end */
  function example(i) {
    return datasets[place.card.dataset]?.examples.ends?.[i] ?? "";
  }

  const endCards = NAMES.map(([name], which) =>
    endCard({
      now: () => place,
      kitOf: (chooser) =>
        textEnd(chooser, {
          name,
          typed: typed[which],
          onTyped: (text) => {
            typed = typed.map((old, i) => (i === which ? text : old));
            state.set({ typed });
          },
        }),
      onChange: (end) => place.setEnd(which, end),
      onExplore: () => place.takeFromExplore(which),
    }),
  );
  endCards.forEach((one, i) => {
    one.root.classList.add(`pg-end-${i}`);
    one.rename(...NAMES[i]);
  });
  place.ends = place.ends.map((end, i) =>
    end.from === "typed" ? { ...end, given: { from: "typed", text: typed[i] } } : end,
  );
  const model = walkModel(place);
  const {
    paths,
    words: pathWords,
    path,
  } = walkChoices({
    saved: { ...saved, mode: "pair" },
    items: "texts",
    onChange: ({ path: next }) => (state.set({ path: next }), ask()),
  });
  const count = range({
    label: "Steps",
    min: 5,
    max: 32,
    step: 1,
    value: frames,
    words: (n) => `${n} texts from A to B`,
    onCommit: (next) => (state.set({ frames: (frames = next) }), ask()),
  });
  const swap = button("Swap A and B", () => place.swap());
  const list = el("ol", { class: "pg-steps-list" });
  const stage = el("section", { class: "pg-card pg-walk-list", "aria-labelledby": "pg-text-walk" });
  const { ask, shown } = walkAsker({
    view: "text-interpolate",
    stage,
    problem,
    onReply: draw,
    request: () => {
      const { card, ends, settings } = place;
      return [card.id, "interpolate", { a: ends[0].spec, b: ends[1].spec, path: path(), frames, settings }];
    },
  });

  place.onChange((changed) => {
    if (changed === "model" || changed === "explore") drawModel();
    endCards.forEach((one, i) => one.set(place.ends[i], changed === "model"));
    ask();
  });

  function drawModel() {
    model.refresh();
    title.textContent = `${shortName(place.card)}, from A to B`;
    legend.textContent = `${hasNearest(place.card) ? "Below each step stands the training text that shares the longest run with it. " : ""}A step like the one before is pale.`;
  }

  /** @param {Reply} reply */
  async function draw(reply) {
    const texts = textsOf(reply);
    steps = texts.map((text) => ({ text, near: null }));
    const mine = steps;
    drawList();
    endCards.forEach((one, i) => one.draw(texts[i ? texts.length - 1 : 0]));
    if (!hasNearest(place.card)) return;
    try {
      const near = await nearestTexts(place.card, texts);
      if (steps !== mine) return;
      near.forEach((found, i) => (steps[i].near = found));
      drawList();
    } catch (error) {
      if (steps === mine) problem.show(error, () => draw(reply));
    }
  }

  function drawList() {
    fill(
      list,
      steps.map(({ text, near }, i) => {
        const same = i > 0 && text === steps[i - 1].text;
        return el(
          "li",
          { class: same ? "pg-step-same" : "" },
          el(
            "p",
            { class: "pg-written pg-step-text", dir: "auto" },
            text || "(empty)",
            same && el("span", { class: "pg-visually-hidden" }, " (as before)"),
          ),
          hasNearest(place.card) &&
            el(
              "p",
              { class: "pg-near" },
              near ? [el("span", { class: "pg-label" }, `${sharedWords(near)}: `), nearText(near)] : " ",
            ),
        );
      }),
    );
    files.hidden = !steps.length;
  }

  const asText = () =>
    steps
      .map(
        ({ text, near }, i) =>
          `${i + 1}. ${text}${near ? `\n   (nearest in training, ${sharedWords(near)}: ${near.text})` : ""}`,
      )
      .join("\n");
  /** What the steps were asked by, for what is only reached when there are some. */
  const made = () => /** @type {Asked} */ (shown());
  const files = el(
    "div",
    { class: "pg-row", role: "group", "aria-label": "Take the list along" },
    copyButton(asText),
    button("Save .txt", () => saveText(asText(), made(), `${fileStem(place.card)}-walk`)),
    button("Save .csv", () =>
      download(new Blob([csv()], { type: "text/csv;charset=utf-8" }), `${fileStem(place.card)}-walk.csv`),
    ),
  );

  function csv() {
    const { model, request } = made();
    /** @type {(string|number)[][]} */
    const rows = [
      ["step", "text", "nearest_training_text", "share_outside_longest_common_run", "model", "request", "link"],
    ];
    steps.forEach(({ text, near }, i) =>
      rows.push([
        i + 1,
        text,
        near?.text ?? "",
        near?.distance ?? "",
        ...(i ? ["", "", ""] : [model, JSON.stringify(request), link()]),
      ]),
    );
    return rows.map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
  }

  const title = el("h2", { id: "pg-text-walk" });
  const legend = hint();
  fill(stage, el("div", { class: "pg-card-head" }, title, files), legend, list, problem.root);
  fill(
    root,
    el(
      "div",
      { class: "pg-text-walk" },
      el(
        "section",
        { class: "pg-card pg-walk-how", "aria-label": "What to walk" },
        el("div", { class: "pg-how-row" }, model.picker, paths, count.root, swap),
        el("div", { class: "pg-how-words" }, model.settings, model.about, pathWords),
      ),
      el(
        "div",
        { class: "pg-column pg-text-ends" },
        endCards.map((one) => one.root),
        fold(
          "What does a walk through texts show?",
          ABOUT.map((words) => el("p", {}, words)),
        ),
      ),
      stage,
    ),
  );
  drawModel();
  endCards.forEach((one, i) => one.set(place.ends[i]));
  ask();
  return {};
}

/** A cell of a table for spreadsheets: quoted, and never read as a formula. @param {string|number} value */
function csvCell(value) {
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

const ABOUT = [
  "If a model has understood its data, what lies between two sentences is language too. Where the steps are broken, the space has holes; where they repeat, it is stretched.",
  "A typed text is turned into a latent by the model's encoder, which keeps what it can: what comes back is shown at A and B.",
  "Random latents of many numbers lie at nearly the same distance from the centre. The straight line between two cuts through the emptier inside; the spherical path stays outside.",
];
