/** @file One end of a walk between sounds: its picture, hearing it, and three ways to choose it. */

import { Lane } from "../../core/api.js";
import { announce, button, el, fill, problemBox, uniqueId } from "../../core/dom.js";
import { frameOf } from "../../core/frames.js";
import { randomSeed, seeded, specWords } from "../../core/latents.js";
import { seedField } from "../../core/seeds.js";
import { FIRST_ENDS } from "../../panels/interpolate/ends.js";
import { drawHeard, heardCanvas } from "../pictures.js";

const ROW = 8; // samples to pick from
const SOURCES = { seed: "Seed", pick: "Pick" };

/**
 * @typedef {import("../../core/types.js").Card} Card
 * @typedef {import("../../core/types.js").Spec} Spec
 * @typedef {import("../../panels/interpolate/ends.js").End} End
 * @typedef {keyof typeof SOURCES} Source
 */

/**
 * @param {object} options
 * @param {string} options.name such as "A"
 * @param {string} options.role such as "start"
 * @param {() => {card: Card, settings: import("../../core/types.js").Settings}} options.now the present model
 * @param {(end: End) => void} options.onChange
 * @param {() => void} options.onExplore take what Explore shows
 * @param {(pixels: Uint8Array, spec: Spec) => void} options.onHear play it
 * @returns {{root: HTMLElement, set: (end: End) => void, draw: (pixels: Uint8Array) => void, modelChanged: () => void,
 *   rename: (name: string, role: string) => void}}
 */
export function soundEnd({ name, role, now, onChange, onExplore, onHear }) {
  /** @type {End} */
  let end = FIRST_ENDS[0];
  /** @type {Uint8Array|null} */
  let pixels = null;
  /** @type {Source|null} the way of choosing that is shown */
  let open = null;
  const id = uniqueId("end");
  const canvas = heardCanvas({ className: "pg-sound-end-picture", label: `${name}, ${role}` });
  const title = el("h2", { id });
  const about = el("p", { class: "pg-hint" });
  const place = el("div", { class: "pg-end-place" });
  const problem = problemBox();
  const lane = new Lane(`audio-pick-${id}`);
  const hear = button("Hear", () => pixels && onHear(pixels, end.spec), { disabled: true });
  const names = /** @type {Source[]} */ (Object.keys(SOURCES));
  const tabs = names.map((source) => button(SOURCES[source], () => show(source)));
  const explore = button("Explore", onExplore, { title: "Take what the Explore panel shows" });
  const sources = el("div", { class: "pg-row pg-sources", role: "group" }, tabs, explore);
  const root = el(
    "section",
    { class: "pg-card pg-end pg-sound-end", "aria-labelledby": id },
    el(
      "div",
      { class: "pg-end-head" },
      canvas,
      el("div", { class: "pg-stack" }, title, about, el("div", { class: "pg-row" }, hear)),
    ),
    sources,
    place,
    problem.root,
  );

  /** @param {string} nextName @param {string} nextRole */
  function rename(nextName, nextRole) {
    [name, role] = [nextName, nextRole];
    fill(title, `${name} `, el("span", { class: "pg-tag" }, role));
    canvas.setAttribute("aria-label", `${name}, ${role}`);
    sources.setAttribute("aria-label", `${name}: choose by`);
    hear.setAttribute("aria-label", `Hear ${name}`);
  }

  /** @param {Spec} spec @param {Source} from */
  function choose(spec, from) {
    end = { spec, from };
    describe();
    announce(`${name}: ${specWords(spec)}.`);
    onChange(end);
  }

  const describe = () =>
    (about.textContent = `${end.from === "explore" ? "from Explore, " : ""}${specWords(end.spec)}`);

  /** @param {Source} source */
  function show(source) {
    open = source;
    problem.clear();
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(names[i] === source)));
    fill(place, source === "seed" ? bySeed() : byPick());
  }

  function bySeed() {
    return seedField({
      value: end.spec.seed ?? 0,
      onSeed: (seed) => choose(seeded(seed), "seed"),
      label: `Dice for ${name}`,
    }).root;
  }

  function byPick() {
    let seed = (end.from === "pick" ? end.spec.seed : null) ?? randomSeed();
    const { card, settings } = now();
    const grid = el("div", {
      class: "pg-sound-samples",
      role: "group",
      "aria-label": `Samples for ${name}`,
      dataset: { kind: card.output.kind },
    });
    const cells = Array.from({ length: ROW }, () => {
      const canvas = heardCanvas();
      return {
        canvas,
        cell: el("button", { type: "button", class: "pg-sample pg-sound-sample", disabled: true }, canvas),
      };
    });
    const mark = (/** @type {number|null} */ chosen) =>
      cells.forEach(({ cell }, index) => cell.setAttribute("aria-pressed", String(index === chosen)));
    const load = async () => {
      problem.clear();
      cells.forEach(({ cell }, index) =>
        cell.setAttribute("aria-label", `Sample ${index} of seed ${seed}: take and hear it`),
      );
      const mine = seed;
      try {
        const reply = await lane.run(card.id, "sample", { seed: mine, start: 0, count: ROW, settings });
        if (!reply || !grid.isConnected) return;
        cells.forEach(({ cell, canvas }, index) => {
          const frame = frameOf(reply, index);
          drawHeard(canvas, card, frame);
          cell.disabled = false;
          cell.onclick = () => {
            mark(index);
            choose(seeded(mine, index), "pick");
            onHear(frame, end.spec);
          };
        });
      } catch (error) {
        problem.show(error, load);
      }
    };
    const others = button("Other samples", () => {
      seed = randomSeed();
      mark(null);
      load();
    });
    fill(
      grid,
      cells.map(({ cell }) => cell),
    );
    mark(end.from === "pick" ? (end.spec.index ?? 0) : null);
    load();
    return el("div", { class: "pg-stack" }, grid, el("div", { class: "pg-row" }, others));
  }

  rename(name, role);
  return {
    root,
    rename,
    draw(next) {
      pixels = next;
      hear.disabled = false;
      drawHeard(canvas, now().card, pixels);
    },
    set(next) {
      end = next;
      describe();
      if (open === "pick" && end.from !== "pick") show("pick"); // no sample is marked any more
      if (open === null || (open === "seed" && !place.contains(document.activeElement))) show(open ?? "seed");
    },
    modelChanged: () => open && show(open),
  };
}
