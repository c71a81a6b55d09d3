/** @file The Invert panel: give a sound or a tune, find its latent, hear both beside each other, then move its sliders. */

import { run } from "../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, range, titled } from "../core/dom.js";
import { findLatent, preparedRequest } from "../core/find.js";
import { frameOf } from "../core/frames.js";
import { bankOf } from "../core/instruments.js";
import { explicit, specWords } from "../core/latents.js";
import { inOrder, isHealthy, modelPicker, shortName, wayToFind } from "../core/models.js";
import { openInExplore } from "../core/open.js";
import { HIGHEST, LOWEST, noteName } from "../core/pitches.js";
import { bufferOf, volumeControl } from "../core/sound.js";
import { Position } from "../panels/explore/position.js";
import { directionSliders } from "../panels/explore/sliders.js";
import { endWords } from "./explore/words.js";
import { errorList } from "./invert/errors.js";
import { side } from "./invert/side.js";
import { sourceCard } from "./invert/source.js";
import { makesNotes } from "./pictures.js";

const SEARCH_STEPS = 200;
const DEFAULTS = { model: null, spec: null, settings: {}, all: false, page: 0 };

/** Fill the panel. @returns {{hidden: () => void}} */
export function mount(root, { cards, state: sliceOf }) {
  const state = sliceOf(DEFAULTS);
  const usable = inOrder(cards).filter((card) => !isHealthy(card) || wayToFind(card));
  if (!usable.some(isHealthy)) {
    fill(root, noneHealthy());
    return {};
  }
  const position = new Position(usable, state);
  let source = null; // what the visitor gave
  let found = null; // and what was found for it
  let stopper = null; // AbortController of a search
  let asking = false; // for the picture where the sliders stand
  let again = false; // they have moved on meanwhile

  const problem = problemBox();
  const picker = modelPicker({
    cards: usable,
    value: position.card.id,
    onPick: (next) => position.setModel(next),
  });
  const given = sourceCard({ onSource: (next) => begin((source = next)) });
  const onError = (error) => problem.show(error);
  const original = side({ title: "Original", id: "pg-invert-original", onError });
  const rebuilt = side({ title: "Model's version", id: "pg-invert-rebuilt", onError });
  const errors = errorList();
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Search for the latent" });
  const stopButton = button("Stop and keep this", () => stopper?.abort());
  const search = el("div", { class: "pg-row pg-invert-search" }, bar, stopButton);
  const story = el("p", { class: "pg-hint pg-invert-story", role: "status" });
  const pitch = range({
    label: "Pitch",
    min: LOWEST,
    max: HIGHEST,
    step: 1,
    value: 60,
    shown: (value) => `${noteName(value)} · ${value}`,
    words: (value) => `${noteName(value)}, MIDI ${value}`,
    onCommit: retune,
  });
  const octave = (by, words) => button(words, () => retune(pitch.value() + by));
  const tuning = el(
    "div",
    { class: "pg-invert-pitch" },
    pitch.root,
    el("div", { class: "pg-row" }, octave(-12, "Octave down"), octave(12, "Octave up")),
    hint("The pitch that was heard. When it is wrong, correct it, and the latent is found again."),
  );
  const explore = button("Open in Explore", () =>
    openInExplore({ model: position.card.id, spec: position.spec, settings: position.settings }),
  );
  const picture = {
    show: (reply, index = 0) => rebuilt.show(frameOf(reply, index)),
    exact,
    fail: (error) => problem.show(error, exact),
  };
  const sliders = directionSliders({
    position,
    picture,
    state,
    words: (low, high) => endWords(position.card, low, high),
  });

  position.onChange((changed) => {
    if (changed === "model") {
      arrange();
      announce(`${shortName(position.card)} chosen.`);
      if (source && source.notes === makesNotes(position.card)) begin(source);
    } else {
      sliders.refresh();
      exact();
    }
  });

  /** Look for the latent of a source with the present model. */
  async function begin(what) {
    stopper?.abort();
    const mine = (stopper = new AbortController());
    const { card } = position;
    const searching = wayToFind(card) === "invert";
    problem.clear();
    original.stop();
    rebuilt.stop();
    busy(true, searching);
    story.textContent = searching
      ? `Searching for a latent that sounds like ${what.name}…`
      : `Finding the latent of ${what.name}…`;
    try {
      const request = { ...what.request, settings: position.settings };
      const result = await findLatent(card, {
        request,
        body: what.body,
        steps: SEARCH_STEPS,
        signal: mine.signal,
        onProgress: (part) => stopper === mine && showFound(part, what),
      });
      if (stopper !== mine) return;
      if (!result) story.textContent = "Stopped before anything was found.";
      else take(result, what);
    } catch (error) {
      if (stopper !== mine) return;
      story.textContent = "";
      problem.show(error, () => begin(what));
    }
    busy(false);
  }

  /** Progress is known of a search only. */
  function busy(yes, searching = false) {
    search.dataset.busy = String(yes);
    stopButton.textContent = searching ? "Stop and keep this" : "Stop";
    if (!yes || searching) bar.value = 0;
    else bar.removeAttribute("value");
  }

  function showFound(result, what) {
    found = result;
    if (result.of > 1) bar.value = result.done / result.of;
    const heard = (bytes) => bytes && bufferOf(bytes, result.rate);
    original.show(result.target, what.name, heard(result.targetSound));
    rebuilt.show(result.picture, foundWords(result), heard(result.sound));
    errors.show(position.card, result.errors);
    const steps = result.of > 1 ? `Step ${result.done} of ${result.of}. ` : "";
    const { prepared, raw } = what.request; // nothing was done to what is ready for the model
    story.textContent = steps + what.note + (prepared || raw ? "" : result.note);
    if (result.pitch !== null) pitch.set(result.pitch);
  }

  /** What was found is where the sliders stand now. */
  function take(result, what) {
    showFound(result, what);
    if (result.pitch !== null) position.settings = { ...position.settings, pitch: result.pitch };
    position.setSpec(explicit(result.z));
    movable(true);
    announce(`The latent was found. ${errors.words()}`);
  }

  /** Show where the sliders stand; of moves that come while the server works only the newest counts. */
  async function exact() {
    again = true;
    if (asking) return;
    asking = true;
    try {
      while (again) {
        again = false;
        if (position.spec.z) await showHere(position);
      }
    } catch (error) {
      problem.show(error, exact);
    } finally {
      asking = false;
    }
  }

  async function showHere({ card, spec, settings }) {
    if (found && !spec.offsets && !spec.raw) {
      rebuilt.show(found.picture, foundWords(found), found.sound && bufferOf(found.sound, found.rate));
      errors.moved(false);
      return;
    }
    if (makesNotes(card)) {
      const bank = bankOf(card.id, spec, settings);
      await bank.want([settings.pitch]);
      if (!again) rebuilt.show(bank.frames.get(settings.pitch), specWords(spec), bank.buffers.get(settings.pitch));
    } else {
      const reply = await run(card.id, "decode", { latents: [spec], settings });
      if (!again) rebuilt.show(frameOf(reply), specWords(spec));
    }
    errors.moved(Boolean(found));
  }

  function retune(wanted) {
    const next = Math.max(LOWEST, Math.min(HIGHEST, wanted));
    pitch.set(next);
    if (!found) return position.setPitch(next);
    const request = preparedRequest(position, { pitch: next });
    begin((source = { ...source, request, body: found.targetSound, note: `Taken as ${noteName(next)}. ` }));
  }

  function movable(yes) {
    sliders.root.inert = !yes;
    sliders.root.classList.toggle("pg-invert-waiting", !yes);
    explore.disabled = !yes;
  }

  function arrange() {
    stopper?.abort();
    stopper = null;
    found = null;
    problem.clear();
    busy(false);
    for (const one of [original, rebuilt, given]) one.rebuild(position.card);
    errors.show(position.card, null);
    whole.dataset.kind = position.card.output.kind;
    tuning.hidden = !makesNotes(position.card);
    story.textContent = WAYS[wayToFind(position.card)][makesNotes(position.card) ? "notes" : "tune"];
    sliders.rebuild();
    movable(Boolean(position.spec.z));
    if (position.settings.pitch) pitch.set(position.settings.pitch);
    exact();
  }

  const left = el(
    "div",
    { class: "pg-column" },
    titled("model", "Model", picker.root),
    given.root,
    fold("How a latent is found", ...ABOUT.map((text) => el("p", {}, text))),
  );
  const result = titled(
    "result",
    ["Heard and found", search, volumeControl()],
    story,
    problem.root,
    el("div", { class: "pg-invert-pair" }, original.root, rebuilt.root),
    el("div", { class: "pg-invert-foot" }, errors.root, tuning),
    el("div", { class: "pg-row" }, explore),
  );
  const whole = el("div", { class: "pg-invert" }, left, el("div", { class: "pg-column" }, result, sliders.root));
  fill(root, whole);
  arrange();
  return {
    hidden: () => {
      stopper?.abort();
      for (const one of [original, rebuilt]) one.stop();
      given.hidden();
    },
  };
}

function foundWords({ z, pitch }) {
  return `${z.length} numbers${pitch === null ? "" : `, at ${noteName(pitch)}`}`;
}

function noneHealthy() {
  return el(
    "div",
    { class: "pg-state" },
    el("h2", {}, "No model can be inverted"),
    el("p", {}, "None of the models here has an encoder or a search for latents."),
  );
}

const WAYS = {
  encode: {
    notes: "Give a sound; the model's encoder guesses its latent, and a few steps of search make the guess better.",
    tune: "Give a tune; the model's encoder finds the latent of its first two bars, at once.",
  },
  invert: { notes: "Give a sound; a search finds a latent that sounds like it, step by step.", tune: "Give a tune." },
};
const ABOUT = [
  "A generative model turns a latent into a sound. Inverting it is the way back: which latent gives this sound? A VAE has learned the way back beside the way there: its encoder answers at once, and for sounds a few steps downhill make its answer better. A GAN has not, so the latent is searched for: the error between its sound and yours is followed downhill, step by step.",
  "What comes back is the nearest sound that the model can make. What it cannot make, such as speech, noise or two notes at once, comes back as the nearest single note.",
];
