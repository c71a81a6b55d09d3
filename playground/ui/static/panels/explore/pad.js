/** @file A pad over two directions at once; for a model with two latent numbers, the map of everything it can draw. */

import { Lane, paceOf, run } from "../../core/api.js";
import { announce, el, fill, hint, problemBox, uniqueId } from "../../core/dom.js";
import { drawSheet, pictureCanvas } from "../../core/frames.js";
import { explicit } from "../../core/latents.js";
import { can } from "../../core/models.js";
import { ARROWS } from "../../core/plane.js";
import { markPaint } from "../../core/timings.js";
import { axisPair, whenSeen } from "./axes.js";
import { NOBODY } from "./sliders.js";

const KEY_STEP = 0.25; // prior standard deviations
const LOAD_AFTER_MS = 350;
const MAP_SIDE = 20;
const CHEAP_MS = 8; // per frame: cheaper models get a finer grid

/**
 * @param {{position: import("./position.js").Position, picture: import("./types.js").View,
 *   state: import("./types.js").ExploreSlice, follow?: import("./types.js").Follower}} parts
 * @returns {{root: HTMLElement, rebuild: () => void, refresh: () => void}}
 */
export function directionPad({ position, picture, state, follow: follower = NOBODY }) {
  const sheetLane = new Lane("explore-pad");
  const followLane = new Lane("explore-pad-picture");
  const problem = problemBox();
  const canvas = pictureCanvas({ className: "pg-pad-sheet" });
  const cross = el("span", { class: "pg-cross", "aria-hidden": "true" });
  const surface = el(
    "div",
    { class: "pg-pad", tabindex: "0", role: "application", "aria-roledescription": "two-dimensional slider" },
    canvas,
    cross,
  );
  const title = el("h2", { id: uniqueId("pad") }, "Two at once");
  const about = hint();
  const axes = axisPair({ position, state, onChange: rebuild });
  const head = el("div", { class: "pg-pad-head" }, title, about);
  const attributes = { class: "pg-card pg-area-pad", "aria-labelledby": title.id };
  const root = el("section", attributes, head, surface, axes.root, problem.root);
  let isMap = false;
  let at = { x: 0, y: 0 };
  /** @type {Reply|null} */
  let sheet = null;
  const plan = whenSeen(surface, loadSheet);

  function rebuild() {
    const { latent } = position.card;
    isMap = can(position.card, "manifold");
    root.hidden = !isMap && latent.directions < 2;
    if (root.hidden) return;
    title.textContent = isMap ? "The whole map" : "Two at once";
    fill(
      about,
      isMap
        ? "Two latent numbers: all it can draw is on this map."
        : "Drag to move along two directions at the same time.",
    );
    axes.rebuild();
    axes.root.hidden = isMap;
    sheet = null;
    delete canvas.dataset.drawn;
    refresh();
  }

  async function refresh() {
    if (root.hidden) return;
    if (isMap) await placeOnMap();
    else [at.x, at.y] = axes.offsets();
    placeCross();
    plan(LOAD_AFTER_MS);
  }

  async function placeOnMap() {
    const card = position.card;
    try {
      const reply = await run(card.id, "latents", { latents: [position.spec], settings: position.settings });
      if (card === position.card) at = { x: reply.header.z[0][0], y: reply.header.z[0][1] };
    } catch {
      at = { x: 0, y: 0 }; // the picture itself tells what is wrong
    }
  }

  function sheetRequest() {
    const { limit } = position.card.latent;
    const limits = { low: -limit, high: limit, settings: position.settings };
    if (isMap) return { latent: explicit([0, 0]), dimensions: [0, 1], side: MAP_SIDE, ...limits };
    const side = (paceOf(position.card.id) ?? CHEAP_MS) < CHEAP_MS ? 8 : 5;
    return { latent: axes.specAt([0, 0]), directions: axes.now(), side, ...limits };
  }

  async function loadSheet() {
    const request = sheetRequest();
    try {
      const reply = await sheetLane.run(position.card.id, "pad", request);
      if (!reply) return;
      problem.clear();
      sheet = reply;
      drawSheet(canvas, reply, request.side);
    } catch (error) {
      problem.show(error, loadSheet);
    }
  }

  const specAt = () => (isMap ? explicit([at.x, at.y]) : axes.specAt([at.x, at.y]));

  function placeCross() {
    const { limit } = position.card.latent;
    cross.style.left = `${50 + (50 * clamp(at.x, limit)) / limit}%`;
    cross.style.top = `${50 - (50 * clamp(at.y, limit)) / limit}%`;
    const [across, up] = isMap ? ["number 1", "number 2"] : axes.now().map((axis) => `direction ${axis + 1}`);
    surface.setAttribute(
      "aria-label",
      `Pad: ${across} across ${at.x.toFixed(2)}, ${up} up ${at.y.toFixed(2)} standard deviations. Arrow keys move, Home goes to the middle.`,
    );
  }

  /** Draw what is nearest on the sheet in this very task, then let exact pictures follow. @param {number} startedMs */
  function follow(startedMs) {
    placeCross();
    if (sheet) {
      const { limit } = position.card.latent;
      const { side } = sheet.header;
      const column = Math.round(((at.x + limit) / (2 * limit)) * (side - 1));
      const row = Math.round(((limit - at.y) / (2 * limit)) * (side - 1));
      picture.show(sheet, row * side + column);
      markPaint("padToPaint", startedMs);
    }
    if (!isMap) {
      follower.grab(axes.now().map((axis) => ["direction", axis]));
      follower.move([at.x, at.y], startedMs);
    }
    const request = { latents: [specAt()], settings: position.settings };
    const card = position.card;
    followLane
      .run(card.id, "decode", request)
      .then((reply) => reply && card === position.card && dragging && picture.show(reply), picture.fail);
  }

  function commit() {
    followLane.drop();
    follower.release();
    position.setSpec(specAt(), "pad");
  }

  let dragging = false;
  const drag = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const { limit } = position.card.latent;
    const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;
    at.x = round(clamp(((event.clientX - box.left) / box.width) * 2 * limit - limit, limit));
    at.y = round(clamp(limit - ((event.clientY - box.top) / box.height) * 2 * limit, limit));
    follow(event.timeStamp);
  };
  surface.addEventListener("pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    dragging = true;
    drag(event);
  });
  surface.addEventListener("pointermove", (event) => dragging && drag(event));
  for (const end of ["pointerup", "pointercancel"]) {
    surface.addEventListener(end, () => {
      if (dragging) commit();
      dragging = false;
    });
  }
  surface.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step && event.key !== "Home") return;
    event.preventDefault();
    const { limit } = position.card.latent;
    at = step
      ? { x: clamp(at.x + step[0] * KEY_STEP, limit), y: clamp(at.y + step[1] * KEY_STEP, limit) }
      : { x: 0, y: 0 };
    follow(event.timeStamp);
    announce(`${at.x.toFixed(2)} across, ${at.y.toFixed(2)} up`);
    commit();
  });

  return { root, rebuild, refresh };
}

/** @param {number} value @param {number} limit */
function clamp(value, limit) {
  return Math.min(limit, Math.max(-limit, value));
}
