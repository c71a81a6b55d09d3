/** @file Shows model cards: a picker, the controls of a model's settings, its measured numbers. */

import { el, fold, range, select, uniqueId } from "./dom.js";

const FAMILY_NAMES = {
  vae: "VAE",
  gan: "GAN",
  rbm: "RBM",
  "rnn-rbm": "RNN-RBM",
  flow: "Flow matching",
  transformer: "Transformer",
  "causal-lm": "Transformer",
  "sentence-lm": "LSTM",
  arae: "GAN",
  "categorical-rbm": "RBM",
  "replicated-softmax": "RBM",
};
const FAMILY_ORDER = Object.keys(FAMILY_NAMES);
// The first of these that a card has stands below its name: part of the metric's name, and a sentence on its value.
const HEADLINES = [
  ["coverage", (value) => `Covers ${value} of real data`],
  ["steps-free-running", (value) => `Keeps ${value} of a tune`],
  ["nll", (value) => `Surprise at real data: ${value}`],
  ["logprob", (value) => `Log-likelihood of real data: ${value}`],
];

/** A model's name for people. @returns {string} */
export function shortName(card) {
  return card.name || card.id.split("/").pop();
}

/** Cards in the order in which they are offered: by family, and in each the plainest name first. @returns {object[]} */
export function inOrder(cards) {
  const rank = ({ family }) => (FAMILY_ORDER.includes(family) ? FAMILY_ORDER.indexOf(family) : FAMILY_ORDER.length);
  return [...cards].sort((one, other) => rank(one) - rank(other) || one.id.length - other.id.length);
}

/** The family's name as people write it. @returns {string} */
function familyName(card) {
  return FAMILY_NAMES[card.family] ?? card.family;
}

/** The family beside a model's name; empty where the name says it already. @returns {string} */
export function familyTag(card) {
  return shortName(card).toLowerCase().includes(familyName(card).toLowerCase()) ? "" : familyName(card);
}

/** @returns {boolean} true when the model can be used */
export function isHealthy(card) {
  return card.problems.length === 0;
}

/** Whether a model declares a capability, such as "encode". @returns {boolean} */
export function can(card, capability) {
  return card.capabilities.includes(capability);
}

/** How a model finds latents. @returns {"encode"|"invert"|null} null: not at all */
export function wayToFind(card) {
  return ["encode", "invert"].find((way) => can(card, way)) ?? null;
}

/** The number that says most about a model, beside what a perfect one of its kind scores. @returns {string} */
function headline({ metrics = {} }) {
  const names = Object.keys(metrics);
  const [name, sentence] =
    HEADLINES.map(([part, words]) => [names.find((one) => one.includes(part)), words]).find(([found]) => found) ?? [];
  if (!name) return "";
  const { value, floor, unit } = metrics[name];
  const shown = (number) => (unit === "share" ? percent(number) : `${tidy(number)} ${unit ?? ""}`.trim());
  return sentence(shown(value)) + (typeof floor === "number" ? ` (perfect: ${shown(floor)})` : "");
}

/** A share with as many digits as tell it from all. @returns {string} */
function percent(share) {
  return `${(100 * share).toFixed(share > 0.99 && share < 1 ? 1 : 0)} %`;
}

/** A number with as many digits as a reader needs. @returns {string} */
export function tidy(value) {
  if (typeof value !== "number") return value === null || value === undefined ? "–" : String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) >= 100 ? value.toFixed(1) : Math.abs(value) >= 10 ? value.toFixed(2) : value.toPrecision(3);
}

/** The default of every setting of a model. @returns {Record<string, number|string>} */
function defaultsOf(card) {
  return Object.fromEntries(card.settings.map((setting) => [setting.name, setting.default]));
}

/** The settings of a model: given values that fit it, else its defaults. @returns {Record<string, number|string>} */
export function knownSettings(card, values) {
  const settings = defaultsOf(card);
  for (const { name, kind, min, max, choices } of card.settings) {
    const value = values?.[name];
    const fits = kind === "choice" ? choices.includes(value) : Number.isFinite(value) && value >= min && value <= max;
    if (fits) settings[name] = value;
  }
  return settings;
}

/**
 * A list of models to choose one from; broken ones are shown with their reason and cannot be chosen.
 * @param {{cards: object[], value: string, onPick: (id: string) => void, headingOf?: (card: object) => string}} options
 *   headingOf: what stands above the first of those cards that have it in common
 * @returns {{root: HTMLElement, set: (id: string) => void}}
 */
export function modelPicker({ cards, value, onPick, headingOf = () => "" }) {
  const name = uniqueId("model");
  const root = el("div", { class: "pg-models", role: "radiogroup", "aria-label": "Model" });
  let [group, heading] = [root, ""];
  for (const card of cards) {
    if (headingOf(card) !== heading) {
      heading = headingOf(card);
      group = el(
        "div",
        { class: "pg-models-group", role: "group", "aria-label": heading },
        el("div", { class: "pg-models-heading" }, heading),
      );
      root.append(group);
    }
    group.append(pickerRow(card, name, card.id === value, onPick));
  }
  const set = (id) => {
    for (const input of root.querySelectorAll("input")) input.checked = input.value === id;
  };
  return { root, set };
}

function pickerRow(card, name, checked, onPick) {
  const healthy = isHealthy(card);
  const id = uniqueId("model-row");
  const input = el("input", {
    type: "radio",
    name,
    value: card.id,
    disabled: !healthy,
    "aria-labelledby": `${id}-name`,
    "aria-describedby": `${id}-about`,
    onchange: () => onPick(card.id),
  });
  input.checked = checked;
  const facts = healthy ? headline(card) : `Not available: ${card.problems[0]}`;
  const tag = [familyTag(card), healthy && `${compact(card.parameters)} parameters`].filter(Boolean).join(" · ");
  return el(
    "label",
    { class: `pg-model${healthy ? "" : " pg-model-broken"}` },
    input,
    el("span", { class: "pg-model-name", id: `${id}-name` }, shortName(card), el("span", { class: "pg-tag" }, tag)),
    el(
      "span",
      { class: "pg-model-about", id: `${id}-about` },
      el("span", { class: "pg-model-summary" }, card.summary ?? ""),
      el("span", { class: "pg-model-facts" }, facts),
    ),
  );
}

/** 1234567 -> "1.2 M". @returns {string} */
export function compact(count) {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e3 ? `${Math.round(count / 1e3)} k` : String(count);
}

/**
 * Controls for every setting of a model; advanced ones behind a fold.
 * @param {object} card
 * @param {Record<string, number|string>} values the present ones (missing: default)
 * @param {(values: Record<string, number|string>) => void} onChange called with all values when a gesture ends
 * @returns {HTMLElement}
 */
export function settingsForm(card, values, onChange) {
  const now = { ...defaultsOf(card), ...values };
  const change = (name, value) => onChange(Object.assign(now, { [name]: value }) && { ...now });
  const controls = (advanced) =>
    card.settings
      .filter((setting) => Boolean(setting.advanced) === advanced)
      .map((setting) => control(setting, now, change));
  const rest = controls(true);
  return el("div", { class: "pg-settings" }, controls(false), rest.length > 0 && fold("More settings", rest));
}

function control(setting, values, change) {
  const { name, label, kind, help } = setting;
  const value = values[name];
  if (kind === "choice") {
    const choices = setting.choices.map(String);
    return withHelp(
      select({ label, choices, value: String(value), onChange: (next) => change(name, next) }).root,
      help,
    );
  }
  const step = setting.step ?? (kind === "int" ? 1 : 0.05);
  const shown = (number) => (kind === "int" ? String(number) : number.toFixed(2));
  const words = (number) => `${shown(number)}. ${help}`;
  const onCommit = (next) => change(name, next);
  return withHelp(range({ label, min: setting.min, max: setting.max, step, value, shown, words, onCommit }).root, help);
}

function withHelp(root, help) {
  return el("div", { class: "pg-setting" }, root, help && el("p", { class: "pg-help" }, help));
}

/** Every measured number of a model with its floor. @returns {HTMLElement} */
export function metricsTable(card) {
  const entries = Object.entries(card.metrics ?? {});
  if (!entries.length) return el("p", { class: "pg-hint" }, "No numbers have been measured for this model yet.");
  const row = ([name, metric]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name, metric.help && el("span", { class: "pg-help" }, metric.help)),
      el("td", {}, `${tidy(metric.value)} ${metric.unit ?? ""}`),
      el("td", {}, tidy(metric.floor)),
      el("td", {}, metric.better ?? ""),
    );
  const head = ["Measure", "Value", "Perfect sampler", "Better is"].map((text) => el("th", { scope: "col" }, text));
  return el(
    "div",
    { class: "pg-scroll", tabindex: "0", role: "region", "aria-label": `Measured numbers of ${shortName(card)}` },
    el("table", { class: "pg-table" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, entries.map(row))),
  );
}
