/** @file Explore for models of chorales: compose bar by bar, harmonise a soprano, watch the Gibbs chain, hear all of it. */

import { button, el, fill, fold, hint, titled, whole } from "../../core/dom.js";
import { can, knownSettings, settingsForm } from "../../core/models.js";
import { noteName } from "../../core/pitches.js";
import { seedField } from "../../core/seeds.js";
import { ChosenSettings } from "../../core/settings.js";
import { UndoStack, undoButton } from "../../core/undo.js";
import { rollFacts } from "../pictures.js";
import { BAR, scoreOf, writePiece } from "./compose.js";
import { exportMusic } from "./exportmusic.js";
import { gibbsFilm } from "./gibbs.js";
import { harmoniseCard } from "./harmonise.js";
import { rollStage } from "./stage.js";
import { writingBar } from "./writingbar.js";

/**
 * @typedef {import("./compose.js").Piece} Piece
 * @typedef {import("./types.js").ChoraleState} ChoraleState
 */

const MOST_BARS = 16;
/** @type {ChoraleState} */
const DEFAULTS = {
  mode: "compose",
  seed: 7,
  bars: 8,
  settings: {},
  tempo: 84,
  instrument: "piano",
  line: null,
  own: null,
};

/**
 * @param {{state: import("./types.js").AudioSlice, announce: (sentence: string) => void, cards: Card[]}} parts
 *   state: of which "chorale" is kept here; cards: all audio models (for what plays the music)
 * @returns {{root: HTMLElement, rebuild: (card: Card) => void, hidden: () => void}}
 *   rebuild: this model of chorales is chosen; hidden: another panel or model is shown
 */
export function chorales({ state, announce, cards }) {
  /** @returns {ChoraleState} */
  const kept = () => ({ ...DEFAULTS, ...state.get().chorale });
  const usual = /** @type {Record<string, unknown>} */ ({ ...DEFAULTS });
  const keep = (/** @type {Partial<ChoraleState>} */ patch) => {
    const next = { ...kept(), ...patch };
    const changed = Object.entries(next).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
    );
    state.set({ chorale: changed.length ? Object.fromEntries(changed) : undefined });
  };
  /** @type {Card|null} */
  let chosenCard = null;
  /** @type {Settings} */
  let settings = {};
  const chosen = new ChosenSettings();
  /** @type {Piece|null} what the roll shows */
  let piece = null;
  /** @type {AbortController|null} of the writing */
  let stopper = null;
  /** @type {UndoStack<{music: Partial<ChoraleState>, piece: Piece|null}>} of this model */
  let left = new UndoStack();

  const cardNow = () => chosenCard ?? cards[0];
  const facts = () => rollFacts(cardNow());
  const stage = rollStage({
    cards,
    facts,
    tempo: kept().tempo,
    instrument: kept().instrument,
    keep,
    onStep: (step) => piece?.soprano && harmony.playhead(step),
  });
  const caption = el("p", { class: "pg-caption", role: "status" }, " ");
  const exports = exportMusic(() => piece && { piece, tempo: stage.tempo(), instrument: stage.instrument() });
  const harmonising = writingBar({ onStop: () => stopper?.abort(), onGoOn: goOn });
  const harmony = harmoniseCard({
    kept,
    onLine: change,
    writing: harmonising,
    onHarmonise: (line) => (leave(), begin(line)),
    onSound: stage.sound,
  });
  const film = gibbsFilm({
    stage,
    now: () => ({ card: cardNow(), settings, piece, seed: kept().seed, line: harmony.line() }),
    onKeep: (state) => (leave(), take(state)),
  });

  const composing = writingBar({ onStop: () => stopper?.abort(), onGoOn: goOn });
  let told = composing; // where the writing that runs, or ran last, is told of
  const seed = seedField({
    value: kept().seed,
    title: "A random seed: the same again, otherwise",
    onSeed: (value) => change({ seed: value }),
    onDice: beginAsKept,
  });
  const undo = undoButton(takeBack, "Take back the last change (Ctrl+Z)");
  const bars = whole({
    label: "Bars",
    min: 1,
    max: MOST_BARS,
    value: kept().bars,
    onChange: (value) => change({ bars: value }),
  });
  const settingsPlace = el("div", { class: "pg-settings-place" });
  const composeButton = button("Compose", () => (leave(), begin(null)), { kind: "primary" });

  /** Something begins that Undo takes back. @param {string} [gesture] see core/undo.js */
  function leave(gesture = "") {
    const { mode, seed, bars, settings, line, own } = kept();
    left.leave({ music: { mode, seed, bars, settings, line, own }, piece }, gesture);
    undo.disabled = false;
  }

  /** @param {Partial<ChoraleState>} patch @param {string} [gesture] */
  function change(patch, gesture) {
    leave(gesture);
    keep(patch);
  }

  function takeBack() {
    const before = left.back();
    if (!before) return;
    keep(before.music);
    seed.set(kept().seed);
    bars.input.value = String(kept().bars);
    drawSettings(cardNow());
    harmony.restore();
    undo.disabled = left.size === 0;
    announce("The last change is taken back.");
    if (before.piece) take(before.piece);
    else beginAsKept();
  }

  /** Write what the address says: over the soprano, or a new piece. */
  function beginAsKept() {
    begin(kept().mode === "harmonise" ? harmony.line() : null);
  }

  /** Show music that is there already. @param {Piece} there */
  function take(there) {
    stopper?.abort();
    stopper = null;
    stage.stop();
    tellIn(there.soprano ? harmonising : composing);
    shown(there, there.request.bars);
    ended();
    finished(there);
  }

  /** @param {import("./writingbar.js").WritingBar} bar */
  function tellIn(bar) {
    told.problem.clear();
    told.end(false);
    told = bar;
    harmony.writes(told === harmonising);
  }

  function goOn() {
    if (piece) begin(piece.soprano, piece);
  }

  /**
   * Write music: a new piece, one over a soprano, or the rest of one that was stopped.
   * @param {number[]|null} soprano
   * @param {Piece|null} [from]
   */
  async function begin(soprano, from = null) {
    stopper?.abort();
    stage.stop();
    film.pause();
    const mine = (stopper = new AbortController());
    /** @type {import("./compose.js").Wish} */
    const wish = from
      ? from.request
      : { seed: kept().seed, bars: soprano ? soprano.length / BAR : kept().bars, settings: { ...settings } };
    if (!from) keep({ mode: soprano ? "harmonise" : "compose" });
    tellIn(soprano ? harmonising : composing);
    told.begin(wish.bars);
    exports.enable(false);
    try {
      const written = await writePiece(cardNow().id, wish, {
        soprano,
        from,
        signal: mine.signal,
        onBar: (grown) => stopper === mine && shown(grown, wish.bars),
      });
      if (stopper !== mine) return;
      if (written) await finished(written);
    } catch (error) {
      if (stopper === mine) told.problem.show(error, () => begin(soprano, from));
    }
    if (stopper === mine) ended();
  }

  /** Nothing is being written. */
  function ended() {
    told.end(piece !== null && !piece.done);
    exports.enable(piece !== null);
  }

  /** @param {Piece} grown @param {number} total bars */
  function shown(grown, total) {
    piece = grown;
    const done = grown.steps / BAR;
    stage.show(grown.pixels, grown.steps, total * BAR);
    if (grown.operation === "chain") told.clear();
    else told.show(done, total);
    caption.textContent = pieceWords(grown);
  }

  /** @param {Piece} written */
  async function finished(written) {
    if (!written.done) told.stopped(written.steps / BAR, written.request.bars);
    const outcome = `${written.soprano ? "Harmonised" : written.operation === "chain" ? "Kept" : "Composed"}: ${pieceWords(written)}.`;
    try {
      const score = can(cardNow(), "score") ? await scoreOf(written) : null;
      if (piece !== written) return;
      const cost = score ? `${score.how === "exact" ? "" : "about "}${score.nats.toFixed(2)} nats a frame` : "";
      caption.textContent = [pieceWords(written), cost].filter(Boolean).join(" · ");
      announce(`${outcome} ${cost}`);
    } catch (error) {
      told.problem.show(error, () => finished(written));
    }
  }

  /** @param {Card} next */
  function rebuild(next) {
    stopper?.abort();
    stopper = null;
    if (chosenCard && chosenCard !== next) {
      chosen.learn(chosenCard, settings);
      keep({ settings: chosen.of(next) });
    }
    chosenCard = next;
    drawSettings(next);
    left = new UndoStack();
    undo.disabled = true;
    piece = null;
    stage.stop();
    stage.show(null, 0, kept().bars * BAR);
    caption.textContent = " ";
    told.clear();
    ended();
    film.rebuild();
    harmony.rebuild(next).then(() => {
      if (chosenCard !== next || piece || stopper) return;
      beginAsKept();
    });
  }

  /** @param {Card} card */
  function drawSettings(card) {
    settings = knownSettings(card, kept().settings);
    fill(
      settingsPlace,
      settingsForm(card, settings, (values) => {
        settings = values;
        change({ settings: values });
      }),
    );
  }

  const music = titled(
    "music",
    ["Chorale", stage.legend],
    stage.root,
    stage.controls,
    el("div", { class: "pg-row pg-music-foot" }, caption, exports.root),
    fold("What is a nat a frame?", el("p", {}, NATS)),
  );
  const compose = titled(
    "compose",
    "Compose",
    hint("The model writes four voices, eighth by eighth; the seed decides every draw."),
    el("div", { class: "pg-compose-fields" }, seed.field, bars.root, seed.dice, undo),
    el("div", { class: "pg-row" }, composeButton, composing.buttons),
    composing.parts,
    settingsPlace,
  );
  const root = el("div", { class: "pg-chorales" }, music, compose, harmony.root, film.root);
  const hidden = () => {
    stage.stop();
    film.pause();
    stopper?.abort();
  };
  return { root, rebuild, hidden };
}

/** @param {Piece} piece */
function pieceWords({ operation, request, steps, key, soprano }) {
  const length = steps / BAR;
  const { temperature } = request.settings;
  return [
    operation === "chain" && `state ${(request.state ?? 0) + 1} of a Gibbs chain`,
    `${length} bar${length === 1 ? "" : "s"}${soprano ? " under a soprano" : ""}`,
    key && `${key} major or ${relativeMinor(key)} minor`,
    `seed ${request.seed}`,
    temperature !== undefined && `temperature ${temperature}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The tonic three semitones below. @param {string} major */
function relativeMinor(major) {
  const names = Array.from({ length: 12 }, (_, i) => noteName(60 + i).slice(0, -1));
  return names[(names.indexOf(major) + 9) % 12];
}

const NATS =
  "How surprised the model is by an eighth of music, on average: minus the logarithm of the probability that it gives to the four notes, given all before. Bach's own chorales cost it about as much as its card says; noise costs far more, a held chord next to nothing. The RBM's numbers are estimates.";
