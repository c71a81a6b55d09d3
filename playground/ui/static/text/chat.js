/** @file The Chat panel: several turns with one model, or the same questions to two beside each other. */

import { announce, button, el, fill, fold, hint, isEnter, problemBox, range, segments, select } from "../core/dom.js";
import { LARGEST_SEED, randomSeed } from "../core/latents.js";
import { can, inOrder, isHealthy, settingsForm, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { saveJson, saveText, textField } from "../core/texts.js";
import { trimmedWords, write } from "../core/writing.js";
import { noneHealthy } from "../panels/explore/start.js";
import { pretrainedOffers } from "./get.js";
import { answerOf, Conversation, isAnswered } from "./chat/conversation.js";
import { threadView } from "./chat/thread.js";

/**
 * @typedef {import("../core/types.js").Card} Card
 * @typedef {import("../core/types.js").Settings} Settings
 * @typedef {import("./chat/conversation.js").Answer} Answer
 * @typedef {import("./chat/conversation.js").Thread} Thread
 */

/** @type {{settings: Settings, seed: number, max: number}} */
const DEFAULTS = { settings: {}, seed: 7, max: 80 };
const MODES = { one: "One model", two: "Two side by side" };
const ALONE = "Two can be asked side by side when there is a second model that chats.";

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {import("../core/types.js").PanelContext} context
 * @returns {import("../core/types.js").PanelHandle}
 */
export function mount(root, { cards, state: sliceOf }) {
  const talking = inOrder(cards.filter((card) => !isHealthy(card) || can(card, "chat")));
  const usable = talking.filter(isHealthy);
  if (!usable.length) {
    fill(
      root,
      talking.length
        ? noneHealthy(talking)
        : el(
            "div",
            { class: "pg-state" },
            el("h2", {}, "No model that chats yet"),
            el("p", {}, "Train one, then reload the page:"),
            el("code", {}, "python -m playground train text/chat-transformer"),
          ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  let max = inside(saved.max, 1, 400, DEFAULTS.max);
  const settings = new ChosenSettings();
  const cardOf = (/** @type {string|undefined} */ id) => usable.find((card) => card.id === id) ?? usable[0];
  const talk = new Conversation((id) => cardOf(id).id);
  settings.learn(cardOf(talk.threads[0].model), saved.settings ?? {});
  /** @type {Map<number, AbortController>} by the index of a thread, while its model answers */
  const stoppers = new Map();
  const isTwo = () => talk.threads.length > 1;
  const isBusy = () => stoppers.size > 0;

  const columns = [0, 1].map((which) => {
    const problem = problemBox();
    const notes = hint();
    const about = hint();
    const view = threadView({
      label: which ? "Conversation with the second model" : "Conversation",
      problem: problem.root,
      onEdit: (index, text) => edit(index, text),
      onRetry: () => retry(which),
      onVersion: (index, at) => {
        talk.threads[which].turns[index].at = at;
        talk.keep();
        drawThread(which);
      },
    });
    const model = select({
      label: which ? "Second model" : "Model",
      choices: usable.map((card) => [card.id, shortName(card)]),
      value: usable[0].id,
      onChange: (id) => {
        talk.threads[which].model = id;
        talk.keep();
        drawControls();
        announce(`${shortName(cardOf(id))} answers from now on.`);
      },
    });
    return {
      problem,
      notes,
      about,
      view,
      model,
      root: el("div", { class: "pg-chat-column" }, model.root, about, view.root, notes),
    };
  });

  const question = textField({
    label: "Your message",
    rows: 2,
    note: "Enter sends, Shift+Enter begins a new line.",
  });
  question.input.addEventListener("keydown", (event) => {
    if (!isEnter(event) || event.shiftKey) return;
    event.preventDefault();
    if (!isBusy()) send();
  });
  const go = button("Send", () => (isBusy() ? stop() : send()), { kind: "primary" });
  const undo = button("Undo", () => {
    stop(true);
    if (talk.undo()) announce("Undone.");
    drawAll();
  });
  const clear = button("Clear", () => {
    stop(true);
    talk.remember("clearing");
    talk.clear();
    drawAll();
    announce("Cleared. Undo brings it back.");
    question.input.focus();
  });
  const modes = segments({
    label: "Ask",
    choices: MODES,
    value: () => (isTwo() ? "two" : "one"),
    onPick: (mode) => setMode(mode),
  });
  const system = textField({
    label: "System prompt",
    rows: 2,
    value: talk.system,
    note: "Said to the model before everything else, such as how it should answer.",
    onInput: (text) => {
      talk.system = text;
      talk.keep();
    },
  });
  const seeds = seedField({ value: seed, onSeed: (next) => state.set({ seed: (seed = next) }) });
  const length = range({
    label: "Answers have at most",
    min: 10,
    max: 400,
    step: 10,
    value: max,
    shown: (n) => `${n} tokens`,
    words: (n) => `${n} tokens`,
    onCommit: (next) => state.set({ max: (max = next) }),
  });
  const settingsPlace = el("div");

  /** @param {string} mode */
  function setMode(mode) {
    if ((mode === "two") === isTwo()) return;
    stop(true);
    const [{ model }] = talk.threads;
    if (isTwo()) talk.remember("going back to one model");
    const others = usable.map(({ id }) => id).filter((id) => id !== model);
    talk.setModels(mode === "two" ? [model, others[0]] : [model]);
    drawAll();
  }

  function send() {
    const text = question.value();
    if (!text.trim()) return question.input.focus();
    question.set("");
    ask(text);
  }

  /** A further question to every model. @param {string} text */
  function ask(text) {
    talk.threads.forEach((thread, which) => {
      thread.turns.push({ question: text, versions: [], at: 0 });
      answer(which, seed + thread.turns.length - 1);
    });
  }

  /** @param {number} index @param {string} text */
  function edit(index, text) {
    stop(true);
    talk.remember("editing a message");
    for (const thread of talk.threads) thread.turns = thread.turns.slice(0, index);
    ask(text);
    announce("Sent anew. What came after it is gone; Undo brings it back.");
  }

  /** @param {number} which */
  function retry(which) {
    answer(which, randomSeed());
  }

  /** Write an answer to the last question of a thread. @param {number} which @param {number} ownSeed */
  async function answer(which, ownSeed) {
    const thread = talk.threads[which];
    const card = cardOf(thread.model);
    const turn = thread.turns[thread.turns.length - 1];
    /** @type {Answer} */
    const one = { text: "", model: card.id, name: shortName(card), seed: ownSeed % (LARGEST_SEED + 1), end: null };
    const { problem, notes, view } = columns[which];
    const mine = new AbortController();
    stoppers.get(which)?.abort();
    stoppers.set(which, mine);
    turn.versions.push(one);
    turn.at = turn.versions.length - 1;
    problem.clear();
    notes.textContent = "";
    drawThread(which);
    drawControls();
    const current = () => stoppers.get(which) === mine;
    const chat = { system: can(card, "system") ? talk.system : "", turns: Conversation.turnsOf(thread) };
    const request = { chat, settings: settings.of(card), seed: one.seed, max_tokens: max, alternatives: 0 };
    try {
      one.end = await write(card.id, request, {
        signal: mine.signal,
        onStart: (start) => current() && (notes.textContent = trimmedWords(start)),
        onTokens: (tokens) => {
          one.text += tokens.map(({ text }) => text).join("");
          if (current()) view.write(one.text);
        },
      });
      if (current()) announce(`${one.name}: ${one.text}`);
    } catch (error) {
      one.end = { why: "aborted", tokens: 0, seconds: 0 };
      if (current()) {
        problem.show(error, () => {
          turn.versions = turn.versions.filter((other) => other !== one);
          answer(which, one.seed);
        });
      }
    }
    if (!current()) return;
    stoppers.delete(which);
    talk.keep();
    drawThread(which);
    drawControls();
  }

  /** @param {boolean} [forget] what still comes is not waited for */
  function stop(forget = false) {
    for (const stopper of stoppers.values()) stopper.abort();
    if (forget) stoppers.clear();
  }

  const drawThread = (/** @type {number} */ which) =>
    talk.threads[which] && columns[which].view.draw(talk.threads[which], stoppers.has(which));

  function drawControls() {
    go.textContent = isBusy() ? "Stop" : "Send";
    undo.hidden = !talk.former.length;
    undo.title = talk.former.length ? `Undo ${talk.former[talk.former.length - 1].words}` : "";
    clear.disabled = talk.isEmpty;
    files.hidden = talk.isEmpty;
    modes.refresh();
    const asked = talk.threads.map(({ model }) => cardOf(model));
    const someAreTold = asked.some((card) => can(card, "system"));
    system.root.hidden = !someAreTold;
    columns.forEach(({ root: column, about, model }, which) => {
      column.hidden = !talk.threads[which];
      if (column.hidden) return;
      const card = asked[which];
      const others = asked.filter((_, i) => i !== which).map(({ id }) => id); // whom the other column asks
      for (const option of model.input.options) option.disabled = others.includes(option.value);
      model.input.value = card.id;
      fill(about, someAreTold && !can(card, "system") ? `${card.summary} It knows no system prompt.` : card.summary);
    });
    const [card] = asked;
    if (settingsPlace.dataset.model !== card.id) {
      settingsPlace.dataset.model = card.id;
      fill(
        settingsPlace,
        settingsForm(card, settings.of(card), (values) => {
          settings.learn(card, values);
          state.set({ settings: values });
        }),
      );
    }
  }

  function drawAll() {
    layout.dataset.mode = isTwo() ? "two" : "one";
    columns.forEach(({ problem, notes }) => (problem.clear(), (notes.textContent = "")));
    talk.threads.forEach((_, which) => drawThread(which));
    drawControls();
  }

  const made = () => ({
    system: talk.system,
    settings: settings.of(cardOf(talk.threads[0].model)),
    seed,
    max_tokens: max,
    models: talk.threads.map(({ model }) => model),
  });
  const files = el(
    "div",
    { class: "pg-row", role: "group", "aria-label": "Take the conversation along" },
    button("Save .txt", () => saveText(talk.asText(), made(), "conversation")),
    button("Save .json", () => saveJson({ ...made(), threads: talk.threads.map(plainThread) }, "conversation")),
  );
  const layout = el(
    "div",
    { class: "pg-chat" },
    el(
      "section",
      { class: "pg-card pg-area-settings", "aria-labelledby": "pg-chat-settings" },
      el("h2", { id: "pg-chat-settings" }, "How to answer"),
      usable.length > 1 ? modes.root : hint(ALONE),
      system.root,
      seeds.root,
      length.root,
      settingsPlace,
      pretrainedOffers("text"),
      fold(
        "Who answers here?",
        ABOUT.map((words) => el("p", {}, words)),
      ),
    ),
    el(
      "section",
      { class: "pg-card pg-area-talk", "aria-labelledby": "pg-chat-title" },
      el("div", { class: "pg-card-head" }, el("h2", { id: "pg-chat-title" }, "Conversation"), undo, clear, files),
      el(
        "div",
        { class: "pg-chat-columns" },
        columns.map(({ root: column }) => column),
      ),
      el("div", { class: "pg-chat-ask" }, question.root, go),
    ),
  );
  fill(root, layout);
  drawAll();
  return { hidden: () => stop() };
}

/** @param {Thread} thread */
function plainThread({ model, turns }) {
  return {
    model,
    turns: turns.map((turn) => ({
      you: turn.question,
      answers: turn.versions,
      shown: turn.at,
      counts: isAnswered(turn),
      answer: answerOf(turn)?.text ?? "",
    })),
  };
}

const ABOUT = [
  "A language model that has learnt from conversations only: it goes on with what is there in turns. It knows no facts beyond what it has read, remembers nothing outside this conversation, and small ones like these often talk past a question.",
  "Retry answers with another seed and keeps the former answer beside it. Editing one of your messages starts anew from there; Undo brings back what came after it.",
  "Nothing you say here is kept on the server or put into the page's link; closing this tab forgets it.",
];
