/** @file How far a reconstruction is from its original, in numbers with units, beside what the model reaches on real ones. */

import { el, fill, hint } from "../../core/dom.js";
import { tidy } from "../../core/models.js";

/** Errors by the server's names: how they are called, printed and what they mean. */
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
  steps_kept: ["Steps kept", (value) => `${Math.round(100 * value)} %`, "sixteenths that came back as they were"],
};

/** @returns {{root: HTMLElement, show: (card: object, errors: object|null) => void, moved: (yes: boolean) => void, words: () => string}} */
export function errorList() {
  const list = el("dl", { class: "pg-facts pg-invert-errors" });
  const note = hint();
  let said = "";

  function show(card, errors) {
    const shown = Object.entries(KNOWN).filter(([name]) => errors && name in errors);
    fill(
      list,
      shown.flatMap(([name, [title, print, help]]) => [
        el("dt", {}, title),
        el(
          "dd",
          {},
          el("strong", {}, print(errors[name])),
          ` ${usual(card, name)}`,
          el("span", { class: "pg-help" }, help),
        ),
      ]),
    );
    said = shown.map(([name, [title, print]]) => `${title} ${print(errors[name])}.`).join(" ");
    list.hidden = !shown.length;
    moved(false);
  }

  function moved(yes) {
    note.textContent = yes ? "Of what was found; the sliders have moved on from there." : "";
  }

  return { root: el("div", { class: "pg-stack pg-invert-numbers" }, list, note), show, moved, words: () => said };
}

/** The same error over held-out data, from the card: of latents that were refined as here, where that was measured. */
function usual(card, name) {
  const wanted = { log_mel_error_db: "log-mel-error", spectral_convergence: "spectral-convergence" }[name];
  const measured = Object.keys(card.metrics ?? {}).filter((key) => wanted && key.startsWith(wanted));
  const key = measured.find((one) => /refined\d+$/.test(one)) ?? measured[0];
  return key ? `(${tidy(card.metrics[key].value)} on average over held-out instruments)` : "";
}
