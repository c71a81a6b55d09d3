/** @file A walk as a strip of frames: hover, drag or keys scrub the big picture locally; play runs it there and back. */

import { button, el, range } from "../../core/dom.js";
import { drawFrame, drawPixels, drawSheet, frameOf, outputWords, pictureCanvas } from "../../core/frames.js";
import { markPaint } from "../../core/timings.js";

const FRAME_MS = 80;
const NARROW = matchMedia("(max-width: 720px)");

/**
 * @param {{onMove: (index: number) => void}} options onMove: the visitor settled on a frame
 * @returns {{picture: HTMLElement, strip: HTMLElement, reserve: (frames: number) => void, load: (reply: Reply, index: number) => void, pause: () => void,
 *   preview: (pixels: Uint8Array) => void}}
 *   preview: the big picture shows what a search has come to, until it is moved or loaded; reserve takes the place that so many frames will need, so that nothing moves when they come
 */
export function filmstrip({ onMove }) {
  /** @type {Reply|null} */
  let reply = null;
  let at = 0;
  let playing = false;
  let forward = true;
  let shownMs = 0;
  const big = pictureCanvas({ className: "pg-walk-big", label: "The walk's present picture" });
  const sheet = pictureCanvas({ className: "pg-strip-sheet" });
  const mark = el("span", { class: "pg-strip-mark", "aria-hidden": "true" });
  const strip = el("div", { class: "pg-strip", "aria-hidden": "true" }, sheet, mark);
  const scrub = range({
    label: "Along the way",
    min: 0,
    max: 1,
    value: 0,
    shown: (index) => (reply ? `${index + 1} / ${reply.header.frames}` : ""),
    words: frameWords,
    onInput: (index, event) => {
      setPlaying(false);
      show(index);
      markPaint("inputToPaint", event.timeStamp);
    },
    onCommit: (index) => onMove(index),
  });
  const play = button("Play", () => setPlaying(!playing), { kind: "primary" });

  /** @param {number} index */
  function frameWords(index) {
    if (!reply) return "nothing yet";
    const last = reply.header.frames - 1;
    if (index === 0) return "A, the start";
    return index === last
      ? "B, the end"
      : `frame ${index + 1} of ${last + 1}, ${Math.round((100 * index) / last)} % of the way from A to B`;
  }

  /** @param {number} frames */
  function columns(frames) {
    const most = NARROW.matches ? 8 : frames > 32 ? 32 : 16;
    return Math.ceil(frames / Math.ceil(frames / most));
  }

  /** @param {number} index */
  function show(index) {
    if (!reply) return;
    at = Math.min(reply.header.frames - 1, Math.max(0, index));
    drawFrame(big, reply, at);
    scrub.set(at);
    const where = outputWords(frameOf(reply, at), reply.header);
    big.setAttribute("aria-label", `The walk's present picture: ${[frameWords(at), where].filter(Boolean).join(", ")}`);
    const across = columns(reply.header.frames);
    const rows = Math.ceil(reply.header.frames / across);
    Object.assign(mark.style, {
      left: `${(100 * (at % across)) / across}%`,
      top: `${(100 * Math.floor(at / across)) / rows}%`,
      width: `${100 / across}%`,
      height: `${100 / rows}%`,
    });
  }

  /** @param {PointerEvent} event @param {number} frames */
  function place(event, frames) {
    const box = sheet.getBoundingClientRect();
    const across = columns(frames);
    const rows = Math.ceil(frames / across);
    const part = (/** @type {number} */ value, /** @type {number} */ size, /** @type {number} */ count) =>
      Math.min(count - 1, Math.max(0, Math.floor((value / size) * count)));
    return part(event.clientY - box.top, box.height, rows) * across + part(event.clientX - box.left, box.width, across);
  }
  const follow = (/** @type {PointerEvent} */ event) => {
    if (!reply) return;
    setPlaying(false);
    show(place(event, reply.header.frames));
    markPaint("inputToPaint", event.timeStamp);
  };
  strip.addEventListener("pointerdown", follow);
  strip.addEventListener("pointermove", (event) => (event.pointerType === "mouse" || event.buttons) && follow(event));
  for (const end of ["pointerup", "pointerleave"]) strip.addEventListener(end, () => reply && onMove(at));

  /** @param {boolean} next */
  function setPlaying(next) {
    if (playing === next) return;
    playing = next && reply !== null;
    play.textContent = playing ? "Pause" : "Play";
    if (playing) requestAnimationFrame(tick);
    else if (reply) onMove(at);
  }

  /** @param {number} nowMs */
  function tick(nowMs) {
    if (!playing || !reply || !big.isConnected) return;
    if (nowMs - shownMs >= FRAME_MS) {
      shownMs = nowMs;
      const last = reply.header.frames - 1;
      if (at >= last) forward = false;
      if (at <= 0) forward = true;
      show(at + (forward ? 1 : -1));
    }
    requestAnimationFrame(tick);
  }

  NARROW.addEventListener("change", () => reply && load(reply, at));

  /** @param {number} frames */
  function reserve(frames) {
    const across = columns(frames);
    sheet.style.aspectRatio = `${across} / ${Math.ceil(frames / across)}`;
  }

  /** @param {Reply} next @param {number} index */
  function load(next, index) {
    reply = next;
    reserve(reply.header.frames);
    scrub.input.max = String(reply.header.frames - 1);
    drawSheet(sheet, reply, columns(reply.header.frames));
    mark.hidden = false;
    for (const control of [play, scrub.input]) control.disabled = false;
    show(index);
  }

  /** @param {Uint8Array} pixels */
  function preview(pixels) {
    setPlaying(false);
    if (reply) drawPixels(big, pixels, reply.header);
    big.setAttribute("aria-label", "What the search has come to");
  }

  mark.hidden = true;
  for (const control of [play, scrub.input]) control.disabled = true;
  const picture = el(
    "div",
    { class: "pg-stack pg-walk" },
    big,
    el("div", { class: "pg-walk-controls" }, play, scrub.root),
  );
  return { picture, strip, reserve, load, preview, pause: () => setPlaying(false) };
}
