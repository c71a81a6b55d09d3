/** @file The Gibbs chain of a model of chorales as a film of rolls: noise, or the piece above, settling into chords. */

import { button, el, fill, hint, select, titled, toggle } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { can } from "../../core/models.js";
import { drawRoll } from "../../core/scores.js";
import { joined } from "../../core/wire.js";
import { chainPlayer, gibbsSteps } from "../../panels/explore/player.js";
import { saidCanvas, rollFacts } from "../pictures.js";
import { BAR } from "./compose.js";
import { toBytes } from "./line.js";

const FRAMES = 48;
const NOISE_BARS = 4;
const MOST_BARS = 8;

/**
 * @typedef {import("./compose.js").Piece} Piece
 * @typedef {{card: Card, settings: Settings, seed: number,
 *   piece: Piece|null, line: number[]}} Now  line: the soprano of Harmonise
 */

/**
 * @param {{stage: import("./stage.js").Stage, now: () => Now, onKeep: (piece: Piece) => void}} parts
 *   stage: what sounds; onKeep: the visitor wants this state as the piece
 * @returns {{root: HTMLElement, rebuild: () => void, pause: () => void}}
 */
export function gibbsFilm({ stage, now, onKeep }) {
  const steps = gibbsSteps("state");
  const place = el("div", {});
  const canvas = saidCanvas({ label: "Gibbs chain", className: "pg-roll pg-film-canvas" });
  const hold = toggle({ label: "Hold the soprano", on: false });
  /** @type {ReturnType<typeof chainPlayer>|null} */
  let player = null;
  /** @type {import("./compose.js").Wish|null} what was asked for the film */
  let asked = null;
  /** @type {{reply: Reply, index: number}|null} */
  let shown = null;
  let from = "noise";

  /** @param {Reply} reply @param {number} index @param {number|null} [playhead] */
  function draw(reply, index, playhead = null) {
    shown = { reply, index };
    drawRoll(canvas, frameOf(reply, index), { ...rollFacts(now().card), width: reply.header.width }, { playhead });
  }

  function rebuild() {
    pause();
    shown = null;
    root.hidden = !can(now().card, "chain");
    player = chainPlayer({
      label: "Gibbs chain",
      canvas,
      draw: (_, reply, index) => draw(reply, index),
      takeWords: "Hear this state",
      frameWords: (index, count) => `state ${index + 1} of ${count} of the Gibbs chain`,
      onTake: (pixels) => hear(pixels),
    });
    fill(place, player.root, player.problem.root);
    drawRoll(canvas, new Uint8Array(now().card.output.height * NOISE_BARS * BAR), {
      ...rollFacts(now().card),
      width: NOISE_BARS * BAR,
    });
  }

  function start() {
    const { card, settings, seed, piece, line } = now();
    stage.stop();
    const given = from === "piece" && piece;
    const bars = given ? Math.min(MOST_BARS, given.steps / BAR) : NOISE_BARS;
    const soprano = hold.input.checked ? line.slice(0, bars * BAR) : [];
    const sings = soprano.some((note) => note !== 0);
    const request = {
      seed,
      bars,
      frames: FRAMES,
      every: steps.now(),
      settings,
      ...(given && { start: true }),
      ...(sings && { harmonise: true }),
    };
    const body = joined(
      given ? cut(given, bars * BAR, card.output.height) : new Uint8Array(0),
      sings ? toBytes(soprano) : new Uint8Array(0),
    );
    player?.run(card.id, request, body.length ? body : null, () => (asked = request));
  }

  /** @param {Uint8Array} pixels */
  function hear(pixels) {
    pause();
    if (!shown) return;
    const { reply, index } = shown;
    stage.hear(
      pixels,
      reply.header.width,
      (step) => shown?.reply === reply && shown.index === index && draw(reply, index, step),
    );
  }

  function keep() {
    if (!shown || !asked) return;
    const { reply, index } = shown;
    const { card } = now();
    pause();
    onKeep({
      model: card.id,
      operation: "chain",
      request: { ...asked, state: index },
      soprano: null,
      pixels: frameOf(reply, index).slice(),
      steps: reply.header.width,
      key: reply.header.key ?? "",
      done: true,
    });
  }

  function pause() {
    player?.pause();
  }

  const starts = select({
    label: "Start from",
    choices: [
      ["noise", "Noise"],
      ["piece", "The chorale above"],
    ],
    value: from,
    onChange: (value) => (from = value),
  });
  const root = titled(
    "gibbs",
    "Gibbs chain",
    hint(
      "An RBM writes by walking: notes set hidden units, hidden units set notes. Here all eighths walk at once; each settles on those before it.",
    ),
    place,
    el(
      "div",
      { class: "pg-row pg-gibbs-controls" },
      starts.root,
      steps.root,
      hold.root,
      button("Run the chain", start, { kind: "primary" }),
      button("Keep this state above", keep),
    ),
  );
  new ResizeObserver(() => shown && canvas.clientWidth && draw(shown.reply, shown.index)).observe(canvas);
  return { root, rebuild, pause };
}

/** The first steps of a piece's roll. @param {Piece} piece @param {number} count @param {number} rows */
function cut({ pixels, steps }, count, rows) {
  if (count === steps) return pixels;
  const part = new Uint8Array(rows * count);
  for (let row = 0; row < rows; row += 1) part.set(pixels.subarray(row * steps, row * steps + count), row * count);
  return part;
}
