/** @file The Invert panel: give an item, find its latent, see both beside each other, then move its sliders. A kit says what an item is. */

import { announce, button, el, emptyState, fill, fold, inRow, problemBox, stacked, titled } from "../core/dom.js";
import { canonical } from "../core/api.js";
import { findLatent } from "../core/find.js";
import { frameOf } from "../core/frames.js";
import { explicit, specWords } from "../core/latents.js";
import { inOrder, isHealthy, modelPicker, shortName, wayToFind } from "../core/models.js";
import { openInExplore } from "../core/open.js";
import { Position } from "./explore/position.js";
import { directionSliders } from "./explore/sliders.js";
import { errorCurve } from "./invert/curve.js";
import { errorList } from "./invert/errors.js";

/**
 * @typedef {{name: string, note: string, kind: string, request: Record<string, any>, body: Uint8Array<ArrayBuffer>,
 *   again?: boolean}} Source
 *   name: for people; note: what was done to it before it was sent; kind: of the outputs that it resembles; request, body: see
 *   the operation "encode"; again: the link has it, so the sliders stay where they are
 * @typedef {import("../core/find.js").Found} Found
 * @typedef {{root: HTMLElement, rebuild: (card: Card) => void, stop: () => void, show: (item: any, told: string|null) => void}} Side
 * @typedef {{position: Position, found: () => any, source: () => Source|null, begin: (source: Source) => void}} Panel
 * @typedef {object} Kit
 * @property {{about: string[], noun: string}} words noun: what is given, such as "sound"
 * @property {(card: Card) => string} title above what is found
 * @property {boolean} [wide] what is given needs room: it stands above what is found
 * @property {(card: Card) => string} about what the panel does with this model
 * @property {(card: Card) => string} sourceTitle what stands above the ways to give one
 * @property {(options: {onSource: (source: Source) => void}) => {root: HTMLElement, rebuild: (card: Card) => void, hidden: () => void,
 *   now?: () => Source|null}} source
 *   the ways to give one; now: what the link or a field has
 * @property {(options: {title: string, id: string, onError: (error: any) => void}) => Side} side
 * @property {number} [steps] of a search
 * @property {(card: Card, options: import("../core/find.js").Wanted) => Promise<any>} [find] what is found, where that is no picture or sound
 * @property {(reply: Reply, index: number) => any} [frame] the item in a frame, where that is no picture
 * @property {Look} [ends] of the sliders
 * @property {{can: (card: Card) => boolean, read: (card: Card, source: Source) => Promise<{main: Child, beside: Child}>,
 *   heading: (card: Card) => string}} [reading]  models without latents that read what is given
 * @property {(found: any) => {original: any, rebuilt: any, told: string}} items what both sides show
 * @property {(position: Position, current: () => boolean) => Promise<any>} here the item where the sliders stand
 * @property {HTMLElement[]} [head] controls beside the title
 * @property {(panel: Panel) => {root: HTMLElement, rebuild: () => void, found: (found: any) => void}} [foot] controls below both sides
 * @property {(panel: Panel) => {root: HTMLElement, rebuild: () => void, found: (found: any) => void, hidden: () => void}} [more] a card below the sliders
 */

const DEFAULTS = { model: null, spec: null, settings: {}, all: false, page: 0 };

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {{cards: Card[], state: (defaults: Record<string, any>) => any}} context
 * @param {Kit} kit
 * @returns {{hidden?: () => void}}
 */
export function invertPanel(root, { cards, state: sliceOf }, kit) {
  const state = sliceOf(DEFAULTS);
  const reads = (/** @type {Card} */ card) => isHealthy(card) && !wayToFind(card) && Boolean(kit.reading?.can(card));
  const usable = inOrder(cards).filter((card) => !isHealthy(card) || wayToFind(card) || reads(card));
  usable.sort((one, other) => Number(reads(one)) - Number(reads(other)));
  if (!usable.some(isHealthy)) {
    const why = "None of the models here has an encoder or a search for latents.";
    fill(root, emptyState("No model can be inverted", why));
    return {};
  }
  const position = new Position(usable, state);
  /** @type {Source|null} what the visitor gave */
  let source = null;
  /** @type {Found|null} what was found for it */
  let found = null;
  /** @type {AbortController|null} of a search */
  let stopper = null;
  let asking = false; // for the item where the sliders stand
  let again = false; // they have moved on meanwhile

  const problem = problemBox();
  const picker = modelPicker({
    cards: usable,
    value: position.card.id,
    onPick: (card) => position.setModel(card),
    headingOf: kit.reading?.heading,
  });
  const givenTitle = el("h2");
  const given = kit.source({ onSource: (next) => begin((source = next)) });
  const onError = (/** @type {any} */ error) => problem.show(error);
  const original = kit.side({ title: "Original", id: `pg-invert-original-${kit.words.noun}`, onError });
  const rebuilt = kit.side({ title: "Model's version", id: `pg-invert-rebuilt-${kit.words.noun}`, onError });
  const find = kit.find ?? findLatent;
  const errors = errorList();
  const curve = errorCurve();
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Search for the latent" });
  const stopButton = button("Stop and keep this", () => stopper?.abort());
  const search = el("div", { class: "pg-row pg-invert-search" }, bar, stopButton);
  const story = el("p", { class: "pg-hint pg-invert-story", role: "status" });
  const explore = button("Open in Explore", () =>
    openInExplore({ model: position.card.id, spec: position.spec, settings: position.settings }),
  );
  const panel = {
    position,
    begin: (/** @type {Source} */ next) => begin((source = next)),
    found: () => found,
    source: () => source,
  };
  const foot = kit.foot?.(panel);
  const more = kit.more?.(panel);
  const sliders = directionSliders({
    position,
    picture: {
      show: (reply, index = 0) => rebuilt.show(kit.frame?.(reply, index) ?? { pixels: frameOf(reply, index) }, null),
      exact,
      fail: (error) => problem.show(error, exact),
    },
    state,
    ends: kit.ends,
  });

  position.onChange((changed) => {
    if (changed === "model") {
      arrange();
      announce(`${shortName(position.card)} chosen.`);
      const next = given.now ? given.now() : source;
      if (next?.kind === position.card.output.kind) begin((source = next));
    } else {
      sliders.refresh();
      exact();
    }
  });

  /** Look for the latent of a source with the present model. @param {Source} what */
  async function begin(what) {
    stopper?.abort();
    const mine = (stopper = new AbortController());
    const { card } = position;
    const searching = wayToFind(card) === "invert";
    problem.clear();
    original.stop();
    rebuilt.stop();
    curve.clear();
    busy(true, searching);
    story.textContent = reads(card)
      ? `Reading ${what.name}…`
      : searching
        ? `Searching for a latent that gives ${what.name}…`
        : `Finding the latent of ${what.name}…`;
    try {
      const onProgress = (/** @type {Found} */ part) => stopper === mine && showFound(part, what);
      const request = { ...what.request, settings: position.settings };
      const options = { request, body: what.body, steps: kit.steps ?? 1, signal: mine.signal, onProgress };
      if (reads(card)) {
        const read = await kit.reading?.read(card, what);
        if (stopper !== mine) return;
        fill(reading, read?.main);
        fill(beside, read?.beside);
        story.textContent = kit.about(card);
        return busy(false);
      }
      const result = await find(card, options);
      if (stopper !== mine) return;
      if (!result) story.textContent = "Stopped before anything was found.";
      else take(result, what);
    } catch (error) {
      if (stopper !== mine) return;
      story.textContent = "";
      problem.show(error, () => begin(what));
    }
    busy(false);
  }

  /** Progress is known of a search only. @param {boolean} yes */
  function busy(yes, searching = false) {
    search.dataset.busy = String(yes);
    stopButton.textContent = searching ? "Stop and keep this" : "Stop";
    if (!yes || searching) bar.setAttribute("value", "0");
    else bar.removeAttribute("value");
  }

  /** @param {Found} result @param {Source} what */
  function showFound(result, what) {
    found = result;
    if (result.of > 1) {
      bar.setAttribute("value", String(result.done / result.of));
      curve.add(result.done, result.of, result.errors.mse);
    }
    const items = kit.items(result);
    original.show(items.original, what.name);
    rebuilt.show(items.rebuilt, items.told);
    errors.show(position.card, result.errors);
    const steps = result.of > 1 ? `Step ${result.done} of ${result.of}. ` : "";
    const { prepared, raw } = what.request; // nothing was done to what is ready for the model
    story.textContent = steps + what.note + (prepared || raw ? "" : result.note);
    foot?.found(result);
  }

  /** What was found is where the sliders stand now. @param {Found} result @param {Source} what */
  function take(result, what) {
    showFound(result, what);
    const spec = explicit(result.z);
    position.setSpec(what.again && canonical(position.spec.z) === canonical(spec.z) ? position.spec : spec);
    movable(true);
    more?.found(result);
    announce(`The latent was found. ${errors.words()}`);
  }

  /** Show where the sliders stand; of moves that come while the server works only the newest counts. */
  async function exact() {
    again = true;
    if (asking) return;
    asking = true;
    try {
      while (again) {
        again = false;
        if (position.spec.z) await showHere();
      }
    } catch (error) {
      problem.show(error, exact);
    } finally {
      asking = false;
    }
  }

  async function showHere() {
    const { spec } = position;
    if (found && !spec.offsets && !spec.raw) {
      const items = kit.items(found);
      rebuilt.show(items.rebuilt, items.told);
      errors.moved(false);
      return;
    }
    const item = await kit.here(position, () => !again);
    if (!again) rebuilt.show(item, specWords(spec));
    errors.moved(Boolean(found));
  }

  /** @param {boolean} yes */
  function movable(yes) {
    sliders.root.inert = !yes;
    sliders.root.classList.toggle("pg-invert-waiting", !yes);
    explore.disabled = !yes;
  }

  function arrange() {
    stopper?.abort();
    stopper = null;
    found = null;
    problem.clear();
    curve.clear();
    busy(false);
    givenTitle.textContent = kit.sourceTitle(position.card);
    resultTitle.textContent = kit.title(position.card);
    for (const part of [pair, numbers, actions, sliders.root]) part.hidden = reads(position.card);
    reading.hidden = !reads(position.card);
    for (const part of [reading, beside]) fill(part);
    for (const one of [original, rebuilt, given]) one.rebuild(position.card);
    errors.show(position.card, null);
    whole.dataset.kind = position.card.output.kind;
    foot?.rebuild();
    more?.rebuild();
    story.textContent = kit.about(position.card);
    if (!reads(position.card)) sliders.rebuild();
    movable(Boolean(position.spec.z));
    exact();
  }

  const resultTitle = el("h2");
  const pair = el("div", { class: "pg-invert-pair" }, original.root, rebuilt.root);
  const below = stacked(curve.root, foot?.root);
  const numbers = el("div", { class: "pg-invert-foot" }, errors.root, below);
  const actions = inRow(explore);
  const reading = stacked();
  const beside = el("div", { class: "pg-column pg-invert-beside" });
  const givenCard = titled("source", givenTitle, given.root);
  const left = el(
    "div",
    { class: "pg-column" },
    titled("model", "Model", picker.root),
    !kit.wide && givenCard,
    fold("How a latent is found", kit.words.about),
  );
  const result = titled(
    "result",
    [resultTitle, search, ...(kit.head ?? [])],
    story,
    problem.root,
    pair,
    numbers,
    actions,
    reading,
  );
  const right = el("div", { class: "pg-column" }, kit.wide && givenCard, result, sliders.root, more?.root);
  const whole = el("div", { class: `pg-invert${kit.wide ? " pg-invert-wide" : ""}` }, left, right, beside);
  fill(root, whole);
  arrange();
  source = given.now?.() ?? null;
  if (source) begin({ ...source, again: true });
  return {
    hidden: () => {
      given.hidden();
      original.stop();
      rebuilt.stop();
      more?.hidden();
    },
  };
}
