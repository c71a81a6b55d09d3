/** @file One of two sounds or tunes beside each other: its picture, its outline, a Play button. */

import { button, el, fill } from "../../core/dom.js";
import { penOf } from "../../core/frames.js";
import { piano } from "../../core/instruments.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { drawWave, play, stopAll } from "../../core/sound.js";
import { OneSound } from "../performance.js";
import { drawHeard, saidCanvas, makesNotes, rollFacts } from "../pictures.js";

const TEMPO = 100; // quarters a minute

/**
 * @typedef {{pixels: Uint8Array, sound?: AudioBuffer|null}} Item  sound: of a note
 */

/**
 * @param {{title: string, id: string, onError: (error: unknown) => void}} options
 * @returns {import("../../panels/invert.js").Side} show: an Item; a note can be played once its sound is here
 */
export function side({ title, id, onError }) {
  const picture = saidCanvas({ label: `${title}: nothing yet`, className: "pg-invert-picture pg-roll", id });
  const wave = el("canvas", { class: "pg-invert-wave", width: "640", height: "64", "aria-hidden": "true" });
  const words = el("p", { class: "pg-caption" }, " ");
  const control = button("Play", () => (sound.isOn ? sound.stop() : start()), {
    kind: "primary",
    disabled: true,
    label: `Play: ${title.toLowerCase()}`,
  });
  /** @type {Card|null} */
  let card = null;
  /** @type {Item|null} */
  let shown = null;
  const sound = new OneSound();

  const draw = (/** @type {number|null} */ playhead) =>
    card && shown && drawHeard(picture, card, shown.pixels, { playhead });

  /** @param {Item} item @param {string|null} told */
  function show(item, told) {
    if (!card) return;
    shown = item;
    draw(null);
    if (item.sound) drawWave(wave, item.sound.getChannelData(0));
    if (told !== null) {
      picture.setAttribute("aria-label", `${title}: ${told}`);
      words.textContent = told;
    }
    control.disabled = makesNotes(card) && !item.sound;
  }

  function start() {
    stopAll();
    const begin = () => {
      if (!card || !shown) return null;
      return shown.sound ? play(shown.sound) : soundOfTune(card, shown.pixels);
    };
    sound.play(begin, (playing) => fill(control, playing ? "Stop" : "Play")).catch(onError);
  }

  /** @param {Card} tunes @param {Uint8Array} pixels */
  function soundOfTune(tunes, pixels) {
    const facts = rollFacts(tunes);
    const { width: steps, stepsPerQuarter } = facts;
    return playRoll({
      notes: notesOf(pixels, facts),
      steps,
      stepsPerQuarter,
      tempo: () => TEMPO,
      instrument: () => piano,
      onStep: draw,
    });
  }

  /** @param {Card} next */
  function rebuild(next) {
    sound.stop();
    card = next;
    shown = null;
    wave.hidden = !makesNotes(next);
    picture.dataset.kind = next.output.kind;
    delete picture.dataset.drawn;
    penOf(picture).clearRect(0, 0, picture.width, picture.height);
    penOf(wave).clearRect(0, 0, wave.width, wave.height);
    words.textContent = " ";
    control.disabled = true;
  }

  new ResizeObserver(() => card && !makesNotes(card) && picture.clientWidth && draw(null)).observe(picture);
  const root = el(
    "figure",
    { class: "pg-invert-side" },
    el("figcaption", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, title), control),
    picture,
    wave,
    words,
  );
  return { root, rebuild, show, stop: () => sound.stop() };
}
