/** @file The full card of a model: what it is, everything measured, what it cost. */

import { el, fill } from "../../core/dom.js";
import { markdown } from "../../core/markdown.js";
import { compact, metricsTable, shortName, tidy } from "../../core/models.js";

/** @returns {{root: HTMLDetailsElement, rebuild: (card: object) => void}} filled when it is first opened */
export function fullCard() {
  const body = el("div", { class: "pg-fold-body" });
  const summary = el("summary", {}, "All numbers and the full card");
  const root = el("details", { class: "pg-fold pg-full-card" }, summary, body);
  let card = null;
  const draw = () => {
    if (!root.open || !card) return;
    fill(
      body,
      facts(card),
      metricsTable(card),
      costs(card.cost ?? {}),
      card.card && el("div", { class: "pg-markdown" }, markdown(card.card)),
    );
  };
  root.addEventListener("toggle", draw);
  const rebuild = (next) => {
    card = next;
    summary.textContent = `All numbers of ${shortName(card)}`;
    draw();
  };
  return { root, rebuild };
}

function facts(card) {
  const rows = [
    ["Data", card.dataset],
    ["Parameters", `${card.parameters.toLocaleString("en")} (${compact(card.parameters)})`],
    ["Latent numbers", String(card.latent.size)],
    ["Prior", card.latent.prior],
    ["Can", card.capabilities.join(", ")],
  ];
  return el(
    "dl",
    { class: "pg-facts" },
    rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
  );
}

function costs(cost) {
  const rows = Object.entries(cost).filter(([, value]) => typeof value !== "object");
  if (!rows.length) return null;
  const shown = (value) => (typeof value === "number" && Math.abs(value) >= 1e6 ? value.toExponential(2) : tidy(value));
  const list = el(
    "dl",
    { class: "pg-facts" },
    rows.flatMap(([name, value]) => [el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, shown(value))]),
  );
  return [el("h3", { class: "pg-title" }, "What it cost"), list];
}
