/** @file The Interpolate panel of the Audio tab: from one instrument or melody to another, step by step, heard as it is seen. */

import { run } from "../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, range, select } from "../core/dom.js";
import { frameOf } from "../core/frames.js";
import { bankOf } from "../core/instruments.js";
import { seeded } from "../core/latents.js";
import { familyTag, inOrder, isHealthy, knownSettings, settingsForm, shortName } from "../core/models.js";
import { HIGHEST, LOWEST, noteName } from "../core/pitches.js";
import { audio, volumeControl } from "../core/sound.js";
import { ChosenSettings } from "../core/settings.js";
import { slice } from "../core/state.js";
import { endsForOther, FIRST_ENDS, readEnds } from "../panels/interpolate/ends.js";
import { exportButtons, requestFile } from "../panels/interpolate/exports.js";
import { cornersOf, inside, layOutWalk, NAMES, nameEnds, walkAsker, walkChoices } from "../panels/interpolate/walk.js";
import { soundEnd } from "./interpolate/end.js";
import { melodyWalk } from "./interpolate/melodies.js";
import { noteWalk } from "./interpolate/notes.js";
import { soundPad } from "./interpolate/pad.js";
import { sheetPng } from "./interpolate/sheet.js";
import { ABOUT } from "./interpolate/words.js";
import { makesNotes } from "./pictures.js";

const STEPS = 9;
const SIDE = 7; // of the pad
const FORMATS = {
  notes: { wav: "WAV", png: "PNG", npz: "NumPy .npz" },
  melodies: { wav: "WAV", mid: "MIDI", png: "PNG", npz: "NumPy .npz" },
};
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

/** Fill the panel. @returns {{hidden: () => void}} */
export function mount(root, { modality, cards, state: sliceOf }) {
  const usable = inOrder(cards.filter((card) => isHealthy(card) && card.latent.size > 0)).sort(
    (one, other) => makesNotes(other) - makesNotes(one),
  );
  if (!usable.length) {
    fill(
      root,
      el(
        "div",
        { class: "pg-state" },
        el("h2", {}, "No model can be used"),
        el("p", {}, "Interpolation needs a model with latents, of notes or of melodies. Explore names what is there."),
      ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const inExplore = slice(`${modality}.explore`, {}).get().model;
  let card = usable.find((other) => other.id === (saved.model ?? inExplore)) ?? usable[0];
  let ends = readEnds(saved.ends, card);
  let settings = knownSettings(card, saved.settings);
  const chosen = new ChosenSettings();
  const problem = problemBox();
  const keep = (patch) => state.set(patch);
  const onMove = (at) => keep({ at });

  const notes = noteWalk({ onMove, morphFile: () => ({ format: "wav", ...shown() }) });
  const melodies = melodyWalk({
    cards,
    keep,
    onMove,
    tempo: inside(saved.tempo, 40, 180, DEFAULTS.tempo),
    instrument: saved.instrument,
  });
  const pad = soundPad({ onMove: (cell) => keep({ cell }) });
  const isPair = () => mode() === "pair" || !makesNotes(card); // melodies have no pad
  const stageNow = () => (makesNotes(card) ? (isPair() ? notes : pad) : melodies);
  const endCards = FIRST_ENDS.map((_, place) =>
    soundEnd({
      name: NAMES.corners[place][0],
      role: NAMES.corners[place][1],
      now: () => ({ card, settings }),
      onChange: (end) => setEnds(ends.map((old, i) => (i === place ? end : old))),
      onExplore: () => fromExplore(place),
      onHear: hearEnd,
    }),
  );

  const picker = select({
    label: "Model",
    choices: usable.map((other) => [
      other.id,
      `${makesNotes(other) ? "Notes" : "Melodies"}: ${[shortName(other), familyTag(other)].filter(Boolean).join(", ")}`,
    ]),
    value: card.id,
    onChange: (id) => setModel(usable.find((other) => other.id === id)),
  });
  const about = hint();
  const settingsPlace = el("div");
  const { modes, paths, words: pathWords, mode, path } = walkChoices({ saved, items: "sounds", onChange: change });
  const pitch = range({
    label: "Pitch",
    min: LOWEST,
    max: HIGHEST,
    step: 1,
    value: settings.pitch ?? 60,
    shown: noteName,
    words: (value) => `${noteName(value)}, MIDI ${value}`,
    onCommit: (value) => setSettings({ ...settings, pitch: value }),
  });
  const swap = button("Swap A and B", () => setEnds([ends[1], ends[0], ends[2], ends[3]]));
  const stageTitle = el("h2", { class: "pg-stage-title" });
  const stage = el("section", { class: "pg-card pg-stage pg-sound-stage", "aria-label": "The walk" });
  const files = el("section", { class: "pg-card pg-strip-card", "aria-label": "Files" });
  const layout = el("div", { class: "pg-interpolate pg-sound-walk" });
  const { ask, shown } = walkAsker({ view: "audio-interpolate", stage, problem, request, onReply: draw });

  function request() {
    if (isPair())
      return [card.id, "interpolate", { a: ends[0].spec, b: ends[1].spec, path: path(), frames: STEPS, settings }];
    return [card.id, "corners", { corners: ends.map((end) => end.spec), path: path(), side: SIDE, settings }];
  }

  function change(patch) {
    keep(patch);
    layOut();
    ask();
  }

  function setEnds(next) {
    ends = next;
    keep({ ends });
    endCards.forEach((one, place) => one.set(ends[place]));
    ask();
  }

  function setModel(next, { keepSettings = null, quiet = false } = {}) {
    stageNow().stop();
    chosen.learn(card, settings);
    card = next;
    picker.input.value = card.id;
    settings = keepSettings ? knownSettings(card, keepSettings) : chosen.of(card);
    ends = endsForOther(ends);
    keep({ model: card.id, settings, ends });
    drawModel();
    endCards.forEach((one, place) => (one.set(ends[place]), one.modelChanged()));
    if (!quiet) announce(`${shortName(card)} chosen.`);
    ask();
  }

  function setSettings(next) {
    settings = knownSettings(card, next);
    keep({ settings });
    ask();
  }

  function fromExplore(place) {
    const there = slice(`${modality}.explore`, {}).get();
    const other = usable.find((one) => one.id === there.model) ?? card; // Explore may show a model without latents
    const { spec = seeded(7), settings: values } = other.id === there.model ? there : (there.places?.[other.id] ?? {});
    if (other !== card) setModel(other, { keepSettings: values, quiet: true });
    else if (values) setSettings({ ...values });
    const [end] = readEnds([{ spec, from: "explore" }], card);
    drawModel();
    setEnds(ends.map((old, i) => (i === place ? end : old)));
    announce(`${NAMES.corners[place][0]}: what Explore shows, of ${shortName(card)}.`);
  }

  async function hearEnd(pixels, spec) {
    stageNow().stop();
    if (!makesNotes(card)) return melodies.hearRoll(pixels);
    audio(); // a browser lets sound begin only while it handles a gesture
    const bank = bankOf(card.id, spec, settings);
    try {
      await bank.want([settings.pitch], { view: "audio-interpolate-end" });
      bank.play(settings.pitch);
    } catch (error) {
      if (!error.superseded) problem.show(error, () => hearEnd(pixels, spec));
    }
  }

  function drawModel() {
    fill(about, card.summary ?? "");
    const others = { ...card, settings: card.settings.filter(({ name }) => name !== "pitch") };
    const form = fold(
      "Model settings",
      settingsForm(others, settings, (values) => setSettings({ ...settings, ...values })),
    );
    fill(settingsPlace, others.settings.length > 0 && form);
    if (settings.pitch !== undefined) pitch.set(settings.pitch);
    layOut();
  }

  /** What an export is made of. */
  const present = () => shown() && { ...shown(), ...(makesNotes(card) ? {} : melodies.sound()) };

  async function picture({ model, operation, request: asked }) {
    const reply = await run(model, operation, asked);
    const frames = Array.from({ length: reply.header.frames }, (_, index) => frameOf(reply, index));
    const columns = operation === "corners" ? SIDE : makesNotes(card) ? STEPS : 3;
    return [
      await sheetPng(card, frames, columns, { model, operation, request: asked }),
      `${model.split("/").pop()}-${operation}.png`,
    ];
  }

  function layOut() {
    const pair = isPair();
    layout.dataset.mode = pair ? "pair" : "corners";
    layout.dataset.kind = card.output.kind;
    const formats = pair
      ? FORMATS[makesNotes(card) ? "notes" : "melodies"]
      : { ...FORMATS.notes, wav: "WAV of this timbre" };
    const here = pair
      ? { png: picture }
      : { png: picture, wav: (what) => requestFile({ format: "wav", ...what, frame: pad.at() }) };
    fill(files, exportButtons(present, formats, here));
    modes.hidden = pitch.root.hidden = !makesNotes(card);
    melodies.controls.hidden = makesNotes(card);
    swap.hidden = !pair;
    for (const other of [notes, melodies, pad]) other.stop();
    fill(stage, stageTitle, stageNow().root, problem.root);
    if (pair) stageNow().reserve(card, STEPS);
    stageTitle.textContent = `${shortName(card)}, ${pair ? "from A to B" : "between four"}`;
    nameEnds(endCards, layout.dataset.mode);
  }

  function draw(reply, operation, asked) {
    const what = { ...shown(), pitch: asked.settings.pitch };
    const { at, cell } = state.get();
    if (operation === "corners")
      pad.load(
        reply,
        what,
        [0, 1].map((axis) => inside(cell?.[axis], 0, SIDE - 1, 3)),
      );
    else if (makesNotes(card)) notes.load(reply, what);
    else melodies.load(reply, card, inside(at, 0, STEPS - 1, 0));
    const places = operation === "corners" ? cornersOf(SIDE) : [0, STEPS - 1];
    places.forEach((index, place) => endCards[place].draw(frameOf(reply, index)));
  }

  layOutWalk(layout, {
    controls: [picker.root, modes, paths, pitch.root, melodies.controls, volumeControl(), swap],
    words: [settingsPlace, about, pathWords],
    endCards,
    stage,
    files,
    about: ["What does a walk through timbres or tunes let one hear?", ABOUT],
  });
  root.replaceChildren(layout);
  drawModel();
  endCards.forEach((one, place) => one.set(ends[place]));
  ask();
  return { hidden: () => stageNow().stop() };
}
