/** @file The present sound as one sees it: spectrogram and waveform on one time axis, with play and downloads. */

import { announce, button, el, problemBox, toggle } from "../../core/dom.js";
import { drawFrame, drawPixels } from "../../core/frames.js";
import { specWords } from "../../core/latents.js";
import { shortName } from "../../core/models.js";
import { noteName } from "../../core/pitches.js";
import { drawWave, volumeControl } from "../../core/sound.js";
import { exportButtons } from "../../panels/interpolate/exports.js";
import { saidCanvas } from "../pictures.js";
import { noteWords } from "./words.js";

const [HIGHEST_HZ, LOWEST_HZ] = [8000, 30]; // of the spectrogram's bands
const TICKS_HZ = [100, 500, 1000, 2000, 4000];

/** @typedef {import("../../core/instruments.js").NoteBank} NoteBank */

/**
 * @param {{position: import("../../panels/explore/position.js").Position, live: boolean, onPlay: () => void,
 *   onLive: (on: boolean) => void}} options  live: whether moves are heard
 * @returns {{root: HTMLElement, show: (reply: Reply, index?: number) => void,
 *   wave: (bank: NoteBank, pitch: number) => void, settle: (bank: NoteBank, pitch: number) => void,
 *   playing: (seconds: number|null) => void, fail: ProblemBox["show"], clear: () => void}}
 *   show: a frame at hand; settle: the sound of the position itself; playing: a sound began, so that a line runs along
 */
export function soundView({ position, live, onPlay, onLive }) {
  const look = { className: "pg-picture pg-spectrogram", id: "pg-audio-spectrogram" };
  const spectrogram = saidCanvas({ label: "Spectrogram", ...look });
  const waveform = saidCanvas({ label: "Waveform", className: "pg-wave", id: "pg-audio-wave" });
  const line = el("span", { class: "pg-playline", "aria-hidden": "true", hidden: true });
  const caption = el("p", { class: "pg-caption" }, " ");
  const problem = problemBox();
  const playButton = button("Play", onPlay, { kind: "primary", disabled: true });
  const moves = toggle({ label: "Hear moves", on: live, onChange: onLive });
  /** @type {{bank: NoteBank, pitch: number}|null} as settled */
  let present = null;
  /** @type {number|null} */
  let startedMs = null;

  const show = (/** @type {Reply} */ reply, index = 0) => drawFrame(spectrogram, reply, index);
  const wave = (/** @type {NoteBank} */ bank, /** @type {number} */ pitch) => {
    const buffer = bank.buffers.get(pitch);
    if (buffer) drawWave(waveform, buffer.getChannelData(0));
  };

  /** @param {NoteBank} bank has this pitch @param {number} pitch */
  function settle(bank, pitch) {
    const pixels = bank.frames.get(pitch);
    if (!pixels || !bank.facts) return;
    present = { bank, pitch };
    const { width, height } = bank.facts;
    drawPixels(spectrogram, pixels, { width, height, kind: "sound" });
    wave(bank, pitch);
    problem.clear();
    playButton.disabled = false;
    const words = noteWords(pixels);
    caption.textContent = `${noteName(pitch)}, ${specWords(bank.spec)}: ${words}`;
    const who = `${shortName(position.card)}, ${specWords(bank.spec)}, ${noteName(pitch)}: ${words}`;
    spectrogram.setAttribute("aria-label", `Spectrogram of one second by ${who}`);
    waveform.setAttribute("aria-label", `Waveform of the same second`);
    announce(`Sound: ${words}.`);
  }

  /** @param {number|null} seconds */
  function playing(seconds) {
    startedMs = seconds === null ? null : performance.now();
    if (seconds === null || startedMs === null || matchMedia("(prefers-reduced-motion: reduce)").matches)
      return void (line.hidden = true);
    line.hidden = false;
    const [mine, lasts] = [startedMs, 1000 * seconds];
    const run = () => {
      const share = (performance.now() - mine) / lasts;
      if (startedMs !== mine) return;
      line.hidden = share >= 1;
      line.style.left = `${100 * share}%`;
      if (share < 1) requestAnimationFrame(run);
    };
    run();
  }

  const files = exportButtons(
    () =>
      present && {
        model: present.bank.model,
        operation: "sound",
        request: { latents: [present.bank.spec], pitches: [present.pitch], settings: present.bank.settings },
      },
    { wav: "WAV", png: "PNG", npz: "NumPy .npz" },
  );
  const root = el(
    "section",
    { class: "pg-card pg-area-picture pg-area-sound", "aria-label": "Sound" },
    el(
      "div",
      { class: "pg-sound-pictures" },
      el("div", { class: "pg-sound-axis", "aria-hidden": "true" }, TICKS_HZ.map(tick)),
      el("div", { class: "pg-sound-stack" }, spectrogram, waveform, line),
    ),
    el("div", { class: "pg-row pg-sound-foot" }, playButton, volumeControl(), moves.root),
    caption,
    problem.root,
    files,
  );
  const clear = () => {
    present = null;
    playButton.disabled = true;
    for (const canvas of [spectrogram, waveform]) delete canvas.dataset.drawn;
  };
  return { root, show, wave, settle, playing, fail: problem.show, clear };
}

/** A label of the frequency axis, at its place on the mel scale. @param {number} hertz */
function tick(hertz) {
  const mel = (/** @type {number} */ value) => Math.log10(1 + value / 700);
  const share = (mel(HIGHEST_HZ) - mel(hertz)) / (mel(HIGHEST_HZ) - mel(LOWEST_HZ));
  const label = el("span", {}, hertz >= 1000 ? `${hertz / 1000} kHz` : `${hertz} Hz`);
  label.style.top = `${100 * share}%`;
  return label;
}
