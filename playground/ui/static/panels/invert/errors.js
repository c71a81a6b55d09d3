/** @file How far a reconstruction is from its original, in numbers with units, beside what the model reaches on real ones. */

import { el, fill, hint } from "../../core/dom.js";
import { tidy } from "../../core/models.js";

/**
 * Errors by the server's names: how they are called, printed and what they mean.
 * @type {Record<string, [string, (value: number) => string, string]>}
 */
const KNOWN = {
  log_mel_error_db: [
    "Log-mel error",
    (value) => `${value.toFixed(1)} dB`,
    "how far loudness is off, on average over all bands and moments",
  ],
  spectral_convergence: [
    "Spectral convergence",
    (value) => value.toFixed(2),
    "error of the amplitudes over their size: 0 is the same, 1 is silence",
  ],
  distance: ["Distance", (value) => value.toFixed(3), "between both points of the plane: 0 is the same point"],
  mse: ["Mean squared error", (value) => value.toFixed(4), "of pixels from 0 to 1: 0 is the same picture"],
  edits: ["Edit distance", String, "the fewest words to insert, remove or replace; letters of a single word"],
  steps_kept: ["Steps kept", (value) => `${Math.round(100 * value)} %`, "sixteenths that came back as they were"],
};

/** @returns {{root: HTMLElement, show: (card: Card, errors: Record<string, number>|null) => void, moved: (yes: boolean) => void, words: () => string}} */
export function errorList() {
  const list = el("dl", { class: "pg-facts pg-invert-errors" });
  const note = hint();
  let said = "";

  /** @param {Card} card @param {Record<string, number>|null} errors */
  function show(card, errors) {
    const shown = shownOf(errors ?? {});
    fill(
      list,
      shown.flatMap(([name, [title, print, help]]) => [
        el("dt", {}, title),
        el(
          "dd",
          {},
          el("strong", {}, print(errors?.[name] ?? NaN)),
          ` ${usual(card, name)}`,
          el("span", { class: "pg-help" }, help),
        ),
      ]),
    );
    said = errorWords(errors ?? {});
    list.hidden = !shown.length;
    moved(false);
  }

  /** @param {boolean} yes */
  function moved(yes) {
    note.textContent = yes ? "Of what was found; the sliders have moved on from there." : "";
  }

  return { root: el("div", { class: "pg-stack pg-invert-numbers" }, list, note), show, moved, words: () => said };
}

/** @param {Record<string, number>} errors */
function shownOf(errors) {
  const known = Object.entries(KNOWN).filter(([name]) => name in errors);
  return known.length > 1 ? known.filter(([name]) => name !== "mse") : known; // what is heard has better numbers
}

/** Errors as a sentence each. @param {Record<string, number>} errors @returns {string} */
export function errorWords(errors) {
  return shownOf(errors)
    .map(([name, [title, print]]) => `${title} ${print(errors[name])}.`)
    .join(" ");
}

/** The same error over held-out data, from the card: of latents that were refined as here, where that was measured. */
function usual(/** @type {Card} */ card, /** @type {string} */ name) {
  /** @type {Record<string, string>} */
  const protocols = { log_mel_error_db: "log-mel-error", spectral_convergence: "spectral-convergence" };
  const wanted = protocols[name];
  const measured = Object.keys(card.metrics ?? {}).filter((key) => wanted && key.startsWith(wanted));
  const key = measured.find((one) => /refined\d+$/.test(one)) ?? measured[0];
  return key ? `(${tidy(card.metrics[key].value)} on average over held-out instruments)` : "";
}
