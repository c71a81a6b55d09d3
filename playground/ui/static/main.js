/** @file Starts the page: tabs, health, and each panel's script when its panel is first shown. */

import { listDatasets, listModels, watchHealth } from "./core/api.js";
import { announce, button, el, emptyState, fill } from "./core/dom.js";
import { damage, link, onReturn, slice, step } from "./core/state.js";

const page = slice("page", { modality: "image", panel: "explore" });
/** @type {Map<HTMLElement, Promise<PanelHandle|null|void>>} by the panel's element */
const mounted = new Map();
const DAMAGE_WORDS = {
  none: "",
  cut: "This link was cut short: the page shows what could be read of it.",
  unreadable: "This link could not be read, so the page starts afresh.",
};

whenThere("#pg-header", start);

/** @param {string} selector @returns {HTMLElement[]} */
function all(selector) {
  return [...document.querySelectorAll(selector)].filter((one) => one instanceof HTMLElement);
}

/** An element that the server puts into every page. @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element;
}

/**
 * Call back once an element exists: gradio draws the page some time after this script starts.
 * @param {string} selector
 * @param {() => void} callback
 */
function whenThere(selector, callback) {
  const ready = () => document.querySelector(selector) && all(".pg-panel").length === all("[data-panel-of]").length;
  if (ready()) return callback();
  const observer = new MutationObserver(() => {
    if (!ready()) return;
    observer.disconnect();
    callback();
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
}

function start() {
  document.documentElement.classList.add("pg-started");
  for (const tab of all("[data-panel-of]"))
    tab.addEventListener("click", () => go(tab.dataset.panelOf, tab.dataset.panel));
  for (const tab of all(".pg-tabs-modality .pg-tab")) tab.addEventListener("click", () => go(tab.dataset.modality));
  for (const strip of all(".pg-tabs-panel")) watchStrip(strip);
  for (const list of all("[role=tablist]")) list.addEventListener("keydown", walkTabs);
  showHealth();
  const copy = byId("pg-copy-link");
  copy.addEventListener("click", () => copyLink(copy));
  if (damage !== "none") showNotice(DAMAGE_WORDS[damage]);
  onReturn("page", openSaved);
  openSaved();
}

/** Show the panel that the address names. */
function openSaved() {
  const { modality, panel } = page.get();
  open(panelOf(modality, panel));
}

/** The panel of that name, else the tab's first, else the page's. @param {string} [modality] @param {string} [name] */
function panelOf(modality, name) {
  const panels = all(".pg-panel");
  const own = panels.filter((panel) => panel.dataset.modality === modality);
  return own.find((panel) => panel.dataset.panel === name) ?? own[0] ?? panels[0];
}

/** A tab was chosen: Back returns from there. @param {string} [modality] @param {string} [name] none: the tab's first panel */
function go(modality, name) {
  const target = panelOf(modality, name);
  if (target.hidden) step(() => page.set({ modality: target.dataset.modality, panel: target.dataset.panel }));
  open(target);
}

/** Show one panel, and hide the others. @param {HTMLElement} target */
async function open(target) {
  const { modality, panel: name } = target.dataset;
  for (const tab of all("[data-panel-of]")) {
    chooseTab(tab, tab.dataset.panelOf === modality && tab.dataset.panel === name);
  }
  for (const tab of all(".pg-tabs-modality .pg-tab")) chooseTab(tab, tab.dataset.modality === modality);
  for (const list of all(".pg-tabs-panel")) {
    list.hidden = list.id !== `pg-panels-${modality}`;
    const chosen = list.querySelector("[aria-selected=true]"); // the strip of a phone may have it out of sight
    if (list.hidden || !(chosen instanceof HTMLElement)) continue;
    list.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - list.offsetLeft - list.clientWidth / 2;
  }
  for (const panel of all(".pg-panel")) {
    if (panel !== target && !panel.hidden) {
      panel.hidden = true;
      mounted.get(panel)?.then((handle) => handle?.hidden?.());
    }
  }
  target.hidden = false;
  if (!mounted.has(target)) mounted.set(target, mountPanel(target));
  (await mounted.get(target))?.shown?.();
}

/** Load a panel's script and let it fill its place. @param {HTMLElement} target */
async function mountPanel(target) {
  const modality = /** @type {Modality} */ (target.dataset.modality);
  try {
    const loading = /** @type {Promise<PanelModule>} */ (import(`./${modality}/${target.dataset.panel}.js`));
    const [module, models, datasets] = await Promise.all([loading, listModels(), listDatasets()]);
    const cards = models.filter((card) => card.modality === modality);
    target.replaceChildren();
    if (!cards.length) {
      fill(target, noModels(modality));
      return null;
    }
    const name = `${modality}.${target.dataset.panel}`;
    return module.mount(target, { modality, cards, datasets, state: (defaults) => slice(name, defaults) });
  } catch (caught) {
    const error = /** @type {Error & {status?: number}} */ (caught);
    console.error(error);
    mounted.delete(target);
    const words = error.status === undefined ? "This panel could not be started. Reload the page." : error.message;
    const retry = button("Try again", () => open(target), { kind: "primary" });
    fill(target, el("div", { role: "alert" }, emptyState("Something went wrong", words, retry)));
    return null;
  }
}

const FIRST_MODELS = { image: "image/digits-vae", audio: "audio/notes-vae", text: "text/shakespeare-transformer" };

/** @param {Modality} modality */
function noModels(modality) {
  return emptyState(
    "No models yet",
    `No ${modality} model lies under checkpoints/${modality}. Train one, then reload the page:`,
    el("code", {}, `python -m playground train ${FIRST_MODELS[modality]}`),
  );
}

/** @param {HTMLElement} tab @param {boolean} chosen */
function chooseTab(tab, chosen) {
  tab.setAttribute("aria-selected", String(chosen));
  tab.tabIndex = chosen ? 0 : -1;
}

/** @param {KeyboardEvent} event */
function walkTabs(event) {
  const tabs = all("[role=tab]").filter((tab) => event.currentTarget === tab.parentElement);
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  /** @type {Record<string, number>} */
  const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  const next = places[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
}

/** A strip of tabs says when more follow behind its right edge. @param {HTMLElement} strip */
function watchStrip(strip) {
  const tell = () => {
    strip.dataset.more = String(strip.scrollLeft + strip.clientWidth < strip.scrollWidth - 1);
  };
  strip.addEventListener("scroll", tell);
  new ResizeObserver(tell).observe(strip);
}

function showHealth() {
  const place = byId("pg-health");
  const [words] = all("#pg-health .pg-health-words");
  watchHealth((health) => {
    if (place.dataset.state === health.state && words.textContent === health.words) return;
    place.dataset.state = health.state;
    words.textContent = health.words;
  });
}

/** Say something above the panels until it is closed. @param {string} sentence */
function showNotice(sentence) {
  const notice = el("div", { class: "pg-problem pg-notice", role: "alert" }, el("p", {}, sentence));
  notice.append(button("Close", () => notice.remove(), { kind: "quiet" }));
  byId("pg-header").after(notice);
}

/** @param {HTMLElement} copy the button */
async function copyLink(copy) {
  const before = copy.textContent;
  try {
    await navigator.clipboard.writeText(link());
    copy.textContent = "Copied";
    announce("Link copied. It restores every panel as it is now.");
  } catch {
    copy.textContent = "Copy it from the address bar";
  }
  setTimeout(() => (copy.textContent = before), 2000);
}
