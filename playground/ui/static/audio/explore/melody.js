/** @file Explore for models of melodies: a piano roll that follows the sliders, played while it changes. */

import { Lane } from "../../core/api.js";
import { announce, button, el, fill, problemBox, titled, toggle } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { specWords } from "../../core/latents.js";
import { shortName } from "../../core/models.js";
import { noteName } from "../../core/pitches.js";
import { drawRoll, notesOf } from "../../core/scores.js";
import { volumeControl } from "../../core/sound.js";
import { exportButtons } from "../../panels/interpolate/exports.js";
import { instrumentPicker } from "../instrument.js";
import { performer, tempoRange } from "../performance.js";
import { saidCanvas, rollFacts } from "../pictures.js";
import { rollWords } from "./words.js";

const OCTAVE = 12;
const FIRST_PITCHES = 4; // that must be here before it begins
const FASTEST = 200; // quarters a minute

/**
 * @param {{position: import("../../panels/explore/position.js").Position, cards: Card[],
 *   state: import("./types.js").AudioSlice}} parts  cards: all audio models (for what plays the melody)
 * @returns {{view: HTMLElement, controls: HTMLElement, picture: import("../../panels/explore/types.js").View,
 *   changed: (what: import("../../panels/explore/position.js").Change) => void, hidden: () => void}}
 *   picture: what sliders and pad draw on; changed: the position did
 */
export function melodyStage({ position, cards, state }) {
  const lane = new Lane("audio-explore-roll");
  const canvas = saidCanvas({ label: "Piano roll", className: "pg-roll pg-melody-roll", id: "pg-audio-roll" });
  const axis = el("div", { class: "pg-sound-axis", "aria-hidden": "true" });
  const caption = el("p", { class: "pg-caption" }, " ");
  const problem = problemBox();
  const playButton = button("Play", () => (isOn() ? stop() : play()), { kind: "primary", disabled: true });
  const keepTempo = (/** @type {number} */ value) => state.set({ tempo: value });
  const tempo = tempoRange({ value: state.get().tempo, fastest: FASTEST, onCommit: keepTempo });
  const loop = toggle({ label: "Loop", on: state.get().loop, onChange: (on) => state.set({ loop: on }) });
  const player = instrumentPicker({
    cards,
    value: state.get().instrument,
    onChange: (instrument) => {
      state.set({ instrument });
      prepare();
    },
  });
  /** @type {{pixels: Uint8Array, facts: import("../pictures.js").RollFacts}|null} */
  let shown = null;
  /** @type {number|null} */
  let playhead = null;

  const { perform, setNotes, stop, isOn } = performer({
    instrument: player,
    tempo: tempo.value,
    problem,
    onState: (playing) => fill(playButton, playing ? "Stop" : "Play"),
  });

  const draw = () => shown && drawRoll(canvas, shown.pixels, shown.facts, { playhead });
  const notesNow = () => (shown ? notesOf(shown.pixels, shown.facts) : []);

  /** @param {Reply} reply */
  function show(reply, index = 0) {
    shown = { pixels: frameOf(reply, index), facts: rollFacts(position.card) };
    draw();
    setNotes(notesNow());
  }

  /** The octaves' Cs beside their rows. */
  function drawAxis() {
    const { height, highest } = rollFacts(position.card);
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
      drawAxis();
      problem.clear();
      show(reply);
      playButton.disabled = false;
      const words = rollWords(frameOf(reply), rollFacts(card));
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
    if (isOn()) player.ready(pitchesNow()).catch((error) => problem.show(error, prepare));
  }

  const pitchesNow = () => [...new Set(notesNow().map((note) => note.pitch))].sort((a, b) => a - b);

  /** Pitches among those of the melody; the others are played from these until they are here. */
  function firstPitches() {
    const pitches = pitchesNow();
    const count = Math.min(FIRST_PITCHES, pitches.length);
    return Array.from({ length: count }, (_, i) => pitches[Math.floor(((i + 0.5) * pitches.length) / count)]);
  }

  function play() {
    const { width: steps, stepsPerQuarter } = rollFacts(position.card);
    perform(() => ({ notes: notesNow(), steps, stepsPerQuarter }), {
      again: play,
      pitches: firstPitches,
      loop: () => loop.input.checked,
      onReady: prepare,
      onStep: (step) => {
        playhead = step;
        draw();
      },
    });
  }

  const files = exportButtons(
    () =>
      shown && {
        model: position.card.id,
        operation: "decode",
        request: { latents: [position.spec], settings: position.settings },
        tempo_bpm: tempo.value(),
        instrument: player.request(),
      },
    { wav: "WAV", mid: "MIDI", png: "PNG", npz: "NumPy .npz" },
  );

  /** @param {import("../../panels/explore/position.js").Change} what */
  function changed(what) {
    if (what === "model") {
      stop();
      player.refresh();
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
    el("div", { class: "pg-row pg-melody-foot" }, playButton, loop.root, caption),
    problem.root,
  );
  const controls = titled(
    "tune",
    "Sound",
    el("div", { class: "pg-row pg-melody-sound" }, player.root, tempo.root, volumeControl()),
    files,
  );
  return { view, controls, picture: { show, exact, fail: problem.show }, changed, hidden: stop };
}
