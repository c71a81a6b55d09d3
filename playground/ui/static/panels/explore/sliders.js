/** @file Sliders along the ordered directions, or along single dimensions in pages, with a picture of each end. */

import { Lane } from "../../core/api.js";
import { announce, button, el, fill, hint, range, titled, toggle } from "../../core/dom.js";
import { pictureLook } from "../../core/frames.js";
import { directionTitle, plain, withOffset } from "../../core/latents.js";
import { can } from "../../core/models.js";
import { signed } from "../../core/numbers.js";
import { Sweeps } from "../../core/sweeps.js";

const DIRECTIONS_SHOWN = 8;
const PAGE = 16;
const STEP = 0.05; // prior standard deviations
const ENDS_AFTER_MS = 200;
const REQUEST_BYTES = 48000; // the server takes 65536

/** A follower that does nothing. @type {import("./types.js").Follower} */
export const NOBODY = { ahead() {}, grab() {}, move() {}, release() {} };

/**
 * @typedef {{kind: AxisKind, number: number, low: HTMLElement, high: HTMLElement, root: HTMLElement,
 *   control: ReturnType<typeof range>}} Slider
 */

/**
 * @param {object} parts
 * @param {import("./position.js").Position} parts.position
 * @param {import("./types.js").View} parts.picture
 * @param {import("./types.js").ExploreSlice} parts.state
 * @param {Look} [parts.ends] of what is shown at the ends
 * @param {import("./types.js").Follower} [parts.follow]
 * @returns {{root: HTMLElement, rebuild: () => void, refresh: () => void}}
 *   rebuild: another model; refresh: the same sliders at another latent
 */
export function directionSliders({ position, picture, state, ends = pictureLook(), follow = NOBODY }) {
  const sweeps = new Sweeps({ view: "explore-sweep", onFrame: picture.show, onError: picture.fail });
  const endsLane = new Lane("explore-ends");
  const rows = el("div", { class: "pg-sliders" });
  const pager = el("div", { class: "pg-row pg-pager" });
  const explain = hint();
  const everything = toggle({
    label: "All dimensions",
    on: false,
    onChange(on) {
      state.set({ all: on, page: 0 });
      rebuild();
    },
  });
  const reset = button("Reset", () => {
    position.setSpec(plain(position.spec));
    announce("All sliders back to zero.");
  });
  /** @type {Slider[]} */
  let sliders = [];
  let timer = 0;

  function rebuild() {
    const { latent } = position.card;
    const { all, page } = state.get();
    const kind = all || !latent.directions ? "dimension" : "direction";
    everything.input.checked = kind === "dimension";
    everything.input.disabled = !latent.directions;
    const pages = Math.ceil(latent.size / PAGE);
    const first = kind === "dimension" ? Math.min(page, pages - 1) * PAGE : 0;
    const count =
      kind === "dimension" ? Math.min(PAGE, latent.size - first) : Math.min(DIRECTIONS_SHOWN, latent.directions);
    sliders = Array.from({ length: count }, (_, i) => makeRow(kind, first + i));
    fill(
      rows,
      sliders.map((slider) => slider.root),
    );
    fill(explain, kind === "direction" ? EXPLAIN_DIRECTIONS : explainDimensions(latent));
    fill(pager, kind === "dimension" && pages > 1 && pagerButtons(first / PAGE, pages));
    pager.hidden = !pager.childNodes.length;
    refresh();
  }

  /** @param {AxisKind} kind @param {number} number @returns {Slider} */
  function makeRow(kind, number) {
    const { latent } = position.card;
    const { limit } = latent;
    const [low, high] = [ends.make(), ends.make()];
    const words = kind === "direction" ? latent.names[number] : null;
    const says = (/** @type {number} */ value) => {
      const towards = value && words?.low ? `, towards ${value < 0 ? words.low : words.high}` : "";
      return `${signed(value)} standard deviations${towards}`;
    };
    const control = range({
      label: nameOf(kind, number, position.card),
      min: -limit,
      max: limit,
      step: STEP,
      value: position.offset(kind, number),
      words: says,
      shown: signed,
      onInput: (value, event) => {
        sweeps.grab(position.line(kind, number));
        sweeps.move(value, event.timeStamp);
        follow.grab([[kind, number]]);
        follow.move([value], event.timeStamp);
      },
      onCommit: (value) => {
        sweeps.release();
        follow.release();
        if (value !== position.offset(kind, number)) position.move(kind, number, value);
        else picture.exact();
      },
    });
    const label = control.root.querySelector("label");
    if (label && kind === "direction") label.title = explainDirection(number, latent);
    const ahead = () => {
      sweeps.prefetch(position.line(kind, number));
      follow.ahead([[kind, number]]);
    };
    control.input.addEventListener("pointerenter", ahead);
    control.input.addEventListener("focus", ahead);
    control.input.addEventListener("pointerdown", () => {
      sweeps.grab(position.line(kind, number));
      follow.grab([[kind, number]]);
    });
    control.input.addEventListener("dblclick", () => position.move(kind, number, 0));
    const oneLine = kind === "dimension" || can(position.card, "manifold"); // many of them, or a map below
    const root = el("div", { class: `pg-slider${oneLine ? " pg-slider-line" : ""}` }, low, control.root, high);
    return { kind, number, low, high, root, control };
  }

  function refresh() {
    for (const { kind, number, control } of sliders) control.set(position.offset(kind, number));
    reset.disabled = !position.spec.offsets && !position.spec.raw;
    clearTimeout(timer);
    timer = setTimeout(loadEnds, ENDS_AFTER_MS);
  }

  /** Both ends of every slider; in one request unless explicit latents would make it too long. */
  async function loadEnds() {
    if (root.hidden) return; // a model without latents has been chosen meanwhile
    const shown = sliders;
    const atOnce = Math.max(1, Math.floor(REQUEST_BYTES / 2 / JSON.stringify(position.spec).length));
    try {
      for (let first = 0; first < shown.length; first += atOnce) {
        if (!(await loadEndsOf(shown.slice(first, first + atOnce)))) return;
      }
    } catch (error) {
      if (shown === sliders) picture.fail(error);
    }
  }

  /** @returns {Promise<boolean>} false when something newer was asked meanwhile @param {Slider[]} some */
  async function loadEndsOf(some) {
    const { limit } = position.card.latent;
    const at = (/** @type {number} */ value) =>
      some.map(({ kind, number }) => withOffset(position.spec, kind, number, value));
    const request = { latents: [...at(-limit), ...at(limit)], settings: position.settings };
    const reply = await endsLane.run(position.card.id, "decode", request);
    if (!reply || !some.every((slider) => sliders.includes(slider))) return false;
    some.forEach((slider, i) => {
      ends.draw(slider.low, reply, i);
      ends.draw(slider.high, reply, some.length + i);
    });
    return true;
  }

  /** @param {number} page @param {number} pages */
  function pagerButtons(page, pages) {
    const go = (/** @type {number} */ to) => {
      state.set({ page: to });
      rebuild();
    };
    const size = position.card.latent.size;
    return [
      button("Previous", () => go(page - 1), { disabled: page === 0 }),
      el("span", { class: "pg-label" }, `${page * PAGE + 1}–${Math.min(size, (page + 1) * PAGE)} of ${size}`),
      button("Next", () => go(page + 1), { disabled: page >= pages - 1 }),
    ];
  }

  const root = titled("sliders", ["Move", everything.root, reset], explain, rows, pager);
  return { root, rebuild, refresh };
}

const EXPLAIN_DIRECTIONS = "Each slider walks along one direction of the latent space; the first changes most.";

/** @param {number} number @param {LatentSpec} latent */
function explainDirection(number, { change, names }) {
  const { share, seeds } = names[number];
  const named = share ? ` It does what its name says in ${Math.round(100 * share)} % of ${seeds} seeds.` : "";
  return `Direction ${number + 1}: a move across changes ${(100 * change[number]).toFixed(1)} % of the output on average.${named}`;
}

/** @param {LatentSpec} latent */
function explainDimensions(latent) {
  /** @type {Record<string, string>} */
  const what = {
    normal: "the model's latent code",
    "hidden units": "the hidden units",
    "noise image": "the noise the picture starts from",
  };
  return `Single numbers of ${what[latent.prior] ?? "the latent code"}, all ${latent.size} of them; most do little alone.`;
}

/** @param {AxisKind} kind @param {number} number @param {Card} card */
function nameOf(kind, number, { latent, output }) {
  if (kind === "direction") return directionTitle(latent, number);
  const place = number - latent.size + latent.classes; // among the weights of classes
  const [what, which] =
    place < 0 ? ["Dimension", number + 1] : [`Weight of ${latent.class_name}`, output.classes[place]];
  return [el("span", { class: "pg-slider-kind" }, `${what} `), String(which)];
}
