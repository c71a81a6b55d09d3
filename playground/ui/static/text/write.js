/** @file The Write panel: a model continues a prompt, token by token; each can be looked into, and another chosen in its place. */

import { Lane, canonical } from "../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, range, titled } from "../core/dom.js";
import { LARGEST_SEED } from "../core/latents.js";
import { can, inOrder, isHealthy, knownSettings, modelPicker, settingsForm, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { copyButton, saveJson, saveText, textField } from "../core/texts.js";
import { endWords, trimmedWords } from "../core/writing.js";
import { fullCard } from "../panels/explore/card.js";
import { noneHealthy } from "../panels/explore/start.js";
import { pretrainedOffers } from "./get.js";
import { alternativesCard } from "./write/alternatives.js";
import { branchList } from "./write/branches.js";
import { promptsFor } from "./write/prompts.js";
import { MOST_TOKENS, Story, readAsk } from "./write/story.js";
import { tokenLegend, tokenText } from "./write/tokens.js";

/**
 * @typedef {import("../core/types.js").Card} Card
 * @typedef {import("../core/types.js").Settings} Settings
 * @typedef {import("./write/story.js").Ask} Ask
 */

const LONGEST_KEPT = 4000; // characters of a prompt that the address keeps
const MOST_EARLIER = 8; // texts that other ones took the place of
const LONGEST_EARLIER = 400; // characters of their prompts in the address
/**
 * @type {{model: string|null, prompt: string|null, settings: Settings, seed: number, max: number, story: object|null,
 *   earlier: object[]}}
 */
const DEFAULTS = { model: null, prompt: null, settings: {}, seed: 7, max: 120, story: null, earlier: [] };

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {import("../core/types.js").PanelContext} context
 * @returns {import("../core/types.js").PanelHandle}
 */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const writing = inOrder(cards.filter((card) => !isHealthy(card) || can(card, "write")));
  const talks = (/** @type {Card} */ card) => Number(isHealthy(card) && can(card, "chat"));
  const ordered = writing.sort((one, other) => talks(one) - talks(other)); // what continues texts first
  const usable = ordered.filter(isHealthy);
  if (!usable.length) {
    fill(root, ordered.length ? noneHealthy(ordered) : nobodyWrites());
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  let card = usable.find((other) => other.id === saved.model) ?? usable[0];
  let settings = knownSettings(card, saved.settings);
  const chosenSettings = new ChosenSettings();
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  let max = inside(saved.max, 1, MOST_TOKENS, DEFAULTS.max);
  /** @type {Story|null} */
  let story = null;
  /** @type {Story[]} that others took the place of, the latest last */
  let earlier = [];
  /** @type {AbortController|null} while a model writes */
  let stopper = null;
  /** @type {number|null} the token that is looked into */
  let chosen = null;
  const looking = new Lane("write-look");

  const prompt = textField({
    label: "Prompt",
    rows: 3,
    value: typeof saved.prompt === "string" ? saved.prompt : promptsFor(card, datasets)[0],
    note: "Ctrl+Enter writes.",
    onInput: changed,
    onSend: begin,
  });
  const seeds = seedField({ value: seed, onSeed: (next) => ((seed = next), changed()), onDice: begin });
  const length = range({
    label: "At most",
    min: 10,
    max: MOST_TOKENS,
    step: 10,
    value: max,
    shown: (n) => `${n} tokens`,
    words: (n) => `${n} tokens`,
    onCommit: (next) => ((max = next), changed()),
  });
  const go = button("Write", () => (stopper ? stop() : begin()), { kind: "primary" });
  const onward = button("Write on", writeOn, { title: "More after the end" });
  const problem = problemBox();
  const notes = el("p", { class: "pg-hint pg-write-notes", role: "status" });
  const stale = hint();
  const text = tokenText({
    label: "Written tokens. Arrow keys walk, Enter opens the alternatives.",
    onChoose: look,
    onOpen: (index) => (look(index), choices.focus()),
  });
  const empty = el(
    "p",
    { class: "pg-hint pg-write-empty" },
    "Nothing written yet. Type the beginning of a text or take one of the examples, then press Write.",
  );
  const choices = alternativesCard({
    onBranch: branchTo,
    empty: "Choose a word of the text to see what else could have stood there.",
  });
  choices.onLeave(() => chosen !== null && text.focus(chosen));
  const branches = branchList({ onOpen: openBranch, onEarlier: openEarlier });
  const undo = button("Undo", () => openEarlier(earlier.length - 1), { title: "Back to the text before" });
  const picker = modelPicker({ cards: ordered, value: card.id, onPick: setModel });
  const full = fullCard();
  const settingsPlace = el("div", {});
  const examples = el("div", { class: "pg-row pg-examples", role: "group", "aria-label": "Examples of prompts" });
  const files = el(
    "div",
    { class: "pg-row", role: "group", "aria-label": "Take the text along" },
    copyButton(() => shown().ask.prompt + shown().textOf()),
    button("Save .txt", () => saveText(shown().ask.prompt + shown().textOf(), made(), fileName())),
    button("Save .json", () =>
      saveJson({ ...made(), text: shown().textOf(), tokens: shown().branch.tokens }, fileName()),
    ),
  );

  /** The story, for what is only reached when there is one. */
  const shown = () => /** @type {Story} */ (story);
  const made = () => {
    const { ask, branch } = shown();
    const { model, prompt, settings, seed, max } = ask;
    return { model, prompt, settings, seed, max_tokens: max, path: branch.path };
  };
  const fileName = () => `${shown().ask.model.split("/").at(-1)}-seed${shown().ask.seed}`;
  /** @returns {Ask} */
  const askNow = () => ({ model: card.id, prompt: prompt.value(), settings, seed, max });

  function keep() {
    const words = prompt.value();
    const fits = words.length <= LONGEST_KEPT;
    const told = story && story.ask.prompt.length <= LONGEST_KEPT ? story.saved() : null;
    const before = earlier.filter(({ ask }) => ask.prompt.length <= LONGEST_EARLIER).map((one) => one.saved());
    state.set({ model: card.id, prompt: fits ? words : null, settings, seed, max, story: told, earlier: before });
  }

  function changed() {
    keep();
    const differs = story && canonical(story.ask) !== canonical(askNow());
    stale.textContent = differs
      ? "The text below was written before your last change. Press Write to write it anew."
      : "";
  }

  /** The bars of the chosen token, by the settings as they stand or move. @param {Settings} settings */
  async function follow(settings) {
    if (chosen === null || !story) return;
    const { ask, branch } = story;
    const [place, tokens] = [chosen, branch.tokens ?? []];
    const where = `Token ${place + 1} of ${tokens.length}`;
    const isOther = card.id === ask.model && canonical(settings) !== canonical(ask.settings);
    if (!isOther) looking.drop();
    try {
      const token = isOther ? await story.lookAt(looking, place, settings) : tokens[place];
      if (token && chosen === place && story?.branch === branch) choices.show(token, where);
    } catch (error) {
      problem.show(error, () => follow(settings));
    }
  }

  /** @param {Card} next */
  function setModel(next) {
    stop();
    const untouched = promptsFor(card, datasets).includes(prompt.value());
    chosenSettings.learn(card, settings);
    card = next;
    settings = chosenSettings.of(card);
    if (untouched) prompt.set(promptsFor(card, datasets)[0]);
    drawModel();
    changed();
    announce(`${shortName(card)} chosen.`);
  }

  function drawModel() {
    fill(
      settingsPlace,
      settingsForm(
        card,
        settings,
        (values) => {
          settings = knownSettings(card, values);
          changed();
          follow(settings);
        },
        (values) => follow(knownSettings(card, values)),
      ),
    );
    fill(
      examples,
      el("span", { class: "pg-label" }, "Examples"),
      promptsFor(card, datasets).map((words) =>
        button(words.replaceAll("\n", " ").trim(), () => {
          prompt.set(words);
          begin();
        }),
      ),
    );
    full.rebuild(card);
  }

  /** Write the prompt. What was written before stays: the branches of the same text, other texts among the earlier ones. */
  function begin() {
    const ask = askNow();
    if (story && canonical(story.ask) === canonical(ask)) {
      story.openPlain();
    } else {
      if (story) earlier = [...earlier, story].slice(-MOST_EARLIER);
      story = new Story(ask);
    }
    run();
  }

  /** Back to an earlier text with what it was asked by; the present one takes its place. @param {number} index */
  function openEarlier(index) {
    stop();
    stopper = null;
    busy(false);
    const next = earlier[index];
    earlier = [...earlier.filter((one) => one !== next), shown()];
    story = next;
    const { ask } = story;
    card = usable.find(({ id }) => id === ask.model) ?? card;
    picker.set(card.id);
    [settings, seed, max] = [ask.settings, ask.seed, ask.max];
    prompt.set(ask.prompt);
    seeds.set(seed);
    length.set(max);
    drawModel();
    openBranch(story.at);
  }

  async function run() {
    stopper?.abort();
    const mine = (stopper = new AbortController());
    const writing = shown();
    draw();
    busy(true);
    keep();
    try {
      await writing.write({
        signal: mine.signal,
        onStart: (start) => stopper === mine && (notes.textContent = trimmedWords(start)),
        onTokens: (tokens) => {
          if (stopper !== mine) return;
          if (tokens === null) text.clear(writing.ask.prompt);
          else text.append(tokens);
          empty.hidden = true;
        },
      });
      if (stopper === mine) announce(`${writing.branch.end ? endWords(writing.branch.end) : ""} ${writing.textOf()}`);
    } catch (error) {
      if (stopper === mine) problem.show(error, () => ((shown().branch.tokens = null), run()));
    }
    if (stopper !== mine) return;
    stopper = null;
    busy(false);
    tell();
    keep();
    branches.show(story, earlier);
  }

  function stop() {
    stopper?.abort();
  }

  /** The shown branch as far as it is written. */
  function draw() {
    problem.clear();
    look(null);
    text.clear(shown().ask.prompt);
    text.append(shown().branch.tokens ?? []);
    empty.hidden = true;
    changed();
    branches.show(story, earlier);
    undo.hidden = !earlier.length;
    tell();
  }

  function tell() {
    const { end, start, tokens } = shown().branch;
    const nothing = end?.why === "stop" && !tokens?.length;
    notes.textContent = [
      start && trimmedWords(start),
      nothing
        ? "The model had nothing to add: for it the text ends here. Try another seed or beginning."
        : end && endWords(end),
    ]
      .filter(Boolean)
      .join(" ");
    onward.hidden = !end || !tokens?.length || tokens.length >= MOST_TOKENS;
    files.hidden = !tokens?.length;
    legend.hidden = !tokens?.length;
  }

  /** @param {boolean} yes */
  function busy(yes) {
    go.textContent = yes ? "Stop" : "Write";
    text.busy(yes);
    result.setAttribute("aria-busy", String(yes));
    if (!yes) return;
    onward.hidden = true;
    legend.hidden = false;
  }

  /** @param {number|null} index */
  function look(index) {
    chosen = index;
    text.mark(index);
    if (index === null) choices.show(null);
    else follow(settings);
  }

  /** @param {import("./write/story.js").Choice} choice */
  function branchTo(choice) {
    if (chosen === null) return;
    stop();
    shown().part(chosen, choice);
    run();
  }

  function writeOn() {
    shown().part(shown().branch.tokens?.length ?? 0);
    run();
  }

  /** @param {number} index */
  function openBranch(index) {
    stop();
    stopper = null;
    busy(false);
    shown().at = index;
    if (shown().branch.tokens) {
      draw();
      keep();
    } else {
      run();
    }
  }

  const legend = tokenLegend();
  const close = button("Close", () => (look(null), text.focus(0)), { kind: "quiet" });
  close.classList.add("pg-alternatives-close");
  choices.root.append(close);
  const result = titled(
    "text",
    ["Text", legend],
    stale,
    empty,
    text.root,
    notes,
    problem.root,
    el("div", { class: "pg-row" }, onward, files),
  );
  fill(
    root,
    el(
      "div",
      { class: "pg-write" },
      el(
        "div",
        { class: "pg-column pg-column-model" },
        titled("model", "Model", picker.root, full.root, pretrainedOffers("text")),
        titled("settings", "Settings", settingsPlace),
      ),
      el(
        "div",
        { class: "pg-column pg-column-text" },
        titled(
          "prompt",
          "Continue a text",
          prompt.root,
          examples,
          el("div", { class: "pg-write-go" }, go, undo, seeds.root, length.root),
        ),
        result,
      ),
      el(
        "div",
        { class: "pg-column pg-column-choices" },
        choices.root,
        branches.root,
        el(
          "div",
          { class: "pg-area-more" },
          fold(
            "How does a language model write?",
            ABOUT.map((words) => el("p", {}, words)),
          ),
        ),
      ),
    ),
  );
  drawModel();
  legend.hidden = onward.hidden = files.hidden = undo.hidden = true;
  const again = (/** @type {any} */ told) => {
    const ask = readAsk(told, { seed, max });
    const model = usable.find(({ id }) => id === ask?.model);
    return ask && model ? [new Story({ ...ask, settings: knownSettings(model, ask.settings) }, told)] : [];
  };
  earlier = (Array.isArray(saved.earlier) ? saved.earlier : []).flatMap(again).slice(-MOST_EARLIER);
  const [before] = again(saved.story);
  if (before?.ask.model === card.id) {
    story = before;
    run();
  }
  return { hidden: stop };
}

function nobodyWrites() {
  return el(
    "div",
    { class: "pg-state" },
    el("h2", {}, "No language model yet"),
    el("p", {}, "Train one, then reload the page:"),
    el("code", {}, "python -m playground train text/shakespeare-transformer"),
  );
}

const ABOUT = [
  "The model reads what is there and gives every token it knows a probability to come next. One is drawn at random, stands from then on, and the model is asked again. The seed decides the draws, so the same seed writes the same text.",
  "Temperature sharpens or flattens the probabilities; top-k and top-p leave only the likeliest tokens in the draw. Both bars of an alternative show this: before, as the model has it, and after.",
  "A token is a piece of text that is common in the training data: a word, a part of one, or a single character. A deep colour marks a token that the model itself held for unlikely.",
];
