/** @file The Interpolate panel of the Text tab: from one sentence or name to another, as a list that can be read. */

import { csvOf } from "../core/csv.js";
import { button, download, el, fill, hint, range } from "../core/dom.js";
import { hasNearest, nearestTexts, nearText, sharedWords } from "../core/nearest.js";
import { inside } from "../core/numbers.js";
import { copyButton, fileStem, saveText, textOf, textsOf, written } from "../core/texts.js";
import { link } from "../core/state.js";
import { interpolatePanel } from "../panels/interpolate.js";
import { FIRST_ENDS } from "../panels/interpolate/ends.js";
import { NAMES } from "../panels/interpolate/walk.js";
import { textEnd } from "./interpolate/end.js";

/**
 * @typedef {import("../core/nearest.js").Near} Near
 * @typedef {import("../panels/interpolate/walk.js").Asked} Asked
 */

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return interpolatePanel(root, context, {
    className: "pg-text-walk",
    items: "texts",
    defaults: { frames: 12, typed: ["", ""] },
    about: ["What does a walk through texts show?", ABOUT],
    corners: () => false,
    parts: textWalk,
  });
}

/** @param {import("../panels/interpolate.js").Panel} panel @returns {import("../panels/interpolate.js").Parts} */
function textWalk({ place, state, datasets, problem, change, shown }) {
  const saved = state.get();
  let frames = inside(saved.frames, 5, 32, 12);
  const examples = datasets[place.card.dataset]?.examples.ends ?? [];
  /** @type {string[]} */
  const typed = FIRST_ENDS.map((_, i) => {
    const text = saved.typed?.[i];
    return typeof text === "string" && text ? text : (examples[i] ?? "");
  });
  place.ends = place.ends.map((end, i) =>
    end.from === "typed" ? { ...end, given: { from: "typed", kind: "text", text: typed[i] } } : end,
  );
  /** @type {{text: string, near: Near|null}[]} */
  let steps = [];
  const count = range({
    label: "Steps",
    min: 5,
    max: 32,
    value: frames,
    words: (n) => `${n} texts from A to B`,
    onCommit: (next) => change({ frames: (frames = next) }),
  });
  const list = el("ol", { class: "pg-steps-list" });
  const legend = hint();

  /** @param {Reply} reply */
  async function draw(reply) {
    const texts = textsOf(reply);
    steps = texts.map((text) => ({ text, near: null }));
    const mine = steps;
    drawList();
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
          written([text || "(empty)", same && el("span", { class: "pg-visually-hidden" }, " (as before)")], {
            class: "pg-step-text",
          }),
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
    return csvOf(rows);
  }

  files.hidden = true;
  return {
    controls: [count.root],
    size: () => ({ frames }),
    beside: files,
    arrange() {
      legend.textContent = `${hasNearest(place.card) ? "Below each step stands the training text that shares the longest run with it. " : ""}A step like the one before is pale.`;
      return [legend, list];
    },
    draw,
    itemOf: textOf,
    endKit: (chooser, i) =>
      textEnd(chooser, {
        name: NAMES.corners[i][0],
        typed: typed[i],
        onTyped(text) {
          typed[i] = text;
          state.set({ typed: typed.slice(0, NAMES.pair.length) });
        },
      }),
  };
}

const ABOUT = [
  "If a model has understood its data, what lies between two sentences is language too. Where the steps are broken, the space has holes; where they repeat, it is stretched.",
  "A typed text is turned into a latent by the model's encoder, which keeps what it can: what comes back is shown at A and B.",
  "Random latents of many numbers lie at nearly the same distance from the centre. The straight line between two cuts through the emptier inside; the spherical path stays outside.",
];
