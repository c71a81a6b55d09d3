/** @file The written text: its tokens, what else could have stood in place of a chosen one, and its files. */

import { Lane, canonical } from "../../core/api.js";
import { button, el, group, hint, problemBox, titled } from "../../core/dom.js";
import { copyButton, saveJson, saveText } from "../../core/texts.js";
import { endWords, trimmedWords } from "../../core/writing.js";
import { alternativesCard } from "./alternatives.js";
import { MOST_TOKENS } from "./story.js";
import { tokenLegend, tokenText } from "./tokens.js";

/**
 * @typedef {import("./story.js").Story} Story
 * @typedef {import("./story.js").Ask} Ask
 */

/**
 * @param {{askNow: () => Ask, onBranch: (place: number, choice: import("./story.js").Choice) => void, onward: () => void}} options
 *   askNow: what the controls ask now; onBranch: another token at a place; onward: more after the end
 */
export function textCard({ askNow, onBranch, onward }) {
  /** @type {Story|null} */
  let story = null;
  /** @type {number|null} the token that is looked into */
  let chosen = null;
  const looking = new Lane("write-look");
  const problem = problemBox();
  const notes = el("p", { class: "pg-hint pg-write-notes", role: "status" });
  const stale = hint();
  const legend = tokenLegend();
  const empty = hint(
    "Nothing written yet. Type the beginning of a text or take one of the examples, then press Write.",
  );
  empty.classList.add("pg-write-empty");
  const text = tokenText({
    label: "Written tokens. Arrow keys walk, Enter opens the alternatives.",
    onChoose: look,
    onOpen: (index) => (look(index), choices.focus()),
  });
  const choices = alternativesCard({
    onBranch: (choice) => chosen !== null && onBranch(chosen, choice),
    empty: "Choose a word of the text to see what else could have stood there.",
  });
  choices.onLeave(() => chosen !== null && text.focus(chosen));
  const close = button("Close", () => (look(null), text.focus(0)), { kind: "quiet" });
  close.classList.add("pg-alternatives-close");
  choices.root.append(close);
  const more = button("Write on", onward, { title: "More after the end" });
  const files = group(
    "Take the text along",
    copyButton(() => whole(shown())),
    button("Save .txt", () => saveText(whole(shown()), madeBy(shown()), stem(shown()))),
    button("Save .json", () => {
      const { tokens } = shown().branch;
      saveJson({ ...madeBy(shown()), text: shown().textOf(), tokens }, stem(shown()));
    }),
  );
  const root = titled(
    "text",
    ["Text", legend],
    stale,
    empty,
    text.root,
    notes,
    problem.root,
    el("div", { class: "pg-row" }, more, files),
  );

  /** The story, for what is only reached when there is one. */
  const shown = () => /** @type {Story} */ (story);

  /** Show a story's branch as far as it is written. @param {Story|null} next */
  function draw(next) {
    story = next;
    problem.clear();
    look(null);
    text.clear(story?.ask.prompt);
    if (story) append(story.branch.tokens ?? []);
    empty.hidden = story !== null;
    tell();
  }

  /** @param {import("./story.js").Token[]|null} tokens null: all that is there is replaced by what follows */
  function append(tokens) {
    if (tokens) text.append(tokens);
    else text.clear(shown().ask.prompt);
  }

  /** What there is to say and to do about the text. */
  function tell() {
    const { end, start, tokens } = story?.branch ?? {};
    const nothing = end?.why === "stop" && !tokens?.length;
    const added = nothing
      ? "The model had nothing to add: for it the text ends here. Try another seed or beginning."
      : end && endWords(end);
    notes.textContent = [start && trimmedWords(start), added].filter(Boolean).join(" ");
    more.hidden = !end || !tokens?.length || tokens.length >= MOST_TOKENS;
    files.hidden = legend.hidden = !tokens?.length;
  }

  /** Whether a model writes it now. @param {boolean} yes */
  function busy(yes) {
    text.busy(yes);
    root.setAttribute("aria-busy", String(yes));
    if (yes) [more.hidden, legend.hidden] = [true, false];
  }

  /** The controls have changed: say so, and let the bars of the chosen token follow. */
  function controlsChanged() {
    const differs = story && canonical(story.ask) !== canonical(askNow());
    stale.textContent = differs
      ? "The text below was written before your last change. Press Write to write it anew."
      : "";
    follow();
  }

  /** @param {number|null} index */
  function look(index) {
    chosen = index;
    text.mark(index);
    if (index === null) choices.show(null);
    else follow();
  }

  /** The bars of the chosen token, by the settings as they stand or move. @param {Ask["settings"]} [settings] */
  async function follow(settings = askNow().settings) {
    if (chosen === null || !story) return;
    const { ask, branch } = story;
    const [place, tokens] = [chosen, branch.tokens ?? []];
    const isOther = askNow().model === ask.model && canonical(settings) !== canonical(ask.settings);
    if (!isOther) looking.drop();
    try {
      const token = isOther ? await story.lookAt(looking, place, settings) : tokens[place];
      const where = `Token ${place + 1} of ${tokens.length}`;
      if (token && chosen === place && story?.branch === branch) choices.show(token, where);
    } catch (error) {
      problem.show(error, () => follow(settings));
    }
  }

  busy(false);
  draw(null);
  const note = (/** @type {string} */ words) => (notes.textContent = words);
  return { root, choices: choices.root, problem, draw, append, tell, note, busy, controlsChanged, follow };
}

/** Prompt and text. @param {Story} story */
function whole(story) {
  return story.ask.prompt + story.textOf();
}

/** What a file says of a text. @param {Story} story */
function madeBy({ ask: { max, ...ask }, branch }) {
  return { ...ask, max_tokens: max, path: branch.path };
}

/** A file's name without its ending. @param {Story} story */
function stem({ ask }) {
  return `${ask.model.split("/").at(-1)}-seed${ask.seed}`;
}
