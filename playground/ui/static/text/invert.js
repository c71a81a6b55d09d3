/** @file Invert for texts: type one, find its latent and what comes back, then move its sliders; or its surprise for a language model. */

import { run } from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { wasStopped } from "../core/jobs.js";
import { can, isHealthy } from "../core/models.js";
import { textLook, textOf, written } from "../core/texts.js";
import { invertPanel } from "../panels/invert.js";
import { difference } from "./invert/diff.js";
import { side } from "./invert/side.js";
import { textSource } from "./invert/source.js";
import { surpriseView } from "./invert/surprise.js";

/**
 * @typedef {{z: number[], errors: {edits: number}, done: 1, of: 1, note: string, read: string, back: string, words: number}} Found
 *   read: the text as the model reads it; back: what the latent gives; words: of the text, or letters of a single word
 */

const EXAMPLE = "Once upon a time there was a garden."; // of a data set that has none
const MARKS = /** @type {const} */ ({ lost: "del", new: "ins" });
const reads = (/** @type {Card} */ card) => isHealthy(card) && !can(card, "encode") && can(card, "write");

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  const { datasets, state } = context;
  const kept = state(/** @type {{text: string|null, ran: boolean}} */ ({ text: null, ran: false }));
  const exampleOf = (/** @type {Card} */ card) => datasets[card.dataset]?.examples.typed ?? EXAMPLE;
  return invertPanel(root, context, {
    words: { noun: "text", about: ABOUT },
    wide: true,
    title: (card) => (reads(card) ? "Surprise" : "There and back"),
    about: (card) => (reads(card) ? READING : INVERTING),
    sourceTitle: () => "Your text",
    source: ({ onSource }) => textSource({ onSource, exampleOf, state: kept }),
    side,
    find,
    items: (found) => ({ original: found.read, rebuilt: found.back, told: verdict(found) }),
    here: async ({ card, spec, settings }) => textOf(await run(card.id, "decode", { latents: [spec], settings })),
    frame: textOf,
    ends: textLook("pg-end-text"),
    foot: differenceView,
    reading: {
      can: reads,
      heading: (card) => (reads(card) ? "Surprise per token" : "There and back"),
      read: (card, { request }) => surpriseView(card, request.text),
    },
  });
}

/** @param {Card} card @param {import("../core/find.js").Wanted} wanted @returns {Promise<Found|null>} null: stopped */
async function find(card, { request, signal }) {
  try {
    const { header } = await run(card.id, "rebuild", request, { signal });
    const { z, edits, words, read = request.text, text: back } = header;
    return { z, errors: { edits }, done: 1, of: 1, note: INVERTING, read, back, words };
  } catch (error) {
    if (!wasStopped(error)) throw error;
    return null;
  }
}

/** @param {string} text */
function inWords(text) {
  return text.includes(" ");
}

/** @param {Found} found */
function verdict({ z, errors: { edits }, words, read }) {
  const unit = inWords(read) ? "words" : "letters";
  const kept = edits
    ? `${edits} of ${words} ${unit} ${edits === 1 ? "is" : "are"} different.`
    : "It came back exactly.";
  return `${z.length} numbers. ${kept}`;
}

/** What was lost and added on the way there and back. */
function differenceView() {
  const marked = written("", { class: "pg-difference" });
  const root = el("div", { class: "pg-stack" }, el("h3", { class: "pg-title" }, "Difference"), marked);

  /** @param {Found} found */
  function show({ read, back }) {
    const byWords = inWords(read);
    const parts = (/** @type {string} */ whole) => (byWords ? whole.split(/\s+/).filter(Boolean) : [...whole]);
    fill(
      marked,
      difference(parts(read), parts(back)).map(({ kind, part }, i) => [
        byWords && i > 0 && " ",
        kind === "same" ? part : el(MARKS[kind], {}, part),
      ]),
    );
    root.hidden = false;
  }

  return { root, rebuild: () => (root.hidden = true), found: show };
}

const INVERTING = "The model's encoder turns your text into a latent, and its decoder turns that back into a text.";
const READING = "The model reads your text token by token and tells how likely it held each to come next.";
const ABOUT = [
  "A model with an encoder knows the way back from a text to the latent that would make it. What it cannot keep it replaces by what it knows: the difference shows what the latent holds.",
  "A language model has no such latent. The way back is to ask which random draws would have made your text: every token costs its surprise, the negative logarithm of its probability, in nats. The sum is what an ideal compressor with this model would need.",
];
