/** @file One of two sounds or tunes beside each other: its picture, its outline, a Play button. */

import { button, el, fill } from "../../core/dom.js";
import { piano } from "../../core/instruments.js";
import { notesOf, playRoll } from "../../core/scores.js";
import { drawWave, play, stopAll } from "../../core/sound.js";
import { drawHeard, makesNotes, rollFacts } from "../pictures.js";

const TEMPO = 100; // quarters a minute

/**
 * @param {{title: string, id: string, onError: (error: Error) => void}} options
 * @returns {import("../../panels/invert.js").Side} show: {pixels, sound}; a note can be played once its sound is here
 */
export function side({ title, id, onError }) {
  const picture = el("canvas", {
    class: "pg-invert-picture pg-roll",
    role: "img",
    "aria-label": `${title}: nothing yet`,
    id,
  });
  const wave = el("canvas", { class: "pg-invert-wave", width: "640", height: "64", "aria-hidden": "true" });
  const words = el("p", { class: "pg-caption" }, " ");
  const control = button("Play", () => (playing ? stop() : start()), {
    kind: "primary",
    disabled: true,
    label: `Play: ${title.toLowerCase()}`,
  });
  let card = null;
  let shown = null; // {pixels, sound}
  let playing = null;

  const draw = (playhead = null) => drawHeard(picture, card, shown.pixels, { playhead });

  function show({ pixels, sound = null }, told) {
    shown = { pixels, sound };
    draw();
    if (sound) drawWave(wave, sound.getChannelData(0));
    if (told !== null) {
      picture.setAttribute("aria-label", `${title}: ${told}`);
      words.textContent = told;
    }
    control.disabled = makesNotes(card) && !sound;
  }

  async function start() {
    stopAll();
    const mine = (playing = { stop: () => {} });
    fill(control, "Stop");
    try {
      const handle = makesNotes(card) ? play(shown.sound) : soundOfTune();
      mine.stop = handle.stop;
      await handle.ended;
    } catch (error) {
      onError(error);
    }
    if (playing === mine) rest();
  }

  function soundOfTune() {
    const facts = rollFacts(card);
    const { width: steps, stepsPerQuarter } = facts;
    return playRoll({
      notes: notesOf(shown.pixels, facts),
      steps,
      stepsPerQuarter,
      tempo: () => TEMPO,
      instrument: () => piano,
      onStep: draw,
    });
  }

  function rest() {
    playing = null;
    fill(control, "Play");
  }

  function stop() {
    playing?.stop();
    if (playing) rest();
  }

  function rebuild(next) {
    stop();
    card = next;
    shown = null;
    wave.hidden = !makesNotes(card);
    picture.dataset.kind = card.output.kind;
    delete picture.dataset.drawn;
    picture.getContext("2d").clearRect(0, 0, picture.width, picture.height);
    wave.getContext("2d").clearRect(0, 0, wave.width, wave.height);
    words.textContent = " ";
    control.disabled = true;
  }

  new ResizeObserver(() => shown && !makesNotes(card) && picture.clientWidth && draw()).observe(picture);
  const root = el(
    "figure",
    { class: "pg-invert-side" },
    el("figcaption", { class: "pg-card-head" }, el("h3", { class: "pg-title" }, title), control),
    picture,
    wave,
    words,
  );
  return { root, rebuild, show, stop };
}
