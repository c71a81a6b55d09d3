/** @file The Interpolate panel of the Audio tab: from one instrument or melody to another, step by step, heard as it is seen. */

import { ApiError, run } from "../core/api.js";
import { range } from "../core/dom.js";
import { frameOf } from "../core/frames.js";
import { bankOf } from "../core/instruments.js";
import { familyTag, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { HIGHEST, LOWEST, noteName } from "../core/pitches.js";
import { audio, volumeControl } from "../core/sound.js";
import { interpolatePanel } from "../panels/interpolate.js";
import { exportButtons, requestFile } from "../panels/interpolate/exports.js";
import { soundEnd } from "./interpolate/end.js";
import { melodyWalk } from "./interpolate/melodies.js";
import { noteWalk } from "./interpolate/notes.js";
import { soundPad } from "./interpolate/pad.js";
import { sheetPng } from "./interpolate/sheet.js";
import { makesNotes } from "./pictures.js";

/**
 * @typedef {import("../panels/interpolate/walk.js").Asked} Asked
 */

const STEPS = 9;
const SIDE = 7; // of the pad
const FORMATS = {
  notes: { wav: "WAV", png: "PNG", npz: "NumPy .npz" },
  melodies: { wav: "WAV", mid: "MIDI", png: "PNG", npz: "NumPy .npz" },
  pad: { wav: "WAV of this timbre", png: "PNG", npz: "NumPy .npz" },
};

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return interpolatePanel(root, context, {
    className: "pg-sound-walk",
    items: "sounds",
    defaults: { cell: [3, 3], tempo: 110, instrument: "piano" },
    about: ["What does a walk through timbres or tunes let one hear?", ABOUT],
    corners: makesNotes, // melodies have no pad
    sorted: (usable) => [...usable].sort((one, other) => Number(makesNotes(other)) - Number(makesNotes(one))),
    hidden: ["pitch"], // it has a slider of its own
    nameOf: (card) =>
      `${makesNotes(card) ? "Notes" : "Melodies"}: ${[shortName(card), familyTag(card)].filter(Boolean).join(", ")}`,
    parts: soundWalk,
  });
}

/** @param {import("../panels/interpolate.js").Panel} panel @returns {import("../panels/interpolate.js").Parts} */
function soundWalk({ place, state, cards, problem, shown }) {
  const saved = state.get();
  const onMove = (/** @type {number} */ at) => state.set({ at });
  const notes = noteWalk({ onMove });
  const melodies = melodyWalk({
    cards,
    keep: state.set,
    onMove,
    tempo: inside(saved.tempo, 40, 180, 110),
    instrument: saved.instrument,
  });
  const pad = soundPad({ onMove: (cell) => state.set({ cell }) });
  const notesNow = () => makesNotes(place.card);
  const stop = () => [notes, melodies, pad].forEach((one) => one.stop());
  const pitch = range({
    label: "Pitch",
    min: LOWEST,
    max: HIGHEST,
    value: 60,
    shown: noteName,
    words: (value) => `${noteName(value)}, MIDI ${value}`,
    onCommit: (value) => place.setSettings({ ...place.settings, pitch: value }),
  });
  /** @type {ReturnType<typeof soundEnd>[]} */
  const ends = [];

  /** @param {Uint8Array} pixels @param {Spec} spec */
  async function hearEnd(pixels, spec) {
    stop();
    if (!notesNow()) return melodies.hearRoll(pixels);
    audio(); // a browser lets sound begin only while it handles a gesture
    const pitchNow = Number(place.settings.pitch);
    const bank = bankOf(place.card.id, spec, place.settings);
    try {
      await bank.want([pitchNow], { view: "audio-interpolate-end" });
      bank.play(pitchNow);
    } catch (error) {
      if (!(error instanceof ApiError && error.superseded)) problem.show(error, () => hearEnd(pixels, spec));
    }
  }

  /** What an export is made of. @returns {Asked|null} */
  function present() {
    const walk = shown();
    return walk && { ...walk, ...(notesNow() ? {} : melodies.sound()) };
  }

  /** @param {Asked} walk @returns {Promise<[Blob, string]>} */
  async function picture({ model, operation, request: asked }) {
    const reply = await run(model, operation, asked);
    const frames = Array.from({ length: reply.header.frames }, (_, index) => frameOf(reply, index));
    const columns = operation === "corners" ? SIDE : notesNow() ? STEPS : 3;
    return [
      await sheetPng(place.card, frames, columns, { model, operation, request: asked }),
      `${model.split("/").pop()}-${operation}.png`,
    ];
  }

  const timbre = (/** @type {Asked} */ what) => requestFile({ format: "wav", ...what, frame: pad.at() });

  return {
    controls: [pitch.root, melodies.controls, volumeControl()],
    size: (four) => (four ? { side: SIDE } : { frames: STEPS }),
    arrange(four) {
      stop();
      pitch.root.hidden = !notesNow();
      melodies.controls.hidden = notesNow();
      if (place.settings.pitch !== undefined) pitch.set(Number(place.settings.pitch));
      if (four) return pad.root;
      const row = notesNow() ? notes : melodies;
      row.reserve(place.card, STEPS);
      return row.root;
    },
    files: (four) =>
      four
        ? exportButtons(present, FORMATS.pad, { png: picture, wav: timbre })
        : exportButtons(present, FORMATS[notesNow() ? "notes" : "melodies"], { png: picture }),
    draw(reply, four, settings) {
      const walk = shown();
      if (!walk) return;
      const what = { ...walk, pitch: Number(settings.pitch) };
      const { at, cell } = state.get();
      if (four) pad.load(reply, what, [inside(cell?.[0], 0, SIDE - 1, 3), inside(cell?.[1], 0, SIDE - 1, 3)]);
      else if (notesNow()) notes.load(reply, what);
      else melodies.load(reply, place.card, inside(at, 0, STEPS - 1, 0));
    },
    itemOf: frameOf,
    endKit: (chooser, i) => (ends[i] = soundEnd(chooser, hearEnd)),
    leave() {
      stop();
      for (const end of ends) end.hidden();
    },
  };
}

const ABOUT = [
  "If a model has understood its data, every point between two instruments is an instrument too, and the change is smooth. Sudden jumps show that the model keeps the two apart; a dull or noisy middle shows that it averages.",
  "This is not mixing: two sounds played at once are heard as two. Here the latents are mixed and one new sound is made of the result, with one attack and one set of overtones.",
  "The pad is the square between four latents. Its sounds are fetched ahead, from coarse to fine, so that it can be played at once; until a place is ready, the nearest ready one is heard.",
  "Between two melodies every step is a melody of its own: notes do not fade, they are added, moved and left out. Played all in a row, the steps make one piece that turns from one tune into the other.",
];
