/** @file The Write panel: a model continues a prompt, token by token; each can be looked into, and another chosen in its place. */

import { canonical } from "../core/api.js";
import { announce, button, el, fill, fold, group, titled } from "../core/dom.js";
import { LARGEST_SEED } from "../core/latents.js";
import { can, inOrder, isHealthy, knownSettings, modelPicker, settingsForm, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { textField } from "../core/texts.js";
import { UndoStack, undoButton } from "../core/undo.js";
import { endWords, trimmedWords } from "../core/writing.js";
import { fullCard } from "../panels/explore/card.js";
import { lengthRange, nothingToUse } from "./controls.js";
import { pretrainedOffers } from "./get.js";
import { branchList } from "./write/branches.js";
import { promptsFor } from "./write/prompts.js";
import { MOST_TOKENS, Story, linkHas, readAsk } from "./write/story.js";
import { textCard } from "./write/textcard.js";

/**
 * @typedef {import("./write/story.js").Ask} Ask
 * @typedef {{card: Card, settings: Settings, seed: number, max: number, prompt: string, story: Story|null}} Now
 *   what the controls ask for, and the text that is shown
 */

const MOST_EARLIER = 8; // texts that other ones took the place of
/**
 * @type {{model: string|null, prompt: string|null, settings: Settings, seed: number, max: number, story: object|null,
 *   earlier: object[]}}
 */
const DEFAULTS = { model: null, prompt: null, settings: {}, seed: 7, max: 120, story: null, earlier: [] };

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const talks = (/** @type {Card} */ card) => Number(isHealthy(card) && can(card, "chat"));
  const ordered = inOrder(cards.filter((card) => !isHealthy(card) || can(card, "write")));
  ordered.sort((one, other) => talks(one) - talks(other)); // what continues texts first
  const train = "python -m playground train text/shakespeare-transformer";
  const nothing = nothingToUse(ordered, "No language model yet", "Train one, then reload the page:", train);
  if (nothing) return fill(root, nothing);
  const usable = ordered.filter(isHealthy);
  const cardOf = (/** @type {string|null|undefined} */ id) => usable.find((card) => card.id === id);

  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const first = cardOf(saved.model) ?? usable[0];
  /** @type {Now} */
  const now = {
    card: first,
    settings: knownSettings(first, saved.settings),
    seed: inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed),
    max: inside(saved.max, 1, MOST_TOKENS, DEFAULTS.max),
    prompt: typeof saved.prompt === "string" ? saved.prompt : promptsFor(first, datasets)[0],
    story: null,
  };
  const chosenSettings = new ChosenSettings();
  /** @type {UndoStack<Now & {at: number}>} at: the branch of the story */
  const left = new UndoStack();
  /** @type {Story[]} that others took the place of, the latest last */
  let earlier = [];
  /** @type {AbortController|null} while a model writes */
  let stopper = null;

  const prompt = textField({
    label: "Prompt",
    rows: 3,
    value: now.prompt,
    note: "Ctrl+Enter writes.",
    onInput: (text) => change({ prompt: text }, "prompt"),
    onSend: () => begin(),
  });
  const throwDice = () => begin({ isStep: false }); // the seed was one
  const seeds = seedField({ value: now.seed, onSeed: (seed) => change({ seed }), onDice: throwDice });
  const length = lengthRange({ most: MOST_TOKENS, value: now.max, onCommit: (max) => change({ max }) });
  const undo = undoButton(takeBack, "Take back the last change (Ctrl+Z)");
  seeds.root.classList.add("pg-seed-undo");
  seeds.root.append(undo);
  const go = button("Write", () => (stopper ? stopper.abort() : begin()), { kind: "primary" });
  const text = textCard({ askNow, onBranch: branchTo, onward: () => branchTo(null) });
  const branches = branchList({ onOpen: (at) => (leave(), openBranch(at)), onEarlier: openEarlier });
  const picker = modelPicker({ cards: ordered, value: now.card.id, onPick: setModel });
  const full = fullCard();
  const settingsPlace = el("div", {});
  const examples = group("Examples of prompts");
  examples.classList.add("pg-examples");

  /** @returns {Ask} */
  function askNow() {
    const { card, prompt, settings, seed, max } = now;
    return { model: card.id, prompt, settings, seed, max };
  }

  function keep() {
    const { model, ...ask } = askNow();
    chosenSettings.learn(now.card, now.settings);
    state.set({
      ...ask,
      model,
      prompt: linkHas(ask) ? ask.prompt : null,
      story: now.story && linkHas(now.story.ask) ? now.story.saved() : null,
      earlier: earlier.filter((one) => linkHas(one.ask, true)).map((one) => one.saved()),
    });
  }

  /** Something begins that Undo takes back. @param {string} [gesture] see core/undo.js */
  function leave(gesture) {
    left.leave({ ...now, at: now.story?.at ?? 0 }, gesture);
    undo.disabled = false;
  }

  /** @param {Partial<Now>} patch @param {string} [gesture] */
  function change(patch, gesture) {
    leave(gesture);
    Object.assign(now, patch);
    keep();
    text.controlsChanged();
  }

  function takeBack() {
    const before = left.back();
    if (!before) return;
    undo.disabled = left.size === 0;
    goTo(before);
    announce("The last change is taken back.");
  }

  /** Stand at a text and what is asked for. @param {Now & {at: number}} place */
  function goTo({ story, at, ...asked }) {
    const stays = story === now.story && (!story || at === story.at);
    if (!stays) replace(story);
    Object.assign(now, asked);
    picker.set(now.card.id);
    prompt.set(now.prompt);
    seeds.set(now.seed);
    length.set(now.max);
    drawModel();
    if (!stays) openBranch(at);
    else keep();
    text.controlsChanged();
  }

  /** Another text takes the place of what is shown, which stays among the earlier ones. @param {Story|null} next */
  function replace(next) {
    const before = now.story && now.story !== next ? [now.story] : [];
    earlier = [...earlier.filter((one) => one !== next), ...before].slice(-MOST_EARLIER);
    now.story = next;
  }

  /** @param {Card} card */
  function setModel(card) {
    stopper?.abort();
    const untouched = promptsFor(now.card, datasets).includes(now.prompt);
    const [example] = promptsFor(card, datasets);
    change({ card, settings: chosenSettings.of(card), ...(untouched && { prompt: example }) });
    prompt.set(now.prompt);
    drawModel();
    announce(`${shortName(card)} chosen.`);
  }

  function drawModel() {
    const { card, settings } = now;
    const known = (/** @type {Settings} */ values) => knownSettings(card, values);
    const moved = (/** @type {Settings} */ values) => text.follow(known(values));
    fill(
      settingsPlace,
      settingsForm(card, settings, (values) => change({ settings: known(values) }), moved),
    );
    const take = (/** @type {string} */ words) => {
      change({ prompt: words });
      prompt.set(words);
      begin({ isStep: false });
    };
    fill(
      examples,
      el("span", { class: "pg-label" }, "Examples"),
      promptsFor(card, datasets).map((words) => button(words.replaceAll("\n", " ").trim(), () => take(words))),
    );
    full.rebuild(card);
  }

  /** Write the prompt. What was written before stays: the branches of the same text, other texts among the earlier ones. */
  function begin({ isStep = true } = {}) {
    const { story } = now;
    const isSame = story !== null && canonical(story.ask) === canonical(askNow());
    if (isStep && !(isSame && !story.branch.path.length)) leave();
    if (isSame) story.openPlain();
    else replace(new Story(askNow()));
    run();
  }

  /** @param {number} index */
  function openEarlier(index) {
    leave();
    goTo(placeOf(earlier[index]));
  }

  /** A text with what it was asked by. @param {Story} story @returns {Now & {at: number}} */
  function placeOf(story) {
    const { model, ...asked } = story.ask;
    return { ...asked, card: cardOf(model) ?? now.card, story, at: story.at };
  }

  async function run() {
    const { story } = now;
    stopper?.abort();
    const mine = (stopper = new AbortController());
    draw();
    if (!story) return end();
    busy(true);
    keep();
    try {
      await story.write({
        signal: mine.signal,
        onStart: (start) => stopper === mine && text.note(trimmedWords(start)),
        onTokens: (tokens) => stopper === mine && text.append(tokens),
      });
      const { end } = story.branch;
      if (stopper === mine) announce(`${end ? endWords(end) : ""} ${story.textOf()}`);
    } catch (error) {
      if (stopper === mine) text.problem.show(error, () => ((story.branch.tokens = null), run()));
    }
    if (stopper === mine) end();
  }

  /** Nothing is being written. */
  function end() {
    stopper = null;
    busy(false);
    text.tell();
    keep();
    branches.show(now.story, earlier);
  }

  function draw() {
    text.draw(now.story);
    text.controlsChanged();
    branches.show(now.story, earlier);
  }

  /** @param {boolean} yes */
  function busy(yes) {
    go.textContent = yes ? "Stop" : "Write";
    text.busy(yes);
  }

  /** Another token at a place, or more after the end. @param {number|null} place @param {import("./write/story.js").Choice} [choice] */
  function branchTo(place, choice) {
    const { story } = now;
    if (!story) return;
    leave();
    story.part(place ?? story.branch.tokens?.length ?? 0, choice);
    run();
  }

  /** @param {number} index of the shown text */
  function openBranch(index) {
    stopper?.abort();
    const { story } = now;
    if (story) story.at = index;
    if (story && !story.branch.tokens) return run();
    draw();
    end();
  }

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
          el("div", { class: "pg-write-go" }, go, seeds.root, length.root),
        ),
        text.root,
      ),
      el(
        "div",
        { class: "pg-column pg-column-choices" },
        text.choices,
        branches.root,
        el("div", { class: "pg-area-more" }, fold("How does a language model write?", ABOUT)),
      ),
    ),
  );
  drawModel();
  const again = (/** @type {any} */ told) => {
    const ask = readAsk(told, now);
    const model = cardOf(ask?.model);
    return ask && model ? [new Story({ ...ask, settings: knownSettings(model, ask.settings) }, told)] : [];
  };
  earlier = (Array.isArray(saved.earlier) ? saved.earlier : []).flatMap(again).slice(-MOST_EARLIER);
  earlier.forEach((story) => left.leave(placeOf(story)));
  undo.disabled = left.size === 0;
  const [story] = again(saved.story);
  if (story?.ask.model === now.card.id) {
    now.story = story;
    run();
  } else branches.show(null, earlier);
  return { hidden: () => stopper?.abort() };
}

const ABOUT = [
  "The model reads what is there and gives every token it knows a probability to come next. One is drawn at random, stands from then on, and the model is asked again. The seed decides the draws, so the same seed writes the same text.",
  "Temperature sharpens or flattens the probabilities; top-k and top-p leave only the likeliest tokens in the draw. Both bars of an alternative show this: before, as the model has it, and after.",
  "A token is a piece of text that is common in the training data: a word, a part of one, or a single character. A deep colour marks a token that the model itself held for unlikely.",
];
