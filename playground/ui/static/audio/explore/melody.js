/** @file Explore for models of melodies: a piano roll that follows the sliders, played while it changes. */

import { Lane } from "../../core/api.js";
import { announce, button, el, fill, problemBox, uniqueId } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { specWords } from "../../core/latents.js";
import { shortName } from "../../core/models.js";
import { noteName } from "../../core/pitches.js";
import { drawRoll, notesOf } from "../../core/scores.js";
import { volumeControl } from "../../core/sound.js";
import { exportButtons } from "../../panels/interpolate/exports.js";
import { instrumentPicker } from "../instrument.js";
import { performer, tempoRange } from "../performance.js";
import { rollFacts } from "../pictures.js";
import { rollWords } from "./words.js";

const OCTAVE = 12;
const FIRST_PITCHES = 4; // that must be here before it begins
const FASTEST = 200; // quarters a minute

/**
 * @param {{position: object, cards: object[], state: object}} parts cards: all audio models (for what plays the melody);
 *   state: slice with {tempo, loop, instrument}
 * @returns {{view: HTMLElement, controls: HTMLElement, picture: object, changed: (what: string) => void, hidden: () => void}}
 *   picture: what sliders and pad draw on; changed: the position did
 */
export function melodyStage({ position, cards, state }) {
  const lane = new Lane("audio-explore-roll");
  const canvas = el("canvas", {
    class: "pg-roll pg-melody-roll",
    id: "pg-audio-roll",
    role: "img",
    "aria-label": "Piano roll",
  });
  const axis = el("div", { class: "pg-sound-axis", "aria-hidden": "true" });
  const caption = el("p", { class: "pg-caption" }, " ");
  const problem = problemBox();
  const playButton = button("Play", () => (present() ? stop() : play()), { kind: "primary", disabled: true });
  const tempo = tempoRange({
    value: state.get().tempo,
    fastest: FASTEST,
    onCommit: (value) => state.set({ tempo: value }),
  });
  const loop = el("input", { type: "checkbox", role: "switch", onchange: () => state.set({ loop: loop.checked }) });
  loop.checked = state.get().loop;
  const player = instrumentPicker({
    cards,
    value: state.get().instrument,
    onChange: (instrument) => {
      state.set({ instrument });
      prepare();
    },
  });
  let pixels = null; // what is shown
  let facts = null;
  let playhead = null;

  const { perform, stop, present } = performer({
    instrument: player,
    tempo: tempo.value,
    problem,
    onState: (playing) => fill(playButton, playing ? "Stop" : "Play"),
  });

  const draw = () => pixels && drawRoll(canvas, pixels, facts, { playhead });

  function show(reply, index = 0) {
    facts ??= rollFacts(position.card);
    pixels = frameOf(reply, index);
    draw();
    present()?.setNotes(notesOf(pixels, facts));
  }

  /** The octaves' Cs beside their rows. */
  function drawAxis() {
    const { height, highest } = facts;
    const rows = Array.from({ length: height }, (_, row) => row).filter((row) => (highest - row) % OCTAVE === 0);
    fill(
      axis,
      rows.map((row) => {
        const label = el("span", {}, noteName(highest - row));
        label.style.top = `${(100 * (row + 0.5)) / height}%`;
        return label;
      }),
    );
  }

  async function exact() {
    try {
      const request = { latents: [position.spec], settings: position.settings };
      const { card } = position;
      const reply = await lane.run(card.id, "decode", request);
      if (!reply || card !== position.card) return;
      facts = rollFacts(card);
      drawAxis();
      problem.clear();
      show(reply);
      playButton.disabled = false;
      const words = rollWords(pixels, facts);
      caption.textContent = `${specWords(position.spec)}: ${words}`;
      canvas.setAttribute(
        "aria-label",
        `Piano roll of two bars by ${shortName(card)}, ${specWords(position.spec)}: ${words}`,
      );
      announce(`Melody: ${words}.`);
      prepare();
    } catch (error) {
      problem.show(error, exact);
    }
  }

  /** The sounds of what plays; while it is silent nothing has to be asked. */
  function prepare() {
    if (present()) player.ready(pitchesNow()).catch((error) => problem.show(error, prepare));
  }

  const pitchesNow = () => [...new Set(notesOf(pixels, facts).map((note) => note.pitch))].sort((a, b) => a - b);

  /** Pitches among those of the melody; the others are played from these until they are here. */
  function firstPitches() {
    const pitches = pitchesNow();
    const count = Math.min(FIRST_PITCHES, pitches.length);
    return Array.from({ length: count }, (_, i) => pitches[Math.floor(((i + 0.5) * pitches.length) / count)]);
  }

  function play() {
    perform(() => ({ notes: notesOf(pixels, facts), steps: facts.width, stepsPerQuarter: facts.stepsPerQuarter }), {
      again: play,
      pitches: firstPitches,
      loop: () => loop.checked,
      onReady: prepare,
      onStep: (step) => {
        playhead = step;
        draw();
      },
    });
  }

  const files = exportButtons(
    () =>
      pixels && {
        model: position.card.id,
        operation: "decode",
        request: { latents: [position.spec], settings: position.settings },
        tempo_bpm: tempo.value(),
        instrument: player.request(),
      },
    { wav: "WAV", mid: "MIDI", png: "PNG", npz: "NumPy .npz" },
  );

  function changed(what) {
    if (what === "model") {
      stop();
      player.refresh();
      facts = null;
      playButton.disabled = true;
      delete canvas.dataset.drawn;
    }
    exact();
  }

  new ResizeObserver(() => canvas.clientWidth && draw()).observe(canvas);
  const view = el(
    "section",
    { class: "pg-card pg-area-picture pg-area-melody", "aria-label": "Melody" },
    el("div", { class: "pg-sound-pictures" }, axis, canvas),
    el(
      "div",
      { class: "pg-row pg-melody-foot" },
      playButton,
      el("label", { class: "pg-switch" }, loop, "Loop"),
      caption,
    ),
    problem.root,
  );
  const title = el("h2", { id: uniqueId("sound") }, "Sound");
  const controls = el(
    "section",
    { class: "pg-card pg-area-tune", "aria-labelledby": title.id },
    title,
    el("div", { class: "pg-row pg-melody-sound" }, player.root, tempo.root, volumeControl()),
    files,
  );
  return { view, controls, picture: { show, exact, fail: problem.show }, changed, hidden: stop };
}
