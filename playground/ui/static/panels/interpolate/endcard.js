/** @file One end of a walk: its picture, and five ways to choose it. */

import { announce, button, el, fill, hint, problemBox, uniqueId } from "../../core/dom.js";
import { findLatent } from "../../core/find.js";
import { drawPixels, pictureCanvas } from "../../core/frames.js";
import { explicit, randomSeed, seeded, specWords } from "../../core/latents.js";
import { shortName, wayToFind } from "../../core/models.js";
import { paintPad } from "../../core/paint.js";
import { sampleGrid } from "../../core/samples.js";
import { seedField } from "../../core/seeds.js";
import { pictureBytes } from "../../core/uploads.js";
import { FIRST_ENDS } from "./ends.js";

const ROW = 8; // samples to pick from
const SEARCH_STEPS = 300;
/** Ways of choosing. */
const SOURCES = { seed: "Seed", pick: "Pick", draw: "Draw", file: "File" };
/** @type {Record<string, string>} */
const FROM_WORDS = { draw: "from your drawing", file: "from your file", explore: "from Explore, " };

/**
 * @typedef {import("../../core/types.js").Spec} Spec
 * @typedef {import("./ends.js").End} End
 * @typedef {import("../../core/find.js").Found} Found
 * @typedef {ReturnType<typeof resultBox>} ResultBox
 * @typedef {keyof typeof SOURCES} Source
 */

/**
 * @param {object} options
 * @param {string} options.name such as "A"
 * @param {string} options.role such as "start"
 * @param {() => {card: import("../../core/types.js").Card, settings: import("../../core/types.js").Settings}} options.now the present model
 * @param {(end: import("./ends.js").End) => void} options.onChange
 * @param {() => void} options.onExplore take what Explore shows
 * @param {(pixels: Uint8Array) => void} options.onSearch a search has come to this picture
 * @returns {{root: HTMLElement, set: (end: End) => void, draw: (pixels: Uint8Array) => void, modelChanged: () => void,
 *   rename: (name: string, role: string) => void}}
 */
export function endCard({ name, role, now, onChange, onExplore, onSearch }) {
  /** @type {End} */
  let end = FIRST_ENDS[0];
  /** @type {Source|null} the way of choosing that is shown */
  let open = null;
  /** @type {AbortController|null} of a search */
  let stop = null;
  /** @type {{body: Uint8Array<ArrayBuffer>, from: string, card: import("../../core/types.js").Card}|null} the drawing or file that the end came from */
  let given = null;
  /** @type {ResultBox|null} where it is told what was found */
  let box = null;
  const id = uniqueId("end");
  const canvas = pictureCanvas({ size: 112, label: `${name}, ${role}` });
  const title = el("h2", { id });
  const about = el("p", { class: "pg-hint" });
  const place = el("div", { class: "pg-end-place" });
  const problem = problemBox();
  const sources = /** @type {Source[]} */ (Object.keys(SOURCES));
  const tabs = sources.map((source) => button(SOURCES[source], () => show(source)));
  const explore = button("Explore", onExplore, { title: "Take the latent that the Explore panel shows" });
  const root = el(
    "section",
    { class: "pg-card pg-end", "aria-labelledby": id },
    el("div", { class: "pg-end-head" }, canvas, el("div", { class: "pg-stack" }, title, about)),
    el("div", { class: "pg-row pg-sources", role: "group", "aria-label": `${name}: choose by` }, tabs, explore),
    place,
    problem.root,
  );

  const rename = (/** @type {string} */ nextName, /** @type {string} */ nextRole) => {
    [name, role] = [nextName, nextRole];
    fill(title, `${name} `, el("span", { class: "pg-tag" }, role));
    canvas.setAttribute("aria-label", `${name}, ${role}`);
  };

  /** @param {Spec} spec @param {string} from @param {string} [words] */
  function choose(spec, from, words) {
    if (from !== given?.from) given = null;
    end = { spec, from };
    describe();
    announce(`${name}: ${words ?? specWords(spec)}.`);
    onChange(end);
  }

  function describe() {
    about.textContent =
      end.from in FROM_WORDS && end.from !== "explore"
        ? FROM_WORDS[end.from]
        : `${FROM_WORDS[end.from] ?? ""}${specWords(end.spec)}`;
  }

  /** @param {Source} source */
  function show(source) {
    stop?.abort();
    problem.clear();
    open = root.dataset.open = source;
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(sources[i] === source)));
    fill(place, { seed: bySeed, pick: byPick, draw: byDrawing, file: byFile }[source]());
  }

  function bySeed() {
    return seedField({ value: end.spec.seed ?? 0, onSeed: (seed) => choose(seeded(seed), "seed") }).root;
  }

  function byPick() {
    let seed = end.spec.seed ?? 0;
    const grid = sampleGrid({
      count: ROW,
      columns: 4,
      size: 56,
      view: `interpolate-pick-${id}`,
      onPick: (spec, pixels, index) => {
        grid.mark(index);
        choose(spec, "pick");
      },
    });
    const load = () => grid.load({ model: now().card.id, seed, settings: now().settings });
    const others = button("Other samples", () => {
      seed = randomSeed();
      grid.mark(null);
      load();
    });
    grid.mark(end.from === "pick" ? (end.spec.index ?? 0) : null);
    load();
    return el("div", { class: "pg-stack" }, grid.root, others);
  }

  function byDrawing() {
    if (!wayToFind(now().card)) return noWay();
    const pad = paintPad({ size: 168 });
    if (given?.from === "draw") pad.load(given.body);
    const result = (box = resultBox(() => now().card.output));
    const use = button(
      "Use this drawing",
      () => {
        if (pad.isEmpty()) problem.show(new Error("The pad is empty: draw a digit first."));
        else find(pad.pixels.slice(), true, "draw", result);
      },
      { kind: "primary" },
    );
    return el("div", { class: "pg-stack" }, pad.root, use, result.root);
  }

  function byFile() {
    if (!wayToFind(now().card)) return noWay();
    const result = (box = resultBox(() => now().card.output));
    const input = el("input", {
      type: "file",
      id: uniqueId("file"),
      class: "pg-file",
      accept: "image/*",
    });
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (!file) return;
      try {
        find(await pictureBytes(file), false, "file", result);
      } catch (error) {
        problem.show(error);
      }
    });
    const words =
      "A picture of one digit, light on dark or dark on light. It is cut out, centred and made 28 pixels small, as the training digits were.";
    return el(
      "div",
      { class: "pg-stack" },
      el("label", { for: input.id, class: "pg-label" }, "Picture file (PNG, JPEG, WEBP)"),
      input,
      hint(words),
      result.root,
    );
  }

  function noWay() {
    return hint(
      `${shortName(now().card)} has neither an encoder nor a search for latents, so it cannot start from a picture. Choose a VAE, an RBM, a flow or a GAN for that.`,
    );
  }

  /** Another model: what the visitor drew or gave stays, and is found anew in it. */
  function modelChanged() {
    if (open) show(open);
    if (!given || open !== given.from || !box || !wayToFind(now().card)) return;
    find(given.body, given.from === "draw", given.from, box);
  }

  /** @param {Uint8Array<ArrayBuffer>} body @param {boolean} raw @param {string} from @param {ResultBox} result */
  async function find(body, raw, from, result) {
    stop?.abort();
    stop = new AbortController();
    const mine = stop;
    problem.clear();
    const { card, settings } = now();
    given = { body, from, card };
    result.begin(wayToFind(card) === "invert", () => mine.abort());
    try {
      const found = await findLatent(card, {
        request: { raw, settings },
        body,
        steps: SEARCH_STEPS,
        signal: mine.signal,
        onProgress(part) {
          if (stop !== mine) return;
          result.step(part);
          drawPixels(canvas, part.picture, now().card.output);
          onSearch(part.picture);
        },
      });
      if (!found || card !== now().card || stop !== mine) return result.end();
      result.finish(found);
      choose(explicit(found.z), from, `latent found, mean squared error ${found.errors.mse.toFixed(4)}`);
    } catch (error) {
      result.end();
      if (!mine.signal.aborted) problem.show(error, () => find(body, raw, from, result));
    }
  }

  rename(name, role);
  return {
    root,
    rename,
    draw: (pixels) => drawPixels(canvas, pixels, now().card.output),
    set(next) {
      if (given && given.card === now().card && next.from !== given.from) given = null; // chosen in another way
      end = next;
      describe();
      if (open === "pick" && end.from !== "pick") show("pick"); // no sample is marked any more
      if (open === null || (open === "seed" && !place.contains(document.activeElement))) show(open ?? "seed");
    },
    modelChanged,
  };
}

/** Target and what the model makes of it, side by side, with progress while a search runs. */
/** @param {() => import("../../core/types.js").OutputSpec} output of the present model */
function resultBox(output) {
  const [target, picture] = [
    pictureCanvas({ size: 56, label: "The picture to find" }),
    pictureCanvas({ size: 56, label: "What the model draws" }),
  ];
  const words = el("p", { class: "pg-hint", role: "status" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Search" });
  const stopPlace = el("div", { class: "pg-row" });
  const figure = (/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ text) =>
    el("figure", { class: "pg-figure" }, canvas, el("figcaption", { class: "pg-hint" }, text));
  let said = ""; // of the last picture found
  const root = el(
    "div",
    { class: "pg-stack", hidden: true },
    el("div", { class: "pg-found" }, figure(target, "yours"), figure(picture, "model's"), words),
    bar,
    stopPlace,
  );
  const step = (/** @type {Found} */ found) => {
    drawPixels(target, found.target, output());
    drawPixels(picture, found.picture, output());
    bar.value = found.done / found.of;
    words.textContent =
      said = `${found.of > 1 ? `Step ${found.done} of ${found.of}. ` : ""}Mean squared error ${found.errors.mse.toFixed(4)}. ${found.note}`;
  };
  return {
    root,
    /** @param {boolean} searching @param {() => void} onStop */
    begin(searching, onStop) {
      root.hidden = false;
      bar.hidden = !searching;
      bar.value = 0;
      words.textContent = searching ? "Searching for the latent that draws your picture…" : "Encoding…";
      fill(stopPlace, searching && button("Stop and keep this", onStop));
    },
    step,
    /** @param {Found} found */
    finish(found) {
      step(found);
      bar.hidden = true;
      fill(stopPlace);
    },
    end() {
      bar.hidden = true;
      root.hidden = !said;
      words.textContent = said;
      fill(stopPlace);
    },
  };
}
