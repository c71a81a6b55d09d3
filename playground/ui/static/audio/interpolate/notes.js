/** @file From one instrument to another: nine notes side by side, heard one by one, in sequence, or as one morph. */

import { announce, button, el, hint, problemBox, stacked } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { audio, play } from "../../core/sound.js";
import { requestFile } from "../../panels/interpolate/exports.js";
import { stepRow } from "./steps.js";
import { WalkSounds } from "./sounds.js";

const EVERY_S = 0.85; // from one note to the next when all are played

/**
 * @typedef {{whole?: boolean, morph?: boolean, handles: import("../../core/sound.js").Playing[], over: boolean}} Heard
 *   one step, the whole walk, or the morph
 */

/**
 * @param {{onMove: (index: number) => void}} options onMove: the visitor asked to hear a step
 * @returns {{root: HTMLElement, reserve: (card: Card, count: number) => void,
 *   load: (reply: Reply, what: import("./sounds.js").Walk) => void, stop: () => void}}
 *   load: what is the request of the reply
 */
export function noteWalk({ onMove }) {
  /** @type {WalkSounds|null} */
  let sounds = null;
  let count = 0;
  /** @type {Heard|null} */
  let present = null;
  const row = stepRow({ onPlay: (index) => (onMove(index), hear(index)) });
  const problem = problemBox();
  const all = button("Play all", () => (present?.whole ? stop() : playAll()), { kind: "primary", disabled: true });
  const morph = button("Hear the morph", () => (present?.morph ? stop() : hearMorph()), {
    disabled: true,
    title: "One sound that turns from A into B",
  });
  const words = el("p", { class: "pg-hint pg-steps-words", role: "status" });
  const mark = el("span", { class: "pg-morph-mark", "aria-hidden": "true", hidden: true });
  const root = stacked(
    el("div", { class: "pg-steps-place" }, row.root, mark),
    el("div", { class: "pg-row pg-steps-controls" }, all, morph, words),
    hint("Click a step to hear it, or use the arrow keys and Enter, or the keys 1 to 9."),
    problem.root,
  );

  /** Take the place of whatever is heard. @param {{whole?: boolean, morph?: boolean}} kind @returns {Heard} */
  function begin(kind) {
    stop();
    audio(); // a browser lets sound begin only while it handles a gesture
    problem.clear();
    /** @type {Heard} */
    const mine = { ...kind, handles: [], over: false };
    present = mine;
    all.textContent = kind.whole ? "Stop" : "Play all";
    morph.textContent = kind.morph ? "Stop" : "Hear the morph";
    return mine;
  }

  /** @param {Heard} one */
  function end(one) {
    one.over = true;
    if (present !== one) return;
    present = null;
    [all.textContent, morph.textContent] = ["Play all", "Hear the morph"];
    mark.hidden = true;
    row.mark(null);
  }

  function stop() {
    const one = present;
    if (!one) return;
    for (const handle of one.handles) handle.stop();
    end(one);
  }

  /** @param {number} index */
  async function hear(index) {
    if (!sounds) return;
    const mine = begin({});
    row.mark(index);
    try {
      const buffer = await sounds.get(index);
      if (mine.over || !buffer) return end(mine);
      const handle = play(buffer);
      mine.handles.push(handle);
      await handle.ended;
      end(mine);
    } catch (error) {
      end(mine);
      problem.show(error, () => hear(index));
    }
  }

  async function playAll() {
    const walk = sounds;
    if (!walk) return;
    const mine = begin({ whole: true });
    try {
      await walk.load();
      if (mine.over) return;
      const start = audio().currentTime + 0.08;
      const buffers = Array.from({ length: count }, (_, i) => walk.buffer(i));
      mine.handles = buffers.flatMap((buffer, i) => (buffer ? play(buffer, { at: start + i * EVERY_S }) : []));
      follow(mine, start, (seconds) => row.mark(Math.min(count - 1, Math.floor(seconds / EVERY_S))));
      await mine.handles.at(-1)?.ended;
      end(mine);
    } catch (error) {
      end(mine);
      problem.show(error, playAll);
    }
  }

  async function hearMorph() {
    const walk = sounds;
    if (!walk) return;
    const mine = begin({ morph: true });
    words.textContent = "Making the morph…";
    try {
      const { model, operation, request } = walk.what;
      const [blob] = await requestFile({ format: "wav", model, operation, request });
      const buffer = await audio().decodeAudioData(await blob.arrayBuffer());
      if (mine.over) return;
      const start = audio().currentTime + 0.05;
      mine.handles = [play(buffer, { at: start })];
      mark.hidden = false;
      follow(mine, start, (seconds) => {
        const share = Math.min(1, seconds / buffer.duration);
        mark.style.left = `${100 * share}%`;
        row.mark(Math.round(share * (count - 1)));
      });
      announce(`The morph plays, ${buffer.duration.toFixed(1)} seconds.`);
      await mine.handles[0].ended;
      end(mine);
    } catch (error) {
      end(mine);
      problem.show(error, hearMorph);
    } finally {
      if (sounds) words.textContent = readyWords(sounds.pcm.size);
    }
  }

  /** Before every paint, until it is over: how many seconds have been heard. @param {Heard} one @param {number} start @param {(seconds: number) => void} show */
  function follow(one, start, show) {
    const tick = () => {
      if (one.over) return;
      const seconds = audio().currentTime - start;
      if (seconds >= 0) show(seconds);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  const readyWords = (/** @type {number} */ done) =>
    done < count ? `${done} of ${count} sounds ready` : `All ${count} sounds ready`;

  return {
    root,
    stop,
    reserve(card, steps) {
      count = steps;
      row.reserve(card, steps);
    },
    load(reply, what) {
      stop();
      sounds?.stop();
      count = reply.header.frames;
      for (let index = 0; index < count; index += 1) row.draw(index, frameOf(reply, index));
      row.unready();
      words.textContent = readyWords(0);
      const order = [0, count - 1, ...Array.from({ length: count - 2 }, (_, i) => i + 1)];
      const mine = (sounds = new WalkSounds(what, order, (part, done) => {
        row.ready(part);
        words.textContent = readyWords(done);
      }));
      for (const control of [all, morph]) control.disabled = false;
      mine.load().catch((error) => mine === sounds && problem.show(error, () => mine.load()));
    },
  };
}
