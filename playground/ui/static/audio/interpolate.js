/** @file The Interpolate panel of the Audio tab: from one instrument or melody to another, step by step, heard as it is seen. */

import { ApiError, run } from "../core/api.js";
import { button, el, fill, problemBox, range } from "../core/dom.js";
import { frameOf } from "../core/frames.js";
import { bankOf } from "../core/instruments.js";
import { familyTag, inOrder, isHealthy, shortName } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { HIGHEST, LOWEST, noteName } from "../core/pitches.js";
import { audio, volumeControl } from "../core/sound.js";
import { FIRST_ENDS } from "../panels/interpolate/ends.js";
import { exportButtons, requestFile } from "../panels/interpolate/exports.js";
import { noWalk, WalkPlace, walkModel } from "../panels/interpolate/place.js";
import { cornersOf, layOutWalk, nameEnds, walkAsker, walkChoices } from "../panels/interpolate/walk.js";
import { endCard } from "../panels/interpolate/endcard.js";
import { soundEnd } from "./interpolate/end.js";
import { melodyWalk } from "./interpolate/melodies.js";
import { noteWalk } from "./interpolate/notes.js";
import { soundPad } from "./interpolate/pad.js";
import { sheetPng } from "./interpolate/sheet.js";
import { ABOUT } from "./interpolate/words.js";
import { makesNotes } from "./pictures.js";

/**
 * @typedef {import("../core/types.js").Reply} Reply
 * @typedef {import("../core/types.js").Spec} Spec
 * @typedef {import("../panels/interpolate/square.js").Cell} Cell
 * @typedef {import("../panels/interpolate/walk.js").Asked} Asked
 * @typedef {{model: string|null, mode: string, path: string, at: number, cell: Cell,
 *   ends: import("../panels/interpolate/ends.js").End[], settings: import("../core/types.js").Settings, tempo: number,
 *   instrument: string}} State
 */

const STEPS = 9;
const SIDE = 7; // of the pad
const FORMATS = {
  notes: { wav: "WAV", png: "PNG", npz: "NumPy .npz" },
  melodies: { wav: "WAV", mid: "MIDI", png: "PNG", npz: "NumPy .npz" },
};
/** @type {State} */
const DEFAULTS = {
  model: null,
  mode: "pair",
  path: "spherical",
  at: 0,
  cell: [3, 3],
  ends: FIRST_ENDS,
  settings: {},
  tempo: 110,
  instrument: "piano",
};

/** Fill the panel. @type {import("../core/types.js").PanelModule["mount"]} */
export function mount(root, { modality, cards, state: sliceOf }) {
  const usable = inOrder(cards.filter((card) => isHealthy(card) && card.latent.size > 0)).sort(
    (one, other) => Number(makesNotes(other)) - Number(makesNotes(one)),
  );
  if (!usable.length) {
    fill(
      root,
      noWalk("Interpolation needs a model with latents, of notes or of melodies. Explore names what is there."),
    );
    return null;
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const place = new WalkPlace({ usable, modality, state });
  const notesNow = () => makesNotes(place.card);
  const problem = problemBox();
  const keep = (/** @type {Partial<State>} */ patch) => state.set(patch);
  const onMove = (/** @type {number} */ at) => keep({ at });

  const notes = noteWalk({ onMove });
  const melodies = melodyWalk({
    cards,
    keep,
    onMove,
    tempo: inside(saved.tempo, 40, 180, DEFAULTS.tempo),
    instrument: saved.instrument,
  });
  const pad = soundPad({ onMove: (cell) => keep({ cell }) });
  const isPair = () => mode() === "pair" || !notesNow(); // melodies have no pad
  const stageNow = () => (notesNow() ? (isPair() ? notes : pad) : melodies);
  const endCards = FIRST_ENDS.map((_, i) =>
    endCard({
      now: () => place,
      kitOf: (chooser) => soundEnd(chooser, hearEnd),
      onChange: (end) => place.setEnd(i, end),
      onExplore: () => place.takeFromExplore(i),
    }),
  );
  const model = walkModel(place, {
    hidden: ["pitch"], // it has a slider of its own
    nameOf: (card) =>
      `${makesNotes(card) ? "Notes" : "Melodies"}: ${[shortName(card), familyTag(card)].filter(Boolean).join(", ")}`,
  });
  const { modes, paths, words: pathWords, mode, path } = walkChoices({ saved, items: "sounds", onChange: change });
  const pitch = range({
    label: "Pitch",
    min: LOWEST,
    max: HIGHEST,
    step: 1,
    value: Number(place.settings.pitch ?? 60),
    shown: noteName,
    words: (value) => `${noteName(value)}, MIDI ${value}`,
    onCommit: (value) => place.setSettings({ ...place.settings, pitch: value }),
  });
  const swap = button("Swap A and B", () => place.swap());
  const stageTitle = el("h2", { class: "pg-stage-title" });
  const stage = el("section", { class: "pg-card pg-stage pg-sound-stage", "aria-label": "The walk" });
  const files = el("section", { class: "pg-card pg-strip-card", "aria-label": "Files" });
  const layout = el("div", { class: "pg-interpolate pg-sound-walk" });
  const { ask, shown } = walkAsker({ view: "audio-interpolate", stage, problem, request, onReply: draw });

  /** @returns {[string, string, object]} */
  function request() {
    const { card, ends, settings } = place;
    if (isPair())
      return [card.id, "interpolate", { a: ends[0].spec, b: ends[1].spec, path: path(), frames: STEPS, settings }];
    return [card.id, "corners", { corners: ends.map((end) => end.spec), path: path(), side: SIDE, settings }];
  }

  /** @param {object} patch */
  function change(patch) {
    keep(patch);
    layOut();
    ask();
  }

  place.onChange((changed) => {
    if (changed === "model" || changed === "explore") drawModel();
    endCards.forEach((one, i) => one.set(place.ends[i], changed === "model"));
    ask();
  });

  /** @param {Uint8Array} pixels @param {Spec} spec */
  async function hearEnd(pixels, spec) {
    stageNow().stop();
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

  function drawModel() {
    model.refresh();
    if (place.settings.pitch !== undefined) pitch.set(Number(place.settings.pitch));
    layOut();
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

  function layOut() {
    const pair = isPair();
    const shape = pair ? "pair" : "corners";
    layout.dataset.mode = shape;
    layout.dataset.kind = place.card.output.kind;
    const formats = pair ? FORMATS[notesNow() ? "notes" : "melodies"] : { ...FORMATS.notes, wav: "WAV of this timbre" };
    /** @type {Record<string, (walk: Asked) => Promise<[Blob, string]>>} */
    const here = pair
      ? { png: picture }
      : { png: picture, wav: (what) => requestFile({ format: "wav", ...what, frame: pad.at() }) };
    fill(files, exportButtons(present, formats, here));
    modes.hidden = pitch.root.hidden = !notesNow();
    melodies.controls.hidden = notesNow();
    swap.hidden = !pair;
    for (const other of [notes, melodies, pad]) other.stop();
    fill(stage, stageTitle, stageNow().root, problem.root);
    if (pair) (notesNow() ? notes : melodies).reserve(place.card, STEPS);
    stageTitle.textContent = `${shortName(place.card)}, ${pair ? "from A to B" : "between four"}`;
    nameEnds(endCards, shape);
  }

  /** @param {Reply} reply @param {string} operation @param {Record<string, any>} asked */
  function draw(reply, operation, asked) {
    const walk = shown();
    if (!walk) return;
    const what = { ...walk, pitch: asked.settings.pitch };
    const { at, cell } = state.get();
    if (operation === "corners")
      pad.load(reply, what, [inside(cell?.[0], 0, SIDE - 1, 3), inside(cell?.[1], 0, SIDE - 1, 3)]);
    else if (notesNow()) notes.load(reply, what);
    else melodies.load(reply, place.card, inside(at, 0, STEPS - 1, 0));
    const places = operation === "corners" ? cornersOf(SIDE) : [0, STEPS - 1];
    places.forEach((index, i) => endCards[i].draw(frameOf(reply, index)));
  }

  layOutWalk(layout, {
    controls: [model.picker, modes, paths, pitch.root, melodies.controls, volumeControl(), swap],
    words: [model.settings, model.about, pathWords],
    endCards,
    stage,
    files,
    about: ["What does a walk through timbres or tunes let one hear?", ABOUT],
  });
  root.replaceChildren(layout);
  drawModel();
  endCards.forEach((one, i) => one.set(place.ends[i]));
  ask();
  return { hidden: () => stageNow().stop() };
}
