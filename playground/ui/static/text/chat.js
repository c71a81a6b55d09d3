/** @file The Chat panel: several turns with one model, or the same questions to two beside each other. */

import { announce, button, el, fill, fold, group, hint, isEnter, segments, titled } from "../core/dom.js";
import { LARGEST_SEED, randomSeed } from "../core/latents.js";
import { can, inOrder, isHealthy, settingsForm, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { ChosenSettings } from "../core/settings.js";
import { saveJson, saveText, textField } from "../core/texts.js";
import { undoButton } from "../core/undo.js";
import { chatColumn } from "./chat/column.js";
import { answerOf, Conversation, isAnswered } from "./chat/conversation.js";
import { lengthRange, nothingToUse } from "./controls.js";
import { pretrainedOffers } from "./get.js";

/** @type {{settings: Settings, seed: number, max: number}} */
const DEFAULTS = { settings: {}, seed: 7, max: 80 };
const MOST_TOKENS = 400;
const MODES = { one: "One model", two: "Two side by side" };
const ALONE = "Two can be asked side by side when there is a second model that chats.";

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, { cards, state: sliceOf }) {
  const talking = inOrder(cards.filter((card) => !isHealthy(card) || can(card, "chat")));
  const train = "python -m playground train text/chat-transformer";
  const nothing = nothingToUse(talking, "No model that chats yet", "Train one, then reload the page:", train);
  if (nothing) return fill(root, nothing);
  const usable = talking.filter(isHealthy);
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  let max = inside(saved.max, 1, MOST_TOKENS, DEFAULTS.max);
  const settings = new ChosenSettings();
  const cardOf = (/** @type {string|undefined} */ id) => usable.find((card) => card.id === id) ?? usable[0];
  const talk = new Conversation((id) => cardOf(id).id);
  settings.learn(cardOf(talk.threads[0].model), saved.settings ?? {});
  const isTwo = () => talk.threads.length > 1;
  const isBusy = () => columns.some((column) => column.isBusy());

  const columns = [0, 1].map((which) =>
    chatColumn({
      cards: usable,
      which,
      talk,
      onModel: (id) => setModel(which, id),
      onBusy: drawControls,
      onEdit: edit,
      onRetry: () => answer(which, randomSeed()),
    }),
  );
  const question = textField({ label: "Your message", rows: 2, note: "Enter sends, Shift+Enter begins a new line." });
  question.input.addEventListener("keydown", (event) => {
    if (!isEnter(event) || event.shiftKey) return;
    event.preventDefault();
    if (!isBusy()) send();
  });
  const go = button("Send", () => (isBusy() ? stop() : send()), { kind: "primary" });
  const undo = undoButton(takeBack, "Bring back what was cleared or edited (Ctrl+Z)");
  const clear = button("Clear", () => {
    leave();
    talk.clear();
    drawAll();
    announce("Cleared. Undo brings it back.");
    question.input.focus();
  });
  const modes = segments({ label: "Ask", choices: MODES, value: () => (isTwo() ? "two" : "one"), onPick: setMode });
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
  const length = lengthRange({
    label: "Answers have at most",
    most: MOST_TOKENS,
    value: max,
    onCommit: (next) => state.set({ max: (max = next) }),
  });
  const settingsPlace = el("div");
  const files = group(
    "Take the conversation along",
    button("Save .txt", () => saveText(talk.asText(), made(), "conversation")),
    button("Save .json", () => saveJson({ ...made(), threads: talk.threads.map(plainThread) }, "conversation")),
  );

  /** Something is taken away, which Undo brings back. */
  function leave() {
    stop(true);
    talk.remember();
  }

  function takeBack() {
    stop(true);
    talk.undo();
    announce("Undone.");
    drawAll();
  }

  /** @param {number} which @param {string} id */
  function setModel(which, id) {
    talk.threads[which].model = id;
    talk.keep();
    drawControls();
    announce(`${shortName(cardOf(id))} answers from now on.`);
  }

  /** @param {string} mode */
  function setMode(mode) {
    if ((mode === "two") === isTwo()) return;
    if (isTwo()) leave();
    else stop(true);
    const [{ model }] = talk.threads;
    const other = usable.find(({ id }) => id !== model);
    talk.setModels(mode === "two" && other ? [model, other.id] : [model]);
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
    leave();
    for (const thread of talk.threads) thread.turns = thread.turns.slice(0, index);
    ask(text);
    announce("Sent anew. What came after it is gone; Undo brings it back.");
  }

  /** @param {number} which @param {number} ownSeed */
  function answer(which, ownSeed) {
    const card = cardOf(talk.threads[which].model);
    columns[which].answer(card, { seed: ownSeed % (LARGEST_SEED + 1), max, settings: settings.of(card) });
  }

  /** @param {boolean} [forget] what still comes is not waited for */
  function stop(forget = false) {
    for (const column of columns) column.stop(forget);
  }

  function drawControls() {
    go.textContent = isBusy() ? "Stop" : "Send";
    undo.hidden = talk.former.size === 0;
    clear.disabled = files.hidden = talk.isEmpty;
    modes.refresh();
    const asked = talk.threads.map(({ model }) => cardOf(model));
    system.root.hidden = !asked.some((card) => can(card, "system"));
    for (const column of columns) column.choose(asked);
    const [card] = asked;
    if (settingsPlace.dataset.model === card.id) return;
    settingsPlace.dataset.model = card.id;
    const keep = (/** @type {Settings} */ values) => {
      settings.learn(card, values);
      state.set({ settings: values });
    };
    fill(settingsPlace, settingsForm(card, settings.of(card), keep));
  }

  function drawAll() {
    layout.dataset.mode = isTwo() ? "two" : "one";
    for (const column of columns) column.redraw();
    drawControls();
  }

  const made = () => ({
    system: talk.system,
    settings: settings.of(cardOf(talk.threads[0].model)),
    seed,
    max_tokens: max,
    models: talk.threads.map(({ model }) => model),
  });
  const how = titled(
    "settings",
    "How to answer",
    usable.length > 1 ? modes.root : hint(ALONE),
    system.root,
    seeds.root,
    length.root,
    settingsPlace,
    pretrainedOffers("text"),
    fold("Who answers here?", ABOUT),
  );
  const said = titled(
    "talk",
    ["Conversation", undo, clear, files],
    el("div", { class: "pg-chat-columns" }, columns[0].root, columns[1].root),
    el("div", { class: "pg-chat-ask" }, question.root, go),
  );
  const layout = el("div", { class: "pg-chat" }, how, said);
  fill(root, layout);
  drawAll();
  return { hidden: () => stop() };
}

/** @param {import("./chat/conversation.js").Thread} thread */
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
