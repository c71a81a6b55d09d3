/** @file Invert for sounds and tunes: give one, find its latent, hear both beside each other, then move its sliders. */

import { run } from "../core/api.js";
import { button, el, hint, range } from "../core/dom.js";
import { preparedRequest } from "../core/find.js";
import { frameOf } from "../core/frames.js";
import { bankOf } from "../core/instruments.js";
import { wayToFind } from "../core/models.js";
import { HIGHEST, LOWEST, noteName } from "../core/pitches.js";
import { bufferOf, volumeControl } from "../core/sound.js";
import { invertPanel } from "../panels/invert.js";
import { side } from "./invert/side.js";
import { soundSource } from "./invert/source.js";
import { makesNotes } from "./pictures.js";

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {PanelContext} context
 */
export function mount(root, context) {
  return invertPanel(root, context, {
    words: { noun: "sound", about: ABOUT },
    title: () => "Heard and found",
    about: (card) => WAYS[wayToFind(card) ?? "encode"][makesNotes(card) ? "notes" : "tune"],
    steps: 200,
    source: soundSource,
    sourceTitle: (card) => (makesNotes(card) ? "Your sound" : "Your tune"),
    side,
    items: (found) => ({
      original: { pixels: found.target, sound: heard(found.targetSound, found.rate) },
      rebuilt: { pixels: found.picture, sound: heard(found.sound, found.rate) },
      told: `${found.z.length} numbers${found.pitch === null ? "" : `, at ${noteName(found.pitch)}`}`,
    }),
    here,
    head: [volumeControl()],
    foot: tuning,
  });
}

/** @param {Uint8Array|null} bytes @param {number} rate */
function heard(bytes, rate) {
  return bytes && bufferOf(bytes, rate);
}

/** What the model makes where the sliders stand. @param {import("../panels/explore/position.js").Position} position */
async function here({ card, spec, settings }) {
  if (!makesNotes(card))
    return { pixels: frameOf(await run(card.id, "decode", { latents: [spec], settings })), sound: null };
  const bank = bankOf(card.id, spec, settings);
  const pitch = Number(settings.pitch);
  await bank.want([pitch]);
  return { pixels: bank.frames.get(pitch), sound: bank.buffers.get(pitch) };
}

/** The pitch that was heard, which the visitor may correct. @param {import("../panels/invert.js").Panel} panel */
function tuning({ position, found, source, begin }) {
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
  const octave = (/** @type {number} */ by, /** @type {string} */ words) =>
    button(words, () => retune(pitch.value() + by));
  const root = el(
    "div",
    { class: "pg-invert-pitch" },
    pitch.root,
    el("div", { class: "pg-row" }, octave(-12, "Octave down"), octave(12, "Octave up")),
    hint("The pitch that was heard. When it is wrong, correct it, and the latent is found again."),
  );

  /** @param {number} wanted */
  function retune(wanted) {
    const next = Math.max(LOWEST, Math.min(HIGHEST, wanted));
    pitch.set(next);
    const [there, given] = [found(), source()];
    if (!there || !given) return position.setPitch(next);
    const request = preparedRequest(position, { pitch: next });
    begin({ ...given, request, body: there.targetSound, note: `Taken as ${noteName(next)}. ` });
  }

  return {
    root,
    rebuild: () => {
      root.hidden = !makesNotes(position.card);
      if (position.settings.pitch) pitch.set(Number(position.settings.pitch));
    },
    found: (/** @type {any} */ result) => {
      if (result.pitch === null) return;
      pitch.set(result.pitch);
      if (result.done === result.of) position.settings = { ...position.settings, pitch: result.pitch };
    },
  };
}

/** @type {Record<string, {notes: string, tune: string}>} */
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
