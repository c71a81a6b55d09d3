/** @file The Steer panel: a direction inside a language model is added while it writes; beside it, the same without. */

import { announce, button, el, fill, fold, hint, problemBox, range, segments, select, titled } from "../core/dom.js";
import { LARGEST_SEED } from "../core/latents.js";
import { can, inOrder, isHealthy, knownSettings, settingsForm, shortName } from "../core/models.js";
import { inside, signed } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { textField } from "../core/texts.js";
import { lengthRange, nothingToUse } from "./controls.js";
import { ownLists } from "./steer/lists.js";
import { steerPair } from "./steer/pair.js";
import { promptsFor, QUESTION } from "./write/prompts.js";

const [LONGEST_PROMPT, STRONGEST, MOST_TOKENS] = [2000, 10, 200];
const COUNTS = { 1: "1", 3: "3", 5: "5" };
const OWN = "own";

/**
 * @typedef {Card & Required<Pick<Card, "steering"|"layers">>} Steered
 */

/**
 * @type {{model: string|null, direction: string|null, strength: number|null, layer: number|null, prompt: string|null,
 *   as: string|null, settings: Settings, seed: number, seeds: number, max: number, lists: {plus: string, minus: string}}}
 */
const DEFAULTS = {
  model: null,
  direction: null,
  strength: null,
  layer: null,
  prompt: null,
  as: null,
  settings: {},
  seed: 7,
  seeds: 1,
  max: 50,
  lists: { plus: "", minus: "" },
};

/** Whether a model can be steered. @param {Card} card @returns {card is Steered} */
function isSteered(card) {
  return isHealthy(card) && can(card, "write") && Array.isArray(card.steering);
}

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const usable = inOrder(cards.filter(isSteered));
  const needed = "Steering needs a transformer with known layers. Write names what is there.";
  const nothing = nothingToUse(usable, "No model can be steered", needed);
  if (nothing) return fill(root, nothing);
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  let card = usable.find((other) => other.id === saved.model) ?? usable[0];
  let settings = knownSettings(card, saved.settings);
  const chosenSettings = new ChosenSettings();
  let name = saved.direction ?? ""; // drawModel takes another where it is none of the model's
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  let count = String(saved.seeds in COUNTS ? saved.seeds : 1);
  let max = inside(saved.max, 10, MOST_TOKENS, DEFAULTS.max);
  let as = saved.as === "text" ? "text" : "chat";
  let wrote = false; // the slider writes anew only what was written once
  /** @type {AbortController|null} while both sides are written */
  let stopper = null;

  const shipped = () => card.steering.find((one) => one.name === name);
  /** What lies at -1 and +1: the words of a name such as "formal-casual", whose first is what plus has more of. @returns {string[]} */
  const ends = () => (shipped() ? name.split("-").reverse() : ["your minus list", "your plus list"]);
  const picker = select({
    label: "Model",
    choices: usable.map((one) => [one.id, shortName(one)]),
    value: card.id,
    onChange: (id) => setModel(usable.find((one) => one.id === id) ?? card),
  });
  const about = hint();
  const directions = select({ label: "Direction", choices: [], value: "", onChange: setDirection });
  const lists = ownLists({ ...DEFAULTS.lists, ...saved.lists, onChange: keep });
  const strength = range({
    label: "Strength",
    min: -STRONGEST,
    max: STRONGEST,
    step: 0.5,
    value: 2,
    shown: signed,
    words: (value) => `${signed(value)}, towards ${ends()[value < 0 ? 0 : 1]}`,
    onCommit: writeAgain,
  });
  const layer = range({
    label: "After layer",
    min: 0,
    max: 1,
    step: 1,
    value: 0,
    shown: (value) => `${value + 1} of ${card.layers}`,
    words: (value) => `layer ${value + 1} of ${card.layers}`,
    onCommit: writeAgain,
  });
  const prompt = textField({ label: "Prompt", rows: 2, note: "Ctrl+Enter writes.", onInput: keep, onSend: begin });
  const ways = segments({
    label: "Take the prompt as",
    choices: { chat: "A question to answer", text: "A text to continue" },
    value: () => as,
    onPick: setWay,
  });
  const seedBox = seedField({ value: seed, onSeed: (next) => ((seed = next), keep()), onDice: begin });
  const counts = segments({
    label: "Texts a side",
    choices: COUNTS,
    value: () => count,
    onPick: (next) => ((count = next), counts.refresh(), keep()),
  });
  const length = lengthRange({ most: MOST_TOKENS, value: max, onCommit: (next) => ((max = next), keep()) });
  const go = button("Write both", () => (stopper ? stopper.abort() : begin()), { kind: "primary" });
  const problem = problemBox();
  const settingsPlace = el("div");
  const pair = steerPair({ ends });

  function keep() {
    const words = prompt.value();
    state.set({
      model: card.id,
      direction: name,
      strength: strength.value(),
      layer: layer.value(),
      prompt: words.length <= LONGEST_PROMPT ? words : null,
      as,
      settings,
      seed,
      seeds: Number(count),
      max,
      lists: lists.kept(),
    });
    pair.compare(wanted());
  }

  /** @returns {import("./steer/pair.js").Wanted} */
  function wanted() {
    const text = prompt.value();
    return {
      model: card.id,
      steer: { ...(name === OWN ? lists.lists() : { name }), strength: strength.value(), layer: layer.value() },
      request: { ...(asks() ? { chat: { system: "", turns: [text] } } : { prompt: text }), settings, max_tokens: max },
      seeds: Array.from({ length: Number(count) }, (_, i) => (seed + i) % (LARGEST_SEED + 1)),
    };
  }

  const asks = () => can(card, "chat") && as === "chat";
  const example = () => (asks() ? QUESTION : promptsFor(card, datasets)[0]);

  /** @param {string} next "chat" or "text" */
  function setWay(next) {
    const untouched = prompt.value() === example();
    as = next;
    ways.refresh();
    if (untouched) prompt.set(example());
    keep();
  }

  /** @param {Steered} next */
  function setModel(next) {
    stopper?.abort();
    const untouched = prompt.value() === example();
    chosenSettings.learn(card, settings);
    card = next;
    settings = chosenSettings.of(card);
    wrote = false;
    drawModel({ prompt: untouched ? null : prompt.value() });
    keep();
    announce(`${shortName(card)} chosen.`);
  }

  /** @param {string} next name of a direction, or OWN */
  function setDirection(next) {
    name = next;
    const facts = shipped();
    if (facts) {
      strength.set(facts.strength);
      layer.set(facts.layer);
    }
    drawDirection();
    keep();
    if (facts) writeAgain();
  }

  function drawDirection() {
    lists.root.hidden = name !== OWN;
    directions.input.value = name;
    strength.say();
    pair.clearReading();
  }

  /** @param {{strength?: unknown, layer?: unknown, prompt?: string|null}} start */
  function drawModel(start) {
    fill(about, card.summary);
    fill(
      directions.input,
      card.steering.map((one) => el("option", { value: one.name }, one.title)),
      el("option", { value: OWN }, "Your own two lists"),
    );
    if (!shipped() && name !== OWN) name = card.steering[0]?.name ?? OWN;
    const facts = shipped() ?? card.steering[0] ?? { strength: 2, layer: Math.floor(card.layers / 2) };
    layer.input.max = String(card.layers - 1);
    layer.set(inside(start.layer, 0, card.layers - 1, facts.layer));
    const strong = typeof start.strength === "number" && Number.isFinite(start.strength);
    strength.set(strong ? Math.min(STRONGEST, Math.max(-STRONGEST, Number(start.strength))) : facts.strength);
    prompt.set(typeof start.prompt === "string" ? start.prompt : example());
    ways.root.hidden = !can(card, "chat");
    ways.refresh();
    counts.refresh();
    const form = settingsForm(card, settings, (values) => ((settings = knownSettings(card, values)), keep()));
    fill(settingsPlace, fold("Model settings", form));
    drawDirection();
  }

  function writeAgain() {
    keep();
    if (wrote) begin();
  }

  async function begin() {
    stopper?.abort();
    problem.clear();
    const wrong = name === OWN ? lists.problem() : "";
    if (wrong) return problem.show(new Error(wrong));
    const mine = (stopper = new AbortController());
    wrote = true;
    keep();
    go.textContent = "Stop";
    try {
      await pair.write(wanted(), mine.signal);
    } catch (error) {
      if (stopper === mine) problem.show(error, begin);
      mine.abort();
    }
    if (stopper !== mine) return;
    stopper = null;
    go.textContent = "Write both";
  }

  const how = titled(
    "settings",
    "Direction",
    picker.root,
    about,
    directions.root,
    lists.root,
    strength.root,
    layer.root,
    settingsPlace,
    fold("What is being moved?", ABOUT),
  );
  const what = titled(
    "prompt",
    "One prompt, written twice",
    ways.root,
    prompt.root,
    el("div", { class: "pg-write-go" }, go, seedBox.root, length.root, counts.root),
    pair.stale,
    pair.story,
    problem.root,
  );
  const right = el("div", { class: "pg-column" }, what, pair.root, el("div", { class: "pg-row" }, pair.save));
  fill(root, el("div", { class: "pg-steer" }, how, right));
  drawModel({ strength: saved.strength, layer: saved.layer, prompt: saved.prompt });
  pair.compare(wanted());
  return { hidden: () => stopper?.abort() };
}

const ABOUT = [
  "A transformer carries a list of numbers for every token from layer to layer, its residual stream. Texts that differ in one thing, such as their mood, differ there along a common direction: the mean over the one list of examples minus the mean over the other.",
  "Steering adds that direction, times the strength, to the stream while the model writes (contrastive activation addition: Rimsky and others 2024; Turner and others 2023). The same seed on both sides draws with the same random numbers.",
  "The reading is a measurement, not the slider: the texts are given to the model without any steering, and where they lie along the direction is told. −1 is where the minus examples lie on average, +1 the plus ones. Too much strength breaks the language before it changes the tone.",
];
