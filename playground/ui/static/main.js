/** @file Starts the page: tabs, health, and each panel's script when its panel is first shown. */

import { listModels, watchHealth } from "./core/api.js";
import { announce, button, el, fill } from "./core/dom.js";
import { link, slice, unreadable } from "./core/state.js";

const page = slice("page", { modality: "image", panel: "explore" });
const mounted = new Map(); // panel element -> promise of its handle

whenThere("#pg-header", start);

/** Call back once an element exists: gradio draws the page some time after this script starts. */
function whenThere(selector, callback) {
  const ready = () =>
    document.querySelector(selector) &&
    document.querySelectorAll(".pg-panel").length === document.querySelectorAll("[data-panel-of]").length;
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
  for (const tab of document.querySelectorAll("[data-panel-of]")) {
    tab.addEventListener("click", () => open(tab.dataset.panelOf, tab.dataset.panel));
  }
  for (const tab of document.querySelectorAll(".pg-tabs-modality .pg-tab")) {
    tab.addEventListener("click", () => open(tab.dataset.modality, firstPanel(tab.dataset.modality)));
  }
  for (const list of document.querySelectorAll("[role=tablist]")) list.addEventListener("keydown", walkTabs);
  showHealth();
  const copy = document.getElementById("pg-copy-link");
  copy.addEventListener("click", () => copyLink(copy));
  if (unreadable) announce("This link could not be read, so the page starts afresh.");
  const { modality, panel } = page.get();
  open(modality, document.getElementById(`pg-panel-${modality}-${panel}`) ? panel : firstPanel(modality));
}

/** The panel that a tab opens with. */
function firstPanel(modality) {
  return document.querySelector(`.pg-panel[data-modality="${CSS.escape(modality)}"]`)?.dataset.panel;
}

/** Show one panel, hide the others, and remember it in the address. */
async function open(modality, name) {
  const target = document.getElementById(`pg-panel-${modality}-${name}`) ?? document.querySelector(".pg-panel");
  page.set({ modality: target.dataset.modality, panel: target.dataset.panel });
  for (const tab of document.querySelectorAll("[data-panel-of]")) {
    chooseTab(tab, tab.dataset.panelOf === target.dataset.modality && tab.dataset.panel === target.dataset.panel);
  }
  for (const tab of document.querySelectorAll(".pg-tabs-modality .pg-tab"))
    chooseTab(tab, tab.dataset.modality === target.dataset.modality);
  for (const list of document.querySelectorAll(".pg-tabs-panel")) {
    list.hidden = list.id !== `pg-panels-${target.dataset.modality}`;
    if (list.hidden) continue;
    const chosen = list.querySelector("[aria-selected=true]"); // the strip of a phone may have it out of sight
    list.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - list.offsetLeft - list.clientWidth / 2;
  }
  for (const panel of document.querySelectorAll(".pg-panel")) {
    if (panel !== target && !panel.hidden) {
      panel.hidden = true;
      mounted.get(panel)?.then((handle) => handle?.hidden?.());
    }
  }
  target.hidden = false;
  if (!mounted.has(target)) mounted.set(target, mountPanel(target));
  (await mounted.get(target))?.shown?.();
}

async function mountPanel(target) {
  const { modality, panel } = target.dataset;
  try {
    const [module, all] = await Promise.all([import(`./${modality}/${panel}.js`), listModels()]);
    const cards = all.filter((card) => card.modality === modality);
    target.replaceChildren();
    if (!cards.length) {
      fill(target, emptyState(modality));
      return null;
    }
    return module.mount(target, { modality, cards, state: (defaults) => slice(`${modality}.${panel}`, defaults) });
  } catch (error) {
    console.error(error);
    mounted.delete(target);
    const words = error.status === undefined ? "This panel could not be started. Reload the page." : error.message;
    const retry = button("Try again", () => open(modality, panel), { kind: "primary" });
    fill(
      target,
      el("div", { class: "pg-state", role: "alert" }, el("h2", {}, "Something went wrong"), el("p", {}, words), retry),
    );
    return null;
  }
}

const FIRST_MODELS = { image: "image/digits-vae", audio: "audio/notes-vae", text: "text/shakespeare-transformer" };

function emptyState(modality) {
  return el(
    "div",
    { class: "pg-state" },
    el("h2", {}, "No models yet"),
    el("p", {}, `No ${modality} model lies under checkpoints/${modality}. Train one, then reload the page:`),
    el("code", {}, `python -m playground train ${FIRST_MODELS[modality]}`),
  );
}

function chooseTab(tab, chosen) {
  tab.setAttribute("aria-selected", String(chosen));
  tab.tabIndex = chosen ? 0 : -1;
}

function walkTabs(event) {
  const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
  const at = tabs.indexOf(document.activeElement);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
}

function showHealth() {
  const place = document.getElementById("pg-health");
  const words = place.querySelector(".pg-health-words");
  watchHealth((health) => {
    if (place.dataset.state === health.state && words.textContent === health.words) return;
    place.dataset.state = health.state;
    words.textContent = health.words;
  });
}

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
