/** @file What else could have stood in a token's place: bars of its alternatives, before and after the settings. */

import { percent, visible } from "../../core/chances.js";
import { el, fill, hint, titled } from "../../core/dom.js";
import { tidy } from "../../core/models.js";
import { barParts } from "../controls.js";

/**
 * @typedef {{id: number, text: string, p: number, kept?: number}} Choice  kept: after the settings, where there are some
 * @typedef {Choice & {alternatives: Choice[]}} Token
 */

/** @param {string} which bar @param {string} words */
function key(which, words) {
  return el("span", {}, el("span", { class: `pg-key-swatch pg-key-swatch-${which}`, "aria-hidden": "true" }), words);
}

/**
 * @param {{onBranch?: ((choice: any) => void)|null, empty: string}} options
 *   onBranch: write on from this alternative (missing: they are only shown); empty: stands here while no token is chosen
 * @returns {{root: HTMLElement, show: (token: Token|null, where?: string) => void, focus: () => void, onLeave: (back: () => void) => void}}
 *   where: which token it is, such as "Token 3 of 40"; onLeave: Escape was pressed in the list
 */
export function alternativesCard({ onBranch = null, empty }) {
  const title = el("h2", {}, "Alternatives");
  const body = el("div", { class: "pg-stack" });
  const root = titled("alternatives", title, body);
  let back = () => {};

  /** @param {Token|null} token @param {string} [where] */
  function show(token, where = "") {
    root.dataset.open = String(token !== null);
    if (!token) {
      title.textContent = "Alternatives";
      fill(body, hint(empty));
      return;
    }
    title.textContent = where;
    const others = token.alternatives.some(({ id }) => id === token.id)
      ? token.alternatives
      : [...token.alternatives, token];
    const settled = "kept" in token;
    const most = Math.max(...others.map(({ p, kept = 0 }) => Math.max(p, kept)), 1e-6);
    fill(
      body,
      el(
        "p",
        { class: "pg-chosen" },
        el("bdi", { class: "pg-token", dataset: { level: 0 } }, visible(token.text)),
        ` ${percent(token.p)}, a surprise of ${tidy(-Math.log(token.p))} nats`,
      ),
      settled && el("div", { class: "pg-bar-key" }, key("before", "by the model"), key("after", "after the settings")),
      el(
        "ul",
        { class: "pg-bars" },
        others.map((choice) => el("li", {}, row(choice, choice.id === token.id, settled, most))),
      ),
      onBranch && hint("Choose one to write on from there; what stands now is kept as a branch."),
    );
  }

  /** @param {Choice} choice @param {boolean} isChosen @param {boolean} settled @param {number} most */
  function row(choice, isChosen, settled, most) {
    const after = settled ? (choice.kept ? percent(choice.kept) : "cannot come") : "";
    /** @type {[string, number][]} */
    const bars = [["before", choice.p / most]];
    if (settled) bars.push(["after", (choice.kept ?? 0) / most]);
    const numbers = settled ? `${percent(choice.p)} → ${after}` : percent(choice.p);
    const parts = barParts(visible(choice.text), bars, numbers);
    const said = `${visible(choice.text)}: ${percent(choice.p)}${settled ? `, after the settings ${after}` : ""}`;
    if (isChosen || !onBranch)
      return el(
        "div",
        { class: "pg-bar-row", dataset: { chosen: isChosen } },
        parts,
        isChosen && el("span", { class: "pg-visually-hidden" }, "written"),
      );
    return el(
      "button",
      { type: "button", class: "pg-bar-row", "aria-label": `Branch with ${said}`, onclick: () => onBranch(choice) },
      parts,
    );
  }

  root.addEventListener("keydown", (event) => {
    const rows = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("button.pg-bar-row")]);
    const at = rows.findIndex((one) => one === document.activeElement);
    if (event.key === "Escape") back();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const next = at + by;
    rows[Math.min(rows.length - 1, Math.max(0, next))].focus();
  });

  show(null);
  return {
    root,
    show,
    focus: () => root.querySelector(/** @type {"button"} */ ("button.pg-bar-row"))?.focus(),
    onLeave: (callback) => (back = callback),
  };
}
