/**
 * @file The timbre under a moving finger: sounds of a few places along the gesture's axes are asked ahead, and between them
 * one hears a mix of the nearest. The exact sound follows when the gesture ends.
 */

import { Ahead } from "../../core/ahead.js";
import { canonical } from "../../core/api.js";
import { bankOf, renderTimbres } from "../../core/instruments.js";
import { withOffset } from "../../core/latents.js";
import { mark } from "../../core/timings.js";

const PLACES = [7, 4]; // along each axis, by how many axes there are: one of a slider, two of the pad
const AT_ONCE = 2; // nobody's request has to wait longer than for these

/**
 * @typedef {import("../../panels/explore/types.js").Axis[]} Axes
 * @typedef {import("../../core/instruments.js").NoteBank} NoteBank
 * @typedef {{at: number[], spec: Spec, bank: NoteBank}} Place  at: along each axis
 * @typedef {{step: number, pitch: number, places: Place[]}} Grid  step: between neighbours, in prior standard deviations
 */

export class LiveTimbre {
  /**
   * @param {{position: import("../../panels/explore/position.js").Position,
   *   sounding: import("./sounding.js").Sounding, plays: () => boolean, onPlace: (bank: NoteBank, pitch: number) => void,
   *   onError: (error: unknown) => void}} options
   *   plays: whether a move is heard when no key is held; onPlace: this place's sound is the nearest now
   */
  constructor({ position, sounding, plays, onPlace, onError }) {
    this.position = position;
    this.sounding = sounding;
    this.plays = plays;
    this.onPlace = onPlace;
    this.onError = onError;
    this.neighbours = new Ahead();
    /** @type {(Grid & {key: string})|null} of the gesture under way */
    this.grid = null;
    /** @type {number[]} */
    this.at = [];
    /** @type {number|null} of the move that is not heard yet */
    this.startedMs = null;
    this.moved = false; // in this gesture
  }

  /** Whether a gesture is under way. */
  get moving() {
    return this.grid !== null;
  }

  /** A gesture along these axes may come. @param {Axes} axes */
  ahead(axes) {
    if (this.grid) return;
    const grid = this.#gridOf(axes);
    const now = axes.map(([kind, number]) => this.position.offset(kind, number));
    const order = byDistance(grid.places, now).map(({ bank }) => bank);
    /** @type {NoteBank[][]} */
    const parts = [];
    for (let i = 0; i < order.length; i += AT_ONCE) parts.push(order.slice(i, i + AT_ONCE));
    this.neighbours.plan(parts.map((part) => () => renderTimbres(part, grid.pitch)));
  }

  /** A gesture begins, or goes on. @param {Axes} axes */
  grab(axes) {
    const key = this.#keyOf(axes);
    if (this.grid?.key === key) return; // asked at every move
    const grid = { key, ...this.#gridOf(axes) };
    this.neighbours.plan([]);
    this.grid = grid;
    this.at = axes.map(([kind, number]) => this.position.offset(kind, number));
    this.startedMs = null;
    this.moved = false;
    setTimeout(() => this.#fill(grid)); // a single step by key is over by then, and asks for its exact sound only
  }

  /** @param {number[]} values along the axes @param {number} startedMs the input event's timeStamp */
  move(values, startedMs) {
    this.at = values;
    this.startedMs = startedMs;
    this.moved = true;
    this.#apply();
  }

  /** The gesture is over. */
  release() {
    this.grid = this.startedMs = null;
  }

  /** A text that is equal for gestures along the same line or over the same square. @param {Axes} axes */
  #keyOf(axes) {
    const { card, spec, settings } = this.position;
    const origin = axes.reduce((base, [kind, number]) => withOffset(base, kind, number, 0), spec);
    return canonical([card.id, origin, axes, settings]);
  }

  /** @param {Axes} axes @returns {Grid} */
  #gridOf(axes) {
    const { card, spec, settings } = this.position;
    const { limit } = card.latent;
    const count = PLACES[axes.length - 1];
    const step = (2 * limit) / (count - 1);
    /** @type {Omit<Place, "bank">[]} */
    let places = [{ at: [], spec }];
    for (const [kind, number] of axes) {
      places = places.flatMap((place) =>
        Array.from({ length: count }, (_, i) => {
          const value = i * step - limit;
          return { at: [...place.at, value], spec: withOffset(place.spec, kind, number, value) };
        }),
      );
    }
    return {
      step,
      pitch: Number(settings.pitch),
      places: places.map((place) => ({ ...place, bank: bankOf(card.id, place.spec, settings) })),
    };
  }

  /** Ask for what is missing, nearest first, as long as the gesture lasts. @param {Grid} grid */
  async #fill(grid) {
    try {
      while (this.grid === grid) {
        const missing = byDistance(grid.places, this.at).filter(({ bank }) => !bank.buffers.has(grid.pitch));
        if (!missing.length) return;
        await renderTimbres(
          missing.slice(0, AT_ONCE).map(({ bank }) => bank),
          grid.pitch,
        );
        if (this.grid === grid && this.moved) this.#apply();
      }
    } catch (error) {
      if (this.grid === grid) this.onError(error);
    }
  }

  #apply() {
    if (!this.grid) return;
    const { places, step, pitch } = this.grid;
    const here = places.filter(({ bank }) => bank.buffers.has(pitch));
    if (!here.length) return;
    const [nearest] = byDistance(here, this.at);
    const share = (/** @type {Place} */ { at }) =>
      at.reduce((product, value, i) => product * Math.max(0, 1 - Math.abs(value - this.at[i]) / step), 1);
    let mix = here.map((place) => ({ bank: place.bank, share: share(place) })).filter((part) => part.share > 0.02);
    if (!mix.length) mix = [{ bank: nearest.bank, share: 1 }];
    if (this.startedMs === null) this.sounding.blend(mix);
    else if (this.sounding.change(mix, this.plays() ? pitch : null)) mark("inputToSound", this.startedMs);
    this.startedMs = null;
    this.onPlace(nearest.bank, pitch);
  }
}

/** @param {Place[]} places @param {number[]} values along each axis */
function byDistance(places, values) {
  const far = (/** @type {Place} */ { at }) => at.reduce((sum, value, i) => sum + (value - values[i]) ** 2, 0);
  return [...places].sort((one, other) => far(one) - far(other));
}
