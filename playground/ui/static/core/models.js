/** @file Shows model cards: a picker, the controls of a model's settings, its measured numbers. */

import { el, fold, hint, range, select, table, uniqueId } from "./dom.js";

/** @type {Record<string, string>} */
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
/**
 * The first of these that a card has stands below its name: part of the metric's name, and a sentence on its value.
 * @type {[string, (value: string) => string][]}
 */
const HEADLINES = [
  ["coverage", (value) => `Covers ${value} of real data`],
  ["steps-free-running", (value) => `Keeps ${value} of a tune`],
  ["nll", (value) => `Surprise at real data: ${value}`],
  ["logprob", (value) => `Log-likelihood of real data: ${value}`],
];

/** A model's name for people. @param {Card} card @returns {string} */
export function shortName(card) {
  return card.name || card.id.slice(card.id.lastIndexOf("/") + 1);
}

/**
 * Cards in the order in which they are offered: by family; in each, models trained here before brought ones, which have no data
 * set of ours, and the plainest name first.
 * @template {Card} T
 * @param {T[]} cards
 */
export function inOrder(cards) {
  const rank = (/** @type {Card} */ { family }) =>
    FAMILY_ORDER.includes(family) ? FAMILY_ORDER.indexOf(family) : FAMILY_ORDER.length;
  const brought = (/** @type {Card} */ { dataset }) => Number(!dataset);
  return [...cards].sort(
    (one, other) => rank(one) - rank(other) || brought(one) - brought(other) || one.id.length - other.id.length,
  );
}

/** The family's name as people write it. @param {Card} card @returns {string} */
function familyName(card) {
  return FAMILY_NAMES[card.family] ?? card.family;
}

/** The family beside a model's name; empty where the name says it already. @param {Card} card @returns {string} */
export function familyTag(card) {
  return shortName(card).toLowerCase().includes(familyName(card).toLowerCase()) ? "" : familyName(card);
}

/** Whether a model can be used. @param {Card} card @returns {boolean} */
export function isHealthy(card) {
  return card.problems.length === 0;
}

/** Whether a model declares a capability, such as "encode". @param {Card} card @param {string} capability @returns {boolean} */
export function can(card, capability) {
  return card.capabilities.includes(capability);
}

/** How a model finds latents; null: not at all. @param {Card} card */
export function wayToFind(card) {
  return /** @type {const} */ (["encode", "invert"]).find((way) => can(card, way)) ?? null;
}

/** The number that says most about a model, beside what a perfect one of its kind scores. @param {Card} card @returns {string} */
function headline({ metrics = {} }) {
  for (const [part, sentence] of HEADLINES) {
    const name = Object.keys(metrics).find((one) => one.includes(part));
    if (!name) continue;
    const { value, floor, unit } = metrics[name];
    const shown = (/** @type {number} */ number) =>
      unit === "share" ? percent(number) : `${tidy(number)} ${unit ?? ""}`.trim();
    return sentence(shown(value)) + (typeof floor === "number" ? ` (perfect: ${shown(floor)})` : "");
  }
  return "";
}

/** A share with as many digits as tell it from all. @param {number} share @returns {string} */
function percent(share) {
  return `${(100 * share).toFixed(share > 0.99 && share < 1 ? 1 : 0)} %`;
}

/** A number with as many digits as a reader needs. @param {unknown} value @returns {string} */
export function tidy(value) {
  if (typeof value !== "number") return value === null || value === undefined ? "–" : String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) >= 100 ? value.toFixed(1) : Math.abs(value) >= 10 ? value.toFixed(2) : value.toPrecision(3);
}

/** The default of every setting of a model. @param {Card} card @returns {Settings} */
function defaultsOf(card) {
  return Object.fromEntries(card.settings.map((setting) => [setting.name, setting.default]));
}

/**
 * The settings of a model: given values that fit it, else its defaults. The values are that model's own, see settings.js.
 * @param {Card} card
 * @param {Record<string, any>|null} [values]
 * @returns {Settings}
 */
export function knownSettings(card, values) {
  const settings = defaultsOf(card);
  for (const setting of card.settings) {
    const value = values?.[setting.name];
    if (fits(setting, value)) settings[setting.name] = value;
  }
  return settings;
}

/** @param {Setting} setting @param {any} value */
function fits(setting, value) {
  if (setting.kind === "choice") return setting.choices.includes(value);
  return Number.isFinite(value) && value >= setting.min && value <= setting.max;
}

/**
 * A list of models to choose one from; broken ones are shown with their reason and cannot be chosen.
 * @param {{cards: Card[], value: string, onPick: (card: Card) => void, headingOf?: (card: Card) => string}} options
 *   headingOf: what stands above the first of those cards that have it in common
 * @returns {{root: HTMLElement, set: (id: string) => void}}
 */
export function modelPicker({ cards, value, onPick, headingOf = () => "" }) {
  const name = uniqueId("model");
  const root = el("div", { class: "pg-models", role: "radiogroup", "aria-label": "Model" });
  let group = root;
  let heading = "";
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
  const set = (/** @type {string} */ id) => {
    for (const input of root.querySelectorAll("input")) input.checked = input.value === id;
  };
  return { root, set };
}

/** @param {Card} card @param {string} name @param {boolean} checked @param {(card: Card) => void} onPick */
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
    onchange: () => onPick(card),
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

/** 1234567 -> "1.2 M". @param {number} count @returns {string} */
export function compact(count) {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e3 ? `${Math.round(count / 1e3)} k` : String(count);
}

/** A model's card without those settings that stand elsewhere. @param {Card} card @param {string[]} hidden their names @returns {Card} */
export function withoutSettings(card, hidden) {
  return { ...card, settings: card.settings.filter(({ name }) => !hidden.includes(name)) };
}

/**
 * Controls for every setting of a model; advanced ones behind a fold.
 * @param {Card} card
 * @param {Settings} values the present ones (missing: default)
 * @param {(values: Settings) => void} onChange called with all values when a gesture ends
 * @param {(values: Settings) => void} [onMove] called with all values while a slider moves
 * @returns {HTMLElement}
 */
export function settingsForm(card, values, onChange, onMove = () => {}) {
  const now = knownSettings(card, values);
  const change = (/** @type {string} */ name, /** @type {SettingValue} */ value) => {
    now[name] = value;
    onChange({ ...now });
  };
  const move = (/** @type {string} */ name, /** @type {SettingValue} */ value) => onMove({ ...now, [name]: value });
  const controls = (/** @type {boolean} */ advanced) =>
    card.settings
      .filter((setting) => Boolean(setting.advanced) === advanced)
      .map((setting) => control(setting, now, change, move));
  const rest = controls(true);
  return el("div", { class: "pg-settings" }, controls(false), rest.length > 0 && fold("More settings", rest));
}

/**
 * @param {Setting} setting
 * @param {Settings} values
 * @param {(name: string, value: SettingValue) => void} change
 * @param {(name: string, value: SettingValue) => void} move
 */
function control(setting, values, change, move) {
  const { name, label, help } = setting;
  const value = values[name];
  if (setting.kind === "choice") {
    const choices = setting.choices.map(String);
    const field = select({ label, choices, value: String(value), onChange: (next) => change(name, next) });
    return withHelp(field.root, help);
  }
  const { kind, min, max } = setting;
  const step = setting.step ?? (kind === "int" ? 1 : 0.05);
  const shown = (/** @type {number} */ number) => (kind === "int" ? String(number) : number.toFixed(2));
  const words = (/** @type {number} */ number) => `${shown(number)}. ${help}`;
  const onCommit = (/** @type {number} */ next) => change(name, next);
  const onInput = (/** @type {number} */ next) => move(name, next);
  return withHelp(range({ label, min, max, step, value: Number(value), shown, words, onInput, onCommit }).root, help);
}

/** @param {Child} root @param {string} help */
function withHelp(root, help) {
  return el("div", { class: "pg-setting" }, root, help && el("p", { class: "pg-help" }, help));
}

/** Every measured number of a model with its floor. @param {Card} card @returns {HTMLElement} */
export function metricsTable(card) {
  const entries = Object.entries(card.metrics ?? {});
  if (!entries.length) return hint("No numbers have been measured for this model yet.");
  const row = (/** @type {[string, Metric]} */ [name, metric]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name, metric.help && el("span", { class: "pg-help" }, metric.help)),
      el("td", {}, `${tidy(metric.value)}${metric.spread ? ` ± ${tidy(metric.spread)}` : ""} ${metric.unit ?? ""}`),
      el("td", {}, tidy(metric.floor)),
      el("td", {}, tidy(metric.baseline)),
      el("td", {}, metric.two_sided ? "closest to it" : (metric.better ?? "")),
    );
  const head = ["Measure", "Value", "Perfect sampler", "Simple model or chance", "Better is"];
  return table(`Measured numbers of ${shortName(card)}`, head, entries.map(row));
}
