/** @file The Invert panel of the Text tab: a typed text to its latent and back, or its surprise for a language model. */

import { announce, button, el, fill, fold, hint, problemBox } from "../core/dom.js";
import { can, inOrder, isHealthy, knownSettings, modelPicker, shortName } from "../core/models.js";
import { textField } from "../core/texts.js";
import { noneHealthy } from "../panels/explore/start.js";
import { rebuiltView } from "./invert/rebuilt.js";
import { surpriseView } from "./invert/surprise.js";

/** @typedef {import("../core/types.js").Card} Card */

const LONGEST_KEPT = 2000; // characters that the address keeps
/** @type {{model: string|null, text: string|null, ran: boolean}} */
const DEFAULTS = { model: null, text: null, ran: false };
const EXAMPLE = "Once upon a time there was a garden."; // of a data set that has none

/** Whether a text has a latent in this model. @param {Card} card */
function encodes(card) {
  return isHealthy(card) && can(card, "encode");
}

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const some = inOrder(cards.filter((card) => !isHealthy(card) || can(card, "encode") || can(card, "write")));
  const ordered = some.sort((one, other) => Number(encodes(other)) - Number(encodes(one)));
  const usable = ordered.filter(isHealthy);
  if (!usable.length) {
    fill(
      root,
      ordered.length
        ? noneHealthy(ordered)
        : el(
            "div",
            { class: "pg-state" },
            el("h2", {}, "No model can be inverted"),
            el("p", {}, "None of the models here has an encoder or tells probabilities of a text."),
          ),
    );
    return {};
  }
  let card = usable.find((other) => other.id === saved.model) ?? usable[0];
  let asked = 0; // counts questions, so that only the newest is shown
  const example = () => datasets[card.dataset]?.examples.typed ?? EXAMPLE;
  const problem = problemBox();
  const field = textField({
    label: "Text",
    rows: 4,
    value: typeof saved.text === "string" ? saved.text : example(),
    note: "Ctrl+Enter looks.",
    onInput: () => keep(),
    onSend: look,
  });
  const result = el("div", { class: "pg-stack pg-invert-result" });
  const side = el("div", { class: "pg-column" });
  const title = el("h2", { id: "pg-text-invert-result" });
  const about = hint();
  const go = button("Look", look, { kind: "primary" });
  const picker = modelPicker({
    cards: ordered,
    value: card.id,
    onPick: setModel,
    headingOf: (one) => (encodes(one) ? "There and back" : "Surprise per token"),
  });

  function keep(ran = state.get().ran) {
    const text = field.value();
    state.set({ model: card.id, text: text.length <= LONGEST_KEPT ? text : null, ran });
  }

  /** @param {Card} next */
  function setModel(next) {
    const untouched = field.value() === example();
    card = next;
    if (untouched) field.set(example());
    keep();
    drawModel();
    announce(`${shortName(card)} chosen.`);
    if (state.get().ran) look();
  }

  function drawModel() {
    title.textContent = encodes(card) ? "There and back" : "Surprise";
    about.textContent = encodes(card)
      ? "The model's encoder turns your text into a latent, and its decoder turns that back into a text."
      : "The model reads your text token by token and tells how likely it held each to come next.";
    fill(result, el("p", { class: "pg-hint" }, "Nothing looked at yet. Type a text, then press Look."));
    fill(side);
    side.hidden = encodes(card);
  }

  async function look() {
    const mine = (asked += 1);
    const one = card;
    problem.clear();
    keep(true);
    result.setAttribute("aria-busy", "true");
    try {
      const shown = encodes(one)
        ? { main: await rebuiltView(one, field.value(), knownSettings(one, {})), side: null }
        : await surpriseView(one, field.value());
      if (mine !== asked || one !== card) return;
      fill(result, shown.main);
      fill(side, shown.side);
    } catch (error) {
      if (mine === asked) problem.show(error, look);
    }
    if (mine === asked) result.setAttribute("aria-busy", "false");
  }

  fill(
    root,
    el(
      "div",
      { class: "pg-text-invert" },
      el(
        "div",
        { class: "pg-column pg-column-model" },
        el(
          "section",
          { class: "pg-card pg-area-model", "aria-labelledby": "pg-text-invert-model" },
          el("h2", { id: "pg-text-invert-model" }, "Model"),
          picker.root,
        ),
        fold(
          "What does inverting a text mean?",
          ABOUT.map((words) => el("p", {}, words)),
        ),
      ),
      el(
        "div",
        { class: "pg-column pg-column-text" },
        el("section", { class: "pg-card", "aria-label": "Your text" }, field.root, el("div", { class: "pg-row" }, go)),
        el(
          "section",
          { class: "pg-card pg-area-result", "aria-labelledby": "pg-text-invert-result" },
          title,
          about,
          problem.root,
          result,
        ),
      ),
      side,
    ),
  );
  drawModel();
  if (saved.ran && field.value()) look();
  return {};
}

const ABOUT = [
  "A model with an encoder knows the way back from a text to the latent that would make it. What it cannot keep it replaces by what it knows: the difference shows what the latent holds.",
  "A language model has no such latent. The way back is to ask which random draws would have made your text: every token costs its surprise, the negative logarithm of its probability, in nats. The sum is what an ideal compressor with this model would need.",
];
