/** @file Plays the frames of a process: play, pause, step, scrub, speed; any frame can be taken up. */

import { Lane } from "../../core/api.js";
import { button, el, inRow, problemBox, range, select, stacked } from "../../core/dom.js";
import { drawFrame, frameOf, outputWords, pictureCanvas } from "../../core/frames.js";

const SPEEDS = [
  ["4", "Slow"],
  ["10", "Normal"],
  ["25", "Fast"],
]; // frames per second

/**
 * How many Gibbs steps lie between two frames.
 * @param {string} of what a frame is called
 * @returns {{root: HTMLElement, now: () => number}}
 */
export function gibbsSteps(of) {
  let every = "1";
  const onChange = (/** @type {string} */ value) => (every = value);
  const { root } = select({ label: `Gibbs steps per ${of}`, choices: ["1", "2", "5", "10"], value: every, onChange });
  return { root, now: () => Number(every) };
}

/**
 * @param {{label: string, frameWords: (index: number, count: number) => string, onTake: ((pixels: Uint8Array<ArrayBuffer>, index: number) => void)|null,
 *   takeWords?: string, canvas?: HTMLElement, draw?: (canvas: any, reply: Reply, index: number) => void}} options
 *   frameWords: what frame `index` is; onTake: start from this frame (null: not offered); canvas, draw: for what is no picture
 * @returns {{root: HTMLElement, problem: ProblemBox, pause: () => void,
 *   run: (model: string, request: object, body?: Uint8Array<ArrayBuffer>|null, onReply?: (reply: Reply) => void) => Promise<void>}}
 *   run: ask for a chain and play it from its first frame; onReply: before that; problem: where it is told that it cannot be had
 */
export function chainPlayer({
  label,
  frameWords,
  onTake,
  takeWords = "Start from this",
  canvas = pictureCanvas({ size: 196, label }),
  draw = drawFrame,
}) {
  const lane = new Lane("chain");
  const problem = problemBox();
  /** @type {Reply|null} */
  let reply = null;
  let playing = false;
  let perSecond = 10;
  let shownMs = 0;

  const show = (/** @type {number} */ index) => {
    if (!reply) return;
    scrub.set(index);
    draw(canvas, reply, index);
    const told = [frameWords(index, reply.header.frames), outputWords(frameOf(reply, index), reply.header)];
    canvas.setAttribute("aria-label", `${label}: ${told.filter(Boolean).join(", ")}`);
  };
  const scrub = range({
    label: "Frame",
    min: 0,
    max: 1,
    value: 0,
    shown: (index) => (reply ? `${index + 1} / ${reply.header.frames}` : ""),
    words: (index) => (reply ? frameWords(index, reply.header.frames) : "nothing yet"),
    onInput: (index) => {
      setPlaying(false);
      show(index);
    },
  });
  const play = button("Play", () => setPlaying(!playing), { kind: "primary" });
  const step = (/** @type {number} */ by) => () => {
    setPlaying(false);
    if (reply) show(Math.min(reply.header.frames - 1, Math.max(0, scrub.value() + by)));
  };
  const take = onTake && button(takeWords, () => reply && onTake(frameOf(reply, scrub.value()).slice(), scrub.value()));

  /** @param {boolean} next */
  function setPlaying(next) {
    if (next && reply && scrub.value() >= reply.header.frames - 1) show(0);
    playing = next && reply !== null;
    play.textContent = playing ? "Pause" : "Play";
    if (playing) requestAnimationFrame(tick);
  }

  /** @param {number} nowMs */
  function tick(nowMs) {
    if (!playing || !reply || !canvas.isConnected) return;
    if (nowMs - shownMs >= 1000 / perSecond) {
      shownMs = nowMs;
      const next = scrub.value() + 1;
      if (next >= reply.header.frames) return setPlaying(false);
      show(next);
    }
    requestAnimationFrame(tick);
  }

  /** @type {(model: string, request: object, body?: Uint8Array<ArrayBuffer>|null, onReply?: (reply: Reply) => void) => Promise<void>} */
  async function run(model, request, body = null, onReply = () => {}) {
    problem.clear();
    try {
      const next = await lane.run(model, "chain", request, body ? { body } : {});
      if (!next || !root.isConnected) return; // another took its place
      onReply(next);
      load(next);
    } catch (error) {
      problem.show(error, () => run(model, request, body, onReply));
    }
  }

  const load = (/** @type {Reply} */ next) => {
    reply = next;
    scrub.input.max = String(reply.header.frames - 1);
    for (const control of [play, back, forward, scrub.input]) control.disabled = false;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    show(still ? reply.header.frames - 1 : 0);
    setPlaying(!still);
  };
  const back = button("Step back", step(-1));
  const forward = button("Step", step(1));
  for (const control of [play, back, forward, scrub.input]) control.disabled = true;
  const speed = select({
    label: "Speed",
    choices: SPEEDS,
    value: "10",
    onChange: (value) => (perSecond = Number(value)),
  });
  const root = el(
    "div",
    { class: "pg-player" },
    canvas,
    stacked(scrub.root, inRow(play, back, forward), inRow(speed.root, take)),
  );
  return { root, problem, run, pause: () => setPlaying(false) };
}
