/** @file The process behind a picture: an RBM's Gibbs chain, also around held pixels, or a flow's way out of noise. */

import { run } from "../../core/api.js";
import { button, el, fill, fold, hint, inRow, stacked, titled } from "../../core/dom.js";
import { explicit } from "../../core/latents.js";
import { can } from "../../core/models.js";
import { drawable, paintPad } from "../../core/paint.js";
import { joined } from "../../core/wire.js";
import { chainPlayer, gibbsSteps } from "./player.js";

const FRAMES = 48;
const FIRST_RUN_AFTER_MS = 500; // the picture, its sliders and samples come first

/**
 * @typedef {ReturnType<typeof paintPad>} PaintPad
 */

/**
 * @param {{position: import("./position.js").Position, picture: {pixels: () => Uint8Array|null},
 *   state: {get: () => {paint?: string}, set: (patch: {paint?: string}) => void}, oneOf: (card: Card) => string}} parts
 *   state: keeps the drawing; oneOf: what one output of a model is called, such as "digit"
 * @returns {{root: HTMLElement, rebuild: () => void, hidden: () => void}}
 */
export function chainCard({ position, picture, state, oneOf }) {
  const title = el("h2");
  const place = stacked();
  const root = titled("chain", title, place);
  const steps = gibbsSteps("frame");
  /** @type {ReturnType<typeof chainPlayer>|null} */
  let player = null;
  let timer = 0;
  const onSight = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      onSight.disconnect();
      timer = setTimeout(start, FIRST_RUN_AFTER_MS, null);
    },
    { threshold: 0.5 },
  );

  function rebuild() {
    player?.pause();
    const { card } = position;
    clearTimeout(timer);
    onSight.disconnect();
    const label = can(card, "clamp") ? "Gibbs chain" : can(card, "chain") ? `From noise to ${oneOf(card)}` : "One step";
    title.textContent = label;
    if (!can(card, "chain")) return fill(place, hint(IN_ONE_STEP));
    player = chainPlayer({
      label,
      frameWords: frameWords(card, oneOf(card)),
      onTake: can(card, "encode") ? startFrom : null,
    });
    fill(
      place,
      hint(can(card, "clamp") ? GIBBS : CARRIED),
      player.root,
      inRow(
        button("Run from the picture", () => start(null), { kind: "primary" }),
        can(card, "clamp") && steps.root,
      ),
      player.problem.root,
      can(card, "clamp") && drawable(card) && completion(),
    );
    onSight.observe(player.root); // it runs by itself when it is first seen
  }

  /** @param {Uint8Array<ArrayBuffer>|null} body a drawing and what of it is held */
  function start(body) {
    clearTimeout(timer);
    onSight.disconnect();
    const { card, spec, settings } = position;
    const endless = can(card, "clamp"); // another process has as many moments as its solver has steps
    const frames = endless ? FRAMES : Math.min(FRAMES, Number(settings.steps ?? FRAMES) + 1);
    const own = { ...(endless && { every: steps.now() }), ...(body && { clamped: true }) };
    const request = { latent: spec, frames, settings, ...own };
    player?.run(card.id, request, body);
  }

  /** The latent of a frame becomes the current one. @param {Uint8Array<ArrayBuffer>} pixels */
  async function startFrom(pixels) {
    try {
      const reply = await run(position.card.id, "encode", { raw: true, settings: position.settings }, { body: pixels });
      position.setSpec(explicit(reply.header.z));
    } catch (error) {
      player?.problem.show(error);
    }
  }

  function completion() {
    const pad = paintPad({ size: 252, hold: true, onChange: () => state.set({ paint: packBits(pad) }) });
    unpackBits(state.get().paint, pad);
    const complete = () => {
      start(joined(pad.pixels, pad.mask));
    };
    const useCurrent = () => {
      const drawn = picture.pixels();
      if (drawn) pad.load(drawn);
      state.set({ paint: packBits(pad) });
    };
    return el(
      "div",
      { class: "pg-complete pg-stack" },
      el("h3", { class: "pg-title" }, "Complete a drawing"),
      hint("Draw a part, hold it, and the chain finds pixels that go with it."),
      pad.root,
      inRow(button("Complete", complete, { kind: "primary" }), button("Use the current picture", useCurrent)),
      fold("How clamping works", CLAMPING),
    );
  }

  return { root, rebuild, hidden: () => player?.pause() };
}

const IN_ONE_STEP = "This model makes its picture in one step, so there is no process to watch.";
const GIBBS =
  "A Boltzmann machine draws by walking: pixels set hidden units, hidden units set pixels, again and again.";
const CARRIED = "Flow matching carries noise along a learned velocity field; every frame is one moment of the way.";
const CLAMPING =
  "After every Gibbs step the held pixels are set back to what you drew. The others are sampled given the hidden units, so over time they settle where the model finds the whole picture probable. Black pixels can be held too: they say that nothing is there.";

/** @param {Card} card @param {string} one @returns {(index: number, count: number) => string} */
function frameWords(card, one) {
  if (can(card, "clamp")) return (index, count) => `frame ${index + 1} of ${count} of the Gibbs chain`;
  return (index, count) => `time ${(index / Math.max(1, count - 1)).toFixed(2)} of 1, from noise to ${one}`;
}

/** Drawing and held pixels as short text for the address: two bits a pixel. @param {PaintPad} pad */
function packBits({ pixels, mask }) {
  let binary = "";
  for (const values of [pixels, mask]) {
    for (let i = 0; i < values.length; i += 8) {
      let byte = 0;
      for (let bit = 0; bit < 8; bit += 1) byte |= (values[i + bit] >= 128 ? 1 : 0) << bit;
      binary += String.fromCharCode(byte);
    }
  }
  return /^\0*$/.test(binary) ? undefined : btoa(binary);
}

/** @param {unknown} text @param {PaintPad} pad */
function unpackBits(text, pad) {
  if (typeof text !== "string") return;
  try {
    const binary = atob(text);
    const half = pad.pixels.length / 8;
    if (binary.length !== 2 * half) return;
    const bits = (/** @type {number} */ start) =>
      Uint8Array.from(pad.pixels, (_, i) => ((binary.charCodeAt(start + (i >> 3)) >> (i & 7)) & 1 ? 255 : 0));
    pad.load(bits(0), bits(half));
  } catch {
    // A damaged link: the pad starts empty.
  }
}
