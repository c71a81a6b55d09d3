/** @file The Gibbs chain of a model of chorales as a film of rolls: noise, or the piece above, settling into chords. */

import { Lane } from "../../core/api.js";
import { button, el, fill, hint, problemBox, select, uniqueId } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { can } from "../../core/models.js";
import { drawRoll } from "../../core/scores.js";
import { joined } from "../../core/wire.js";
import { chainPlayer } from "../../panels/explore/player.js";
import { rollFacts } from "../pictures.js";
import { BAR } from "./compose.js";
import { toBytes } from "./line.js";

const FRAMES = 48;
const NOISE_BARS = 4;
const MOST_BARS = 8;

/**
 * @param {{stage: object, now: () => {card: object, settings: object, seed: number, piece: object|null, line: number[]},
 *   onKeep: (piece: object) => void}} parts
 *   stage: what sounds; line: the soprano of Harmonise; onKeep: the visitor wants this state as the piece
 * @returns {{root: HTMLElement, rebuild: () => void, pause: () => void}}
 */
export function gibbsFilm({ stage, now, onKeep }) {
  const lane = new Lane("explore-music-chain");
  const problem = problemBox();
  const place = el("div", {});
  const canvas = el("canvas", { class: "pg-roll pg-film-canvas", role: "img", "aria-label": "Gibbs chain" });
  const hold = el("input", { type: "checkbox", id: uniqueId("hold"), role: "switch" });
  let player = null;
  let shown = null; // {reply, index, request}
  let [from, every] = ["noise", 1];

  const facts = (reply) => ({ ...rollFacts(now().card), width: reply.header.width });
  function draw(_, reply, index, playhead = null) {
    shown = { ...shown, reply, index };
    drawRoll(canvas, frameOf(reply, index), facts(reply), { playhead });
  }

  function rebuild() {
    pause();
    problem.clear();
    lane.drop();
    shown = null;
    root.hidden = !can(now().card, "chain");
    player = chainPlayer({
      label: "Gibbs chain",
      canvas,
      draw,
      takeWords: "Hear this state",
      frameWords: (index, count) => `state ${index + 1} of ${count} of the Gibbs chain`,
      onTake: (pixels) => hear(pixels),
    });
    fill(place, player.root);
    drawRoll(canvas, new Uint8Array(now().card.output.height * NOISE_BARS * BAR), {
      ...rollFacts(now().card),
      width: NOISE_BARS * BAR,
    });
  }

  async function start() {
    const { card, settings, seed, piece, line } = now();
    stage.stop();
    problem.clear();
    const given = from === "piece" && piece;
    const bars = given ? Math.min(MOST_BARS, piece.steps / BAR) : NOISE_BARS;
    const soprano = hold.checked ? line.slice(0, bars * BAR) : null;
    const sings = soprano?.some((note) => note !== 0);
    const request = {
      seed,
      bars,
      frames: FRAMES,
      every,
      settings,
      ...(given && { start: true }),
      ...(sings && { harmonise: true }),
    };
    const body = joined(
      given ? cut(piece, bars * BAR, card.output.height) : new Uint8Array(0),
      sings ? toBytes(soprano) : new Uint8Array(0),
    );
    const playing = player;
    try {
      const reply = await lane.run(card.id, "chain", request, body.length ? { body } : {});
      if (!reply || playing !== player) return;
      shown = { request };
      player.load(reply);
    } catch (error) {
      problem.show(error, start);
    }
  }

  function hear(pixels) {
    player.pause();
    const { reply, index } = shown;
    stage.hear(
      pixels,
      reply.header.width,
      (step) => shown?.reply === reply && shown.index === index && draw(null, reply, index, step),
    );
  }

  function keep() {
    if (!shown?.reply) return;
    const { reply, index, request } = shown;
    const { card } = now();
    player.pause();
    onKeep({
      model: card.id,
      operation: "chain",
      request: { ...request, state: index },
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
  const steps = select({
    label: "Gibbs steps per state",
    choices: ["1", "2", "5", "10"],
    value: String(every),
    onChange: (value) => (every = Number(value)),
  });
  const root = el(
    "section",
    { class: "pg-card pg-area-gibbs", "aria-labelledby": "pg-gibbs-title" },
    el("h2", { id: "pg-gibbs-title" }, "Gibbs chain"),
    hint(
      "An RBM writes by walking: notes set hidden units, hidden units set notes. Here all eighths walk at once; each settles on those before it.",
    ),
    place,
    el(
      "div",
      { class: "pg-row pg-gibbs-controls" },
      starts.root,
      steps.root,
      el("label", { class: "pg-switch", for: hold.id }, hold, el("span", {}, "Hold the soprano")),
      button("Run the chain", start, { kind: "primary" }),
      button("Keep this state above", keep),
    ),
    problem.root,
  );
  new ResizeObserver(() => shown?.reply && canvas.clientWidth && draw(null, shown.reply, shown.index)).observe(canvas);
  return { root, rebuild, pause };
}

/** The first steps of a piece's roll. */
function cut({ pixels, steps }, count, rows) {
  if (count === steps) return pixels;
  const part = new Uint8Array(rows * count);
  for (let row = 0; row < rows; row += 1) part.set(pixels.subarray(row * steps, row * steps + count), row * count);
  return part;
}
