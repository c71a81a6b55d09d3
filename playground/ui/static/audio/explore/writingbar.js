/** @file How far the writing of a piece has come: a bar, words, Stop and Go on, and what went wrong; one in each card that writes. */

import { button, el, problemBox } from "../../core/dom.js";

/**
 * @typedef {{buttons: HTMLElement[], parts: HTMLElement[], problem: ProblemBox,
 *   begin: (total: number) => void, show: (done: number, total: number) => void,
 *   stopped: (done: number, total: number) => void, clear: () => void, end: (canGoOn: boolean) => void}} WritingBar
 *   parts: to stand below the buttons; end: nothing is written now
 */

/** @param {{onStop: () => void, onGoOn: () => void}} options @returns {WritingBar} */
export function writingBar({ onStop, onGoOn }) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Bars written" });
  const words = el("p", { class: "pg-hint" }, " ");
  const stop = button("Stop", onStop, { disabled: true });
  const goOn = button("Go on", onGoOn, { disabled: true });
  const problem = problemBox();
  const writing = (/** @type {number} */ done, /** @type {number} */ total) =>
    (words.textContent = `Writing bar ${done + 1} of ${total}…`);

  return {
    buttons: [stop, goOn],
    parts: [bar, words, problem.root],
    problem,
    begin(total) {
      problem.clear();
      stop.disabled = false;
      goOn.disabled = true;
      [bar.max, bar.value] = [total, 0];
      writing(0, total);
    },
    show(done, total) {
      bar.value = done;
      if (done < total) writing(done, total);
      else words.textContent = `${total} bars written.`;
    },
    stopped: (done, total) => (words.textContent = `Stopped after ${done} of ${total} bars.`),
    clear() {
      [bar.value, words.textContent] = [0, " "];
    },
    end(canGoOn) {
      stop.disabled = true;
      goOn.disabled = !canGoOn;
    },
  };
}
