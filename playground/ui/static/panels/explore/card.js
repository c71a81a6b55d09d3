/** @file The full card of a model: what it is, everything measured, what it cost. */

import { button, el, fill, terms, uniqueId } from "../../core/dom.js";
import { markdown } from "../../core/markdown.js";
import { compact, metricsTable, shortName, tidy } from "../../core/models.js";

/**
 * A button that opens the whole card over the page, where its tables have room.
 * @returns {{root: HTMLElement, rebuild: (card: Card) => void}} filled each time it is opened
 */
export function fullCard() {
  const title = el("h2", { id: uniqueId("full-card") });
  const body = el("div", { class: "pg-dialog-body" });
  const close = button("Close", () => dialog.close());
  const head = el("div", { class: "pg-card-head" }, title, close);
  const dialog = el("dialog", { class: "pg-dialog", "aria-labelledby": title.id }, head, body);
  /** @type {Card|null} */
  let card = null;
  const open = button(
    "All numbers",
    () => {
      if (!card) return;
      fill(body, facts(card), metricsTable(card), costs(card.cost ?? {}), about(card.card));
      dialog.showModal();
      body.scrollTop = 0;
    },
    { kind: "quiet" },
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the card
  const rebuild = (/** @type {Card} */ next) => {
    card = next;
    title.textContent = shortName(card);
    open.textContent = `All numbers of ${shortName(card)}`;
  };
  return { root: el("div", { class: "pg-full-card" }, open, dialog), rebuild };
}

/** The card's text without its own table of numbers, which stands above it. @param {string} [text] */
function about(text) {
  const words = (text ?? "").split("\n## Measured")[0];
  return words && el("div", { class: "pg-markdown" }, markdown(words));
}

/** @param {Card} card */
function facts(card) {
  return terms("pg-facts", [
    ["Data", card.dataset],
    ["Parameters", `${card.parameters.toLocaleString("en")} (${compact(card.parameters)})`],
    ["Latent numbers", String(card.latent.size)],
    ["Prior", card.latent.prior],
    ["Can", card.capabilities.join(", ")],
  ]);
}

/** @param {Card["cost"]} cost */
function costs(cost) {
  const rows = Object.entries(cost).filter(([, value]) => typeof value !== "object");
  if (!rows.length) return null;
  const shown = (/** @type {unknown} */ value) =>
    typeof value === "number" && Math.abs(value) >= 1e6 ? value.toExponential(2) : tidy(value);
  const list = terms(
    "pg-facts",
    rows.map(([name, value]) => [name.replaceAll("_", " "), shown(value)]),
  );
  return [el("h3", { class: "pg-title" }, "What it cost"), list];
}
