/** @file A 28x28 pad to paint on with pointer or keyboard, and to mark pixels as held. */

import { announce, button, el, group, hint, stacked } from "./dom.js";
import { penOf, pictureCanvas } from "./frames.js";

const SIDE = 28;
const TOOLS = { draw: "Draw", erase: "Erase", hold: "Hold", release: "Let go" };
/** @type {Record<string, (x: number, y: number) => boolean>} */
const REGIONS = {
  "left half": (x) => x < SIDE / 2,
  "right half": (x) => x >= SIDE / 2,
  "top half": (x, y) => y < SIDE / 2,
  "bottom half": (x, y) => y >= SIDE / 2,
};
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HOLD_TINT = [64, 160, 255];

/**
 * @param {{size?: number, hold?: boolean, onChange?: () => void}} [options]
 *   size: CSS pixels, a multiple of 28; hold: also offer to mark pixels as held
 * @returns {{root: HTMLElement, canvas: HTMLCanvasElement, pixels: Uint8Array, mask: Uint8Array, clear: () => void,
 *   load: (pixels: Uint8Array, mask?: Uint8Array) => void, isEmpty: () => boolean}}
 *   pixels: 784 values, 255 = ink; mask: 784 values, 255 = held. Both stay the same arrays.
 */
export function paintPad({ size = 252, hold = false, onChange = () => {} } = {}) {
  const pixels = new Uint8Array(SIDE * SIDE);
  const mask = new Uint8Array(SIDE * SIDE);
  const canvas = pictureCanvas({ className: "pg-paint" });
  canvas.removeAttribute("aria-hidden");
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "painting pad");
  canvas.setAttribute("aria-label", "Paint with the pointer, or move with the arrow keys and paint with Space.");
  canvas.tabIndex = 0;
  canvas.style.width = canvas.style.height = `${size}px`;
  /** @type {keyof typeof TOOLS} */
  let tool = "draw";
  /** @type {{x: number, y: number}|null} while the keyboard paints */
  let cursor = null;
  /** @type {{x: number, y: number}|null} the pointer's last place, to paint without gaps */
  let last = null;

  const redraw = () => {
    const image = new ImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i += 1) {
      const tint = mask[i] ? 0.35 : 0;
      for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = pixels[i] * (1 - tint) + HOLD_TINT[c] * tint;
      image.data[4 * i + 3] = 255;
    }
    if (cursor) image.data.set([255, 170, 0, 255], 4 * (cursor.y * SIDE + cursor.x));
    penOf(canvas).putImageData(image, 0, 0);
    canvas.dataset.drawn = "true";
  };

  const touch = (/** @type {number} */ x, /** @type {number} */ y) => {
    for (let dy = -1; dy <= 1; dy += 1) {
      for (let dx = -1; dx <= 1; dx += 1) {
        const [px, py] = [Math.floor(x) + dx, Math.floor(y) + dy];
        if (px < 0 || py < 0 || px >= SIDE || py >= SIDE) continue;
        const at = py * SIDE + px;
        const near = dx === 0 && dy === 0 ? 255 : dx === 0 || dy === 0 ? 170 : 70;
        if (tool === "draw") pixels[at] = Math.max(pixels[at], near);
        else if (tool === "erase") pixels[at] = 0;
        else mask[at] = tool === "hold" ? 255 : 0;
      }
    }
  };

  const stroke = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const at = {
      x: ((event.clientX - box.left) / box.width) * SIDE,
      y: ((event.clientY - box.top) / box.height) * SIDE,
    };
    const from = last ?? at;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(at.x - from.x, at.y - from.y)));
    for (let i = 1; i <= steps; i += 1)
      touch(from.x + ((at.x - from.x) * i) / steps, from.y + ((at.y - from.y) * i) / steps);
    last = at;
    redraw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    cursor = last = null;
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => last && stroke(event));
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) onChange();
      last = null;
    });
  }
  canvas.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    cursor ??= { x: SIDE / 2, y: SIDE / 2 };
    if (move) {
      cursor = { x: clamp(cursor.x + move[0]), y: clamp(cursor.y + move[1]) };
      announce(`column ${cursor.x + 1}, row ${cursor.y + 1}`);
    }
    if (event.key === " " || event.shiftKey) {
      touch(cursor.x, cursor.y);
      onChange();
    }
    redraw();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    redraw();
  });

  const change = (/** @type {() => void} */ edit) => () => {
    edit();
    redraw();
    onChange();
  };
  const clear = change(() => (pixels.fill(0), mask.fill(0)));
  const load = (/** @type {Uint8Array} */ newPixels, /** @type {Uint8Array} */ newMask = mask) => {
    pixels.set(newPixels);
    mask.set(newMask);
    redraw();
  };

  const names = /** @type {(keyof typeof TOOLS)[]} */ (Object.keys(TOOLS));
  const tools = names.filter((name) => hold || name === "draw" || name === "erase");
  /** @type {HTMLButtonElement[]} */
  const toolButtons = tools.map((name) => {
    const choose = () => {
      tool = name;
      toolButtons.forEach((other, place) => other.setAttribute("aria-pressed", String(tools[place] === name)));
    };
    const made = button(TOOLS[name], choose, { kind: "toggle" });
    made.setAttribute("aria-pressed", String(name === tool));
    return made;
  });
  const bar = group("Painting tools", toolButtons, button("Clear", clear));
  const regions = hold && holdControls({ pixels, mask, change });
  redraw();
  return {
    root: el("div", { class: "pg-paint-pad pg-stack" }, canvas, bar, regions),
    canvas,
    pixels,
    mask,
    clear,
    load,
    isEmpty: () => pixels.every((value) => value === 0),
  };
}

/** @param {{pixels: Uint8Array, mask: Uint8Array, change: (edit: () => void) => () => void}} pad */
function holdControls({ pixels, mask, change }) {
  const holdWhere = (/** @type {(x: number, y: number, i: number) => boolean} */ test) =>
    change(() => mask.forEach((_, i) => (mask[i] = test(i % SIDE, Math.floor(i / SIDE), i) ? 255 : 0)));
  const choices = [
    ...Object.entries(REGIONS).map(([name, test]) => button(name, holdWhere(test))),
    button(
      "drawn pixels",
      holdWhere((x, y, i) => pixels[i] > 0),
    ),
    button(
      "nothing",
      holdWhere(() => false),
    ),
  ];
  return stacked(
    hint("Held pixels (tinted blue) stay as painted; the model fills in the others."),
    group("Hold", el("span", { class: "pg-label" }, "Hold"), choices),
  );
}

/** @param {number} value */
function clamp(value) {
  return Math.min(SIDE - 1, Math.max(0, value));
}

/** The pad draws in white on black, 28 pixels wide. @param {{output: OutputSpec}} model */
export function drawable({ output }) {
  return output.channels === 1 && output.height === SIDE && output.width === SIDE;
}
