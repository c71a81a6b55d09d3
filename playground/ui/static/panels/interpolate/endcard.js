/** @file One end of a walk: what the model makes of it, and ways to choose it. A kit says what it looks like and what can be given. */

import { announce, button, el, fill, hint, problemBox, stacked, uniqueId } from "../../core/dom.js";
import { explicit, randomSeed, seeded, specWords } from "../../core/latents.js";
import { shortName, wayToFind } from "../../core/models.js";
import { sampleGrid } from "../../core/samples.js";
import { seedField } from "../../core/seeds.js";
import { FIRST_ENDS } from "./ends.js";

const SAMPLES = 8; // to pick from

/**
 * @typedef {import("./ends.js").End} End
 * @typedef {import("./ends.js").Given} Given
 * @typedef {{card: Card, settings: Settings}} Now  the present model
 * @typedef {{now: () => Now, end: () => End, give: (given: Given) => void, problem: ProblemBox}} Chooser
 *   what a kit works with; give: find the latent of what the visitor gave
 * @typedef {object} EndKit
 * @property {string} [className]
 * @property {HTMLElement} shown what the model makes of the end
 * @property {Child} [beside] stands below its words
 * @property {(item: any) => void} draw
 * @property {(name: string, role: string) => void} rename
 * @property {Look} [samples] of those that can be picked
 * @property {(spec: Spec, pixels: Uint8Array) => void} [onPick]
 * @property {string} gift what can be given, such as "a picture"
 * @property {Record<string, {title: string, told?: string, show: () => HTMLElement}>} ways to give it, by where the end is from
 *   then; told: words for such an end
 * @property {(given: Given, now: Now, stop: AbortController) => Promise<{z: number[], words?: string, told?: string}|null>} find
 *   words: to announce; told: words for this very end; null: stopped before anything was found
 */

/**
 * @param {object} options
 * @param {() => Now} options.now
 * @param {(chooser: Chooser) => EndKit} options.kitOf
 * @param {(end: End) => void} options.onChange
 * @param {() => void} options.onExplore take what Explore shows
 * @returns {{root: HTMLElement, set: (end: End, otherModel?: boolean) => void, draw: (item: any) => void,
 *   rename: (name: string, role: string) => void}}
 */
export function endCard({ now, kitOf, onChange, onExplore }) {
  let name = "";
  let end = { ...FIRST_ENDS[0] };
  /** @type {string|null} the way of choosing that is shown */
  let open = null;
  /** @type {{given: Given, stop: AbortController}|null} a search for the latent of what was given */
  let search = null;
  const id = uniqueId("end");
  const title = el("h2", { id });
  const about = hint();
  const place = el("div", { class: "pg-end-place" });
  const problem = problemBox();
  const kit = kitOf({ now, end: () => end, give, problem });
  /** @type {EndKit["ways"]} */
  const ways = {
    seed: { title: "Seed", show: bySeed },
    ...(kit.samples && { pick: { title: "Pick", show: byPick } }),
    ...kit.ways,
  };
  const tabs = Object.entries(ways).map(([way, { title: words }]) => ({ way, tab: button(words, () => show(way)) }));
  const explore = button("Explore", onExplore, { title: "Take what the Explore panel shows" });
  const sources = el(
    "div",
    { class: "pg-row pg-sources", role: "group" },
    tabs.map(({ tab }) => tab),
    explore,
  );
  const root = el(
    "section",
    { class: `pg-card pg-end ${kit.className ?? ""}`, "aria-labelledby": id },
    el("div", { class: "pg-end-head" }, kit.shown, stacked(title, about, kit.beside)),
    sources,
    place,
    problem.root,
  );

  /** @param {string} nextName @param {string} role */
  function rename(nextName, role) {
    name = nextName;
    fill(title, `${name} `, el("span", { class: "pg-tag" }, role));
    sources.setAttribute("aria-label", `Choose ${name} by`);
    explore.setAttribute("aria-label", `${name} from Explore`);
    kit.rename(name, role);
  }

  /** @param {Spec} spec @param {string} from @param {{words?: string, told?: string, given?: Given}} [more] */
  function choose(spec, from, { words, ...more } = {}) {
    end = { spec, from, ...more };
    describe();
    announce(`${name}: ${words ?? about.textContent}.`);
    onChange(end);
  }

  function describe() {
    const { spec, from, told } = end;
    about.textContent = told ?? ways[from]?.told ?? `${from === "explore" ? "from Explore, " : ""}${specWords(spec)}`;
  }

  /** @param {string} way */
  function show(way) {
    search?.stop.abort();
    search = null;
    problem.clear();
    open = root.dataset.open = way;
    for (const { way: other, tab } of tabs) tab.setAttribute("aria-pressed", String(other === way));
    const { card } = now();
    const lost = way in kit.ways && !wayToFind(card);
    fill(
      place,
      lost
        ? hint(`${shortName(card)} has no way to find latents, so it cannot start from ${kit.gift}: take a seed.`)
        : ways[way].show(),
    );
  }

  function bySeed() {
    const value = end.spec.seed ?? FIRST_ENDS[0].spec.seed ?? 0;
    return seedField({ value, onSeed: (seed) => choose(seeded(seed), "seed"), label: `Dice for ${name}` }).root;
  }

  function byPick() {
    let seed = end.spec.seed ?? randomSeed();
    const grid = sampleGrid({
      count: SAMPLES,
      look: kit.samples,
      onPick(spec, pixels, index) {
        grid.mark(index);
        choose(spec, "pick");
        kit.onPick?.(spec, pixels);
      },
    });
    const load = () => {
      const { card, settings } = now();
      grid.load({ model: card.id, output: card.output, seed, settings });
    };
    const others = button("Other samples", () => {
      seed = randomSeed();
      grid.mark(null);
      load();
    });
    grid.mark(end.from === "pick" ? (end.spec.index ?? 0) : null);
    load();
    return stacked(grid.root, others);
  }

  /** @param {Given} given */
  async function give(given) {
    search?.stop.abort();
    const mine = (search = { given, stop: new AbortController() });
    problem.clear();
    try {
      const found = await kit.find(given, now(), mine.stop);
      if (!found || search !== mine) return;
      const { z, ...words } = found;
      choose(explicit(z), given.from, { ...words, given });
    } catch (error) {
      if (search === mine && !mine.stop.signal.aborted) problem.show(error, () => give(given));
    }
    if (search === mine) search = null;
  }

  /** Show an end that was chosen elsewhere. In another model what was given here is found anew. @param {End} next @param {boolean} [otherModel] */
  function set(next, otherModel = false) {
    if (next === end && !otherModel) return;
    const given = next.given ?? (otherModel && next.from !== "explore" ? search?.given : undefined);
    end = next;
    describe();
    if (otherModel || !place.contains(document.activeElement)) show(given?.from ?? open ?? "seed");
    const { card } = now();
    if (otherModel && given?.kind === card.output.kind && wayToFind(card)) give(given);
  }

  return { root, rename, draw: kit.draw, set };
}
