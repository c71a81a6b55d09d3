/** @file The Steer panel: a direction inside a language model is added while it writes; beside it, the same without. */

import { canonical, run } from "../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, range, segments, select } from "../core/dom.js";
import { LARGEST_SEED } from "../core/latents.js";
import { can, inOrder, isHealthy, knownSettings, settingsForm, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { saveJson, sendable, textField } from "../core/texts.js";
import { endWords, write } from "../core/writing.js";
import { signed, steerColumn } from "./steer/column.js";
import { ownLists } from "./steer/lists.js";
import { promptsFor, QUESTION } from "./write/prompts.js";

const [LONGEST_PROMPT, STRONGEST] = [2000, 10];
const OWN = "own";
const AT_ONCE = 3; // one fewer than a visitor may have: a place is free a moment after its text has ended

/**
 * @typedef {import("../core/types.js").Card} Card
 * @typedef {import("../core/types.js").Settings} Settings
 * @typedef {Card & Required<Pick<Card, "steering"|"layers">>} Steered
 * @typedef {{plus: string[], minus: string[]}} Lists
 * @typedef {{strength: number, layer: number} & ({name: string} | Lists)} Direction
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

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { cards, datasets, state: sliceOf }) {
  const usable = inOrder(cards.filter(isSteered));
  if (!usable.length) {
    fill(
      root,
      el(
        "div",
        { class: "pg-state" },
        el("h2", {}, "No model can be steered"),
        el("p", {}, "Steering needs a transformer with known layers. Write names what is there."),
      ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  let card = usable.find((other) => other.id === saved.model) ?? usable[0];
  let settings = knownSettings(card, saved.settings);
  const chosenSettings = new ChosenSettings();
  let name = saved.direction ?? ""; // drawModel takes another where it is none of the model's
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  let seeds = [1, 3, 5].includes(saved.seeds) ? saved.seeds : 1;
  let max = inside(saved.max, 10, 200, DEFAULTS.max);
  let as = saved.as === "text" ? "text" : "chat";
  let wrote = false; // the slider writes anew only what was written once
  /** @type {AbortController|null} while both sides are written */
  let stopper = null;
  /** @type {string|null} */
  let asked = null; // canonical: what the texts that are shown were asked with
  /** @type {Map<string, {text: string, words: string}>} by canonical request: what stands need not be written again */
  const done = new Map();

  const shipped = () => card.steering.find((one) => one.name === name);
  /** What lies at -1 and +1: the words of a name such as "formal-casual", whose first is what plus has more of. @returns {string[]} */
  const endsNow = () => (shipped() ? name.split("-").reverse() : ["your minus list", "your plus list"]);
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
    words: (value) => `${signed(value)}, towards ${endsNow()[value < 0 ? 0 : 1]}`,
    onCommit: commit,
  });
  const layer = range({
    label: "After layer",
    min: 0,
    max: 1,
    step: 1,
    value: 0,
    shown: (value) => `${value + 1} of ${card.layers}`,
    words: (value) => `layer ${value + 1} of ${card.layers}`,
    onCommit: commit,
  });
  const prompt = textField({
    label: "Prompt",
    rows: 2,
    value: "",
    note: "Ctrl+Enter writes.",
    onInput: keep,
    onSend: begin,
  });
  const ways = segments({
    label: "Take the prompt as",
    choices: { chat: "A question to answer", text: "A text to continue" },
    value: () => as,
    onPick: setWay,
  });
  const seedBox = seedField({ value: seed, onSeed: (next) => ((seed = next), keep()), onDice: begin });
  const counts = segments({
    label: "Texts a side",
    choices: { 1: "1", 3: "3", 5: "5" },
    value: () => String(seeds),
    onPick: (next) => ((seeds = Number(next)), counts.refresh(), keep()),
  });
  const length = range({
    label: "At most",
    min: 10,
    max: 200,
    step: 10,
    value: max,
    shown: (n) => `${n} tokens`,
    words: (n) => `${n} tokens`,
    onCommit: (next) => ((max = next), keep()),
  });
  const go = button("Write both", () => (stopper ? stopper.abort() : begin()), { kind: "primary" });
  const problem = problemBox();
  const story = el("p", { class: "pg-hint", role: "status" });
  const stale = hint();
  const [plainSide, steeredSide] = ["Strength 0", "Steered"].map((title) => steerColumn({ title, ends: endsNow }));
  const settingsPlace = el("div");
  const save = button("Save .json", () => shown && saveJson(shown, `${card.id.split("/").pop()}-steered`), {
    title: "Both sides with their readings and what made them",
  });
  /** @type {object|null} what the file holds */
  let shown = null;

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
      seeds,
      max,
      lists: lists.kept(),
    });
    tellStale();
  }

  /** Say when the texts and their reading no longer belong to what the controls show. */
  function tellStale() {
    const outdated = asked !== null && asked !== canonical([card.id, steering(), own().map((one) => request(0, one))]);
    stale.textContent = outdated
      ? "The texts below and their reading are from before your last change. Press Write both to write them anew."
      : "";
    for (const side of [plainSide, steeredSide]) side.root.classList.toggle("pg-outdated", outdated);
  }

  function commit() {
    keep();
    sideTitle();
    if (wrote) begin();
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

  const sideTitle = () => steeredSide.title(`Strength ${signed(strength.value())}`);

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
    if (wrote && facts) begin();
  }

  function drawDirection() {
    lists.root.hidden = name !== OWN;
    directions.input.value = name;
    sideTitle();
    strength.say();
    for (const side of [plainSide, steeredSide]) side.read(null);
    story.textContent = "";
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
    strength.set(
      typeof start.strength === "number" && Number.isFinite(start.strength)
        ? Math.min(STRONGEST, Math.max(-STRONGEST, start.strength))
        : facts.strength,
    );
    layer.set(inside(start.layer, 0, card.layers - 1, facts.layer));
    prompt.set(typeof start.prompt === "string" ? start.prompt : example());
    ways.root.hidden = !can(card, "chat");
    ways.refresh();
    counts.refresh();
    fill(
      settingsPlace,
      fold(
        "Model settings",
        settingsForm(card, settings, (values) => ((settings = knownSettings(card, values)), keep())),
      ),
    );
    drawDirection();
  }

  /** @param {number} which 0: the plain side, 1: the steered one @param {number} ownSeed */
  function request(which, ownSeed) {
    const asked = asks() ? { chat: { system: "", turns: [prompt.value()] } } : { prompt: prompt.value() };
    return {
      ...asked,
      settings,
      seed: ownSeed,
      max_tokens: max,
      alternatives: 0,
      ...(which && strength.value() !== 0 && { steer: [steering()] }),
    };
  }

  const own = () => Array.from({ length: seeds }, (_, i) => (seed + i) % (LARGEST_SEED + 1));

  /** @returns {Direction} */
  const steering = () => ({
    ...(name === OWN ? lists.lists() : { name }),
    strength: strength.value(),
    layer: layer.value(),
  });

  async function begin() {
    stopper?.abort();
    problem.clear();
    const wrong = name === OWN ? lists.problem() : "";
    if (wrong) return problem.show(new Error(wrong));
    const mine = (stopper = new AbortController());
    const { signal } = mine;
    const model = card.id;
    const direction = steering();
    const seedsNow = own();
    const sides = [plainSide, steeredSide];
    const texts = sides.map(() => seedsNow.map(() => ""));
    wrote = true;
    asked = canonical([model, direction, seedsNow.map((one) => request(0, one))]);
    keep();
    sideTitle();
    sides.forEach((side) => side.begin(seedsNow));
    go.textContent = "Stop";
    story.textContent = "";
    save.hidden = true;
    const jobs = seedsNow.flatMap((ownSeed, place) =>
      sides.map((side, which) => async () => {
        const question = request(which, ownSeed);
        const key = canonical([model, question]);
        let known = done.get(key);
        if (!known) {
          const end = await write(model, question, {
            signal,
            onTokens: (tokens) => {
              texts[which][place] += tokens.map(({ text }) => text).join("");
              if (stopper === mine) side.write(place, texts[which][place]);
            },
          });
          known = { text: texts[which][place], words: endWords(end) };
          if (end.why !== "aborted") done.set(key, known);
        }
        texts[which][place] = known.text;
        if (stopper !== mine) return;
        side.write(place, known.text);
        side.end(place, known.words);
      }),
    );
    try {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (jobs.length && !signal.aborted) await jobs.shift()?.();
        }),
      );
      if (stopper === mine) await measure(model, direction, texts, seedsNow, () => stopper === mine);
    } catch (error) {
      if (stopper === mine) problem.show(error, begin);
      mine.abort();
    }
    if (stopper !== mine) return;
    stopper = null;
    go.textContent = "Write both";
  }

  /**
   * Where the texts lie along the direction, by the model without any steering.
   * @param {string} model
   * @param {Direction} direction
   * @param {string[][]} texts of both sides
   * @param {number[]} own seeds
   * @param {() => boolean} current
   */
  async function measure(model, direction, texts, own, current) {
    const { header } = await run(model, "steer_reading", { steer: direction, texts: texts.flat().map(sendable) });
    if (!current()) return;
    /** @type {(number|null)[][]} */
    const readings = [header.readings.slice(0, own.length), header.readings.slice(own.length)];
    const read = readings.map((some) => some.flatMap((value) => value ?? [])); // an empty text has none
    [plainSide, steeredSide].forEach((side, which) => side.read(read[which]));
    const [before, after] = read.map((some) => some.reduce((sum, value) => sum + value, 0) / some.length);
    story.textContent = read.every((some) => some.length)
      ? `Steering moved the ${own.length > 1 ? "mean " : ""}reading from ${signed(before)} to ${signed(after)}.`
      : "A side has no text that could be read: try another seed.";
    announce(story.textContent);
    shown = {
      model,
      steer: direction,
      request: request(0, own[0]),
      seeds: own,
      texts: { plain: texts[0], steered: texts[1] },
      readings: { plain: readings[0], steered: readings[1] },
    };
    save.hidden = false;
  }

  fill(
    root,
    el(
      "div",
      { class: "pg-steer" },
      el(
        "section",
        { class: "pg-card pg-area-settings", "aria-labelledby": "pg-steer-how" },
        el("h2", { id: "pg-steer-how" }, "Direction"),
        picker.root,
        about,
        directions.root,
        lists.root,
        strength.root,
        layer.root,
        settingsPlace,
        fold(
          "What is being moved?",
          ABOUT.map((words) => el("p", {}, words)),
        ),
      ),
      el(
        "div",
        { class: "pg-column" },
        el(
          "section",
          { class: "pg-card", "aria-labelledby": "pg-steer-what" },
          el("h2", { id: "pg-steer-what" }, "One prompt, written twice"),
          ways.root,
          prompt.root,
          el("div", { class: "pg-write-go" }, go, seedBox.root, length.root, counts.root),
          stale,
          story,
          problem.root,
        ),
        el("div", { class: "pg-steer-pair" }, plainSide.root, steeredSide.root),
        el("div", { class: "pg-row" }, save),
      ),
    ),
  );
  save.hidden = true;
  drawModel({ strength: saved.strength, layer: saved.layer, prompt: saved.prompt });
  return { hidden: () => stopper?.abort() };
}

const ABOUT = [
  "A transformer carries a list of numbers for every token from layer to layer, its residual stream. Texts that differ in one thing, such as their mood, differ there along a common direction: the mean over the one list of examples minus the mean over the other.",
  "Steering adds that direction, times the strength, to the stream while the model writes (contrastive activation addition: Rimsky and others 2024; Turner and others 2023). The same seed on both sides draws with the same random numbers.",
  "The reading is a measurement, not the slider: the texts are given to the model without any steering, and where they lie along the direction is told. −1 is where the minus examples lie on average, +1 the plus ones. Too much strength breaks the language before it changes the tone.",
];
