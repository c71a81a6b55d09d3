/** @file The visitor's own sound or tune: a file, the microphone, or a real one out of the data. */

import { run } from "../../core/api.js";
import { announce, button, el, fill, fold, problemBox } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { randomSeed } from "../../core/latents.js";
import { noteName } from "../../core/pitches.js";
import { fileField } from "../../core/uploads.js";
import { wavOf } from "../../core/wav.js";
import { makesNotes } from "../pictures.js";
import { LONGEST_S, record } from "./recorder.js";

const MOST_BYTES = 4_000_000; // of a sound file that are sent; the first loud second is all that is looked at
const MOST_MIDI_BYTES = 1_000_000;
const CLIPPED = 0.99;

/**
 * @typedef {{stop?: () => void, cancel?: () => void, rest?: () => void}} Recording  empty while the browser asks
 */

/**
 * @param {{onSource: (source: import("../../panels/invert.js").Source) => void}} options
 * @returns {{root: HTMLElement, rebuild: (card: Card) => void, hidden: () => void}} hidden: forget a running recording
 */
export function soundSource({ onSource }) {
  const problem = problemBox();
  const place = el("div", { class: "pg-stack" });
  const root = el("div", { class: "pg-stack" }, place, problem.root);
  /** @type {Card|null} */
  let card = null;
  /** @type {Recording|null} */
  let recording = null;
  /** @type {(file: File) => Promise<void>} what is done with a chosen or dropped file */
  let takeFile = async () => {};
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) attempt(() => takeFile(file));
  });

  /** @param {Card} next */
  function rebuild(next) {
    const same = card && makesNotes(card) === makesNotes(next);
    card = next;
    if (same) return;
    hidden();
    problem.clear();
    fill(
      place,
      makesNotes(next) ? [bySound(), byMicrophone(), byReality("A real note")] : [byMidi(), byReality("A real tune")],
    );
  }

  /** @param {string} label @param {string} accept @param {(file: File) => Promise<void>} take */
  function byFile(label, accept, take) {
    takeFile = take;
    return fileField({ label, accept, problem, onFile: take });
  }

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    problem.clear();
    try {
      await work();
    } catch (error) {
      problem.show(error);
    }
  }

  const bySound = () =>
    byFile("Sound file (WAV, FLAC, OGG or MP3)", ".wav,.flac,.ogg,.opus,.mp3,audio/*", async (file) => {
      if (!file.size) throw new Error(`${file.name} is empty: choose another file.`);
      const start = file.size > MOST_BYTES ? await soundStart(file) : 0;
      const body = new Uint8Array(await file.slice(start, start + MOST_BYTES).arrayBuffer());
      const left =
        start + body.length < file.size ? `its first ${megabytes(body.length)} MB were` : "what follows its cover was";
      const cut = body.length < file.size ? `${file.name} has ${megabytes(file.size)} MB; ${left} taken. ` : "";
      onSource({ request: {}, body, name: file.name, note: cut, kind: "sound" });
    });

  const byMidi = () =>
    byFile("MIDI file", ".mid,.midi,audio/midi,audio/x-midi", async (file) => {
      if (file.size > MOST_MIDI_BYTES)
        throw new Error(
          `A MIDI file may have up to 1 MB, and ${file.name} has ${megabytes(file.size)}: choose a smaller one.`,
        );
      onSource({
        request: {},
        body: new Uint8Array(await file.arrayBuffer()),
        name: file.name,
        note: "",
        kind: "roll",
      });
    });

  /** @param {string} words */
  function byReality(words) {
    const take = () =>
      attempt(async () => {
        if (!card) return;
        const reply = await run(card.id, "reference", { dataset: card.dataset, count: 1, seed: randomSeed() });
        const frame = frameOf(reply).slice();
        if (!makesNotes(card)) {
          const note = "Two bars of a real tune that no model was trained on. ";
          return onSource({ request: { raw: true }, body: frame, name: "a real tune", note, kind: "roll" });
        }
        const [pitch, name] = [reply.header.pitches[0], reply.header.names[0]];
        const heard = await run(card.id, "listen", { pitches: [pitch] }, { body: frame });
        const note = `A note of an instrument that no model was trained on: ${name}, ${noteName(pitch)}. `;
        onSource({
          request: { prepared: true, pitch },
          body: heard.body.slice(),
          name: `a real note: ${name}`,
          note,
          kind: "sound",
        });
      });
    return el("div", { class: "pg-row" }, el("span", { class: "pg-label" }, "or"), button(words, take));
  }

  function byMicrophone() {
    const level = el("meter", { min: 0, max: 1, high: 0.95, value: 0, "aria-label": "Loudness" });
    const words = el("span", { class: "pg-label pg-record-words" }, `up to ${LONGEST_S} seconds`);
    const control = button("Record", () => (recording ? recording.stop?.() : begin()), { kind: "primary" });
    let loudest = 0;

    const rest = () => {
      recording = null;
      level.value = 0;
      control.textContent = "Record";
      words.textContent = `up to ${LONGEST_S} seconds`;
    };
    const begin = () =>
      attempt(async () => {
        recording = {};
        loudest = 0;
        control.textContent = "Stop";
        words.textContent = "Waiting for the microphone…";
        try {
          const started = await record({
            onLevel: (value, seconds) => {
              loudest = Math.max(loudest, value);
              level.value = value;
              words.textContent = `${seconds.toFixed(1)} of ${LONGEST_S} s`;
            },
            onEnd: async (samples, rate) => {
              rest();
              const note = loudest >= CLIPPED ? "The recording was too loud in places and is clipped. " : "";
              const body = new Uint8Array(await wavOf(samples, rate).arrayBuffer());
              onSource({ request: {}, body, name: "your recording", note, kind: "sound" });
            },
          });
          if (!recording)
            started.cancel(); // the panel was left while the browser asked
          else recording = { ...started, rest };
          announce("Recording.");
        } catch (error) {
          rest();
          throw error;
        }
      });
    return el(
      "div",
      { class: "pg-stack" },
      el("div", { class: "pg-record" }, control, level, words),
      fold("What happens to a recording", el("p", {}, PRIVACY)),
    );
  }

  function hidden() {
    recording?.cancel?.();
    recording?.rest?.();
    recording = null;
  }

  return { root, rebuild, hidden };
}

/** Where the sound of a file begins: behind its ID3v2 tag, whose cover picture may fill megabytes; 0 without one. @param {File} file */
async function soundStart(file) {
  const [i, d, three, , , , ...size] = new Uint8Array(await file.slice(0, 10).arrayBuffer());
  return String.fromCharCode(i, d, three) === "ID3" ? 10 + size.reduce((sum, byte) => 128 * sum + byte, 0) : 0;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

const PRIVACY =
  "It is sent to this playground's own server, turned into a latent and forgotten; nothing is stored, and nothing of it is in the page's address but the latent's numbers. One single note, sung or played, works best: the models know single notes of one second.";
