/** @file A piano keyboard on the page: played by mouse, several fingers, the computer's keys, or key by key with the arrows. */

import { announce, button, el, fill, titled, toggle, uniqueId } from "../../core/dom.js";
import { HIGHEST, isBlack, LOWEST, noteName } from "../../core/pitches.js";

const OCTAVE = 12;
const NARROW_PX = 400; // below this keys of two octaves would be thinner than a finger
const FIRST_LOW = 48;
const TAP_MS = 400; // how long a key is held that a screen reader clicks
// Where the computer's keys lie, from C upwards: as on every layout, whatever letters are printed there.
const CODES = "KeyA KeyW KeyS KeyE KeyD KeyF KeyT KeyG KeyY KeyH KeyU KeyJ KeyK KeyO KeyL KeyP Semicolon Quote".split(
  " ",
);

/**
 * @param {{low: number, letters: boolean, onDown: (pitch: number, startedMs: number) => void, onUp: (pitch: number) => void,
 *   onMoved: (low: number) => void, onLetters: (on: boolean) => void, isShown: () => boolean}} options
 *   low: MIDI pitch of the first key, a C; letters: whether the computer's keys play; isShown: they do only then
 * @returns {{root: HTMLElement, mark: (pitch: number) => void, visible: () => number[], release: () => void}}
 *   mark: the key whose pitch is shown elsewhere; visible: pitches of the first and last key; release: let all keys go
 */
export function pianoKeyboard({ low, letters, onDown, onUp, onMoved, onLetters, isShown }) {
  const where = el("span", { class: "pg-label" });
  const down = button("Lower", () => shift(-OCTAVE), { label: "One octave lower", title: "One octave lower (Z)" });
  const up = button("Higher", () => shift(OCTAVE), { label: "One octave higher", title: "One octave higher (X)" });
  const help = el("p", { class: "pg-hint pg-keyboard-help", id: uniqueId("help") }, HELP);
  const keys = el("div", {
    class: "pg-keyboard",
    role: "group",
    "aria-label": "Keyboard",
    "aria-describedby": help.id,
  });
  const lettersOn = toggle({
    label: "Computer keys",
    on: letters,
    className: "pg-letters",
    onChange: (on) => {
      release();
      onLetters(on);
      draw();
    },
  });
  /** @type {Map<number|string, number>} pointer id or key code -> pitch */
  const fingers = new Map();
  /** @type {Map<number, number>} pitch -> how many fingers hold it */
  const counts = new Map();
  if (!Number.isInteger(low) || low % OCTAVE) low = FIRST_LOW;
  let octaves = 2;
  /** @type {number|null} */
  let marked = null;
  let entry = low; // the key that Tab reaches

  const high = () => Math.min(HIGHEST, low + OCTAVE * octaves);
  const keyOf = (/** @type {number} */ pitch) =>
    /** @type {HTMLElement|null} */ (keys.querySelector(`[data-pitch="${pitch}"]`));
  const pitchOf = (/** @type {EventTarget|Element|null} */ key) =>
    Number(/** @type {HTMLElement} */ (key).dataset.pitch);

  function draw() {
    low = Math.max(LOWEST, Math.min(HIGHEST - OCTAVE * octaves, low));
    entry = Math.max(low, Math.min(high(), entry));
    const pitches = Array.from({ length: high() - low + 1 }, (_, i) => low + i);
    const whites = pitches.filter((pitch) => !isBlack(pitch)).length;
    keys.style.setProperty("--whites", String(whites));
    let white = 0; // keys of them so far
    fill(
      keys,
      pitches.map((pitch, i) => {
        const black = isBlack(pitch);
        const key = el(
          "button",
          {
            type: "button",
            class: `pg-key ${black ? "pg-key-black" : "pg-key-white"}`,
            dataset: { pitch },
            "aria-label": noteName(pitch),
            tabindex: pitch === entry ? 0 : -1,
            "aria-pressed": "false",
          },
          el(
            "span",
            { "aria-hidden": "true" },
            lettersOn.input.checked && CODES[i] && el("kbd", {}, LETTERS[i]),
            pitch % OCTAVE === 0 && noteName(pitch),
          ),
        );
        key.style.setProperty("--place", String(white));
        if (!black) white += 1;
        return key;
      }),
    );
    where.textContent = `${noteName(low)} to ${noteName(high())}`;
    down.disabled = low <= LOWEST;
    up.disabled = low >= HIGHEST - OCTAVE * octaves;
    if (marked !== null) mark(marked);
  }

  /** @param {number} by */
  function shift(by) {
    release();
    const before = low;
    low += by;
    entry += by;
    draw();
    if (low !== before) announce(`Keyboard from ${where.textContent}.`);
    onMoved(low);
  }

  const held = (/** @type {number} */ pitch) => counts.get(pitch) ?? 0;

  /** @param {number|string} finger @param {number} pitch @param {number} startedMs */
  function press(finger, pitch, startedMs) {
    lift(finger);
    fingers.set(finger, pitch);
    counts.set(pitch, held(pitch) + 1);
    if (held(pitch) > 1) return;
    keyOf(pitch)?.setAttribute("aria-pressed", "true");
    onDown(pitch, startedMs);
  }

  /** @param {number|string} finger */
  function lift(finger) {
    const pitch = fingers.get(finger);
    if (pitch === undefined) return;
    fingers.delete(finger);
    counts.set(pitch, held(pitch) - 1);
    if (held(pitch) > 0) return;
    keyOf(pitch)?.setAttribute("aria-pressed", "false");
    onUp(pitch);
  }

  const release = () => [...fingers.keys()].forEach(lift);

  /** @param {number} pitch */
  function mark(pitch) {
    marked = pitch;
    for (const key of keys.querySelectorAll(".pg-key")) key.toggleAttribute("data-marked", pitchOf(key) === pitch);
  }

  const pitchAt = (/** @type {PointerEvent} */ event) => {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest(".pg-key");
    return key && keys.contains(key) ? pitchOf(key) : null;
  };
  keys.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const pitch = pitchAt(event);
    if (pitch === null) return;
    // A finger's first key would keep the glissando for itself.
    if (event.target instanceof Element) event.target.releasePointerCapture(event.pointerId);
    keys.setPointerCapture(event.pointerId);
    press(event.pointerId, pitch, event.timeStamp);
  });
  keys.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const pitch = pitchAt(event);
    if (pitch !== null && pitch !== fingers.get(event.pointerId)) press(event.pointerId, pitch, event.timeStamp);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    keys.addEventListener(end, (event) => lift(event.pointerId));
  keys.addEventListener("lostpointercapture", (event) => event.target === keys && lift(event.pointerId));
  keys.addEventListener("contextmenu", (event) => event.preventDefault()); // a finger that rests on a key

  keys.addEventListener("keydown", (event) => {
    const pitch = pitchOf(event.target);
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: pitch - 1, ArrowRight: pitch + 1, Home: low, End: high() };
    const to = places[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focus(Math.max(low, Math.min(high(), to)));
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) press(event.key, pitch, event.timeStamp);
    }
  });
  keys.addEventListener("keyup", (event) => lift(event.key));
  keys.addEventListener("click", (event) => {
    if (event.detail) return; // the pointer has played it
    press("click", pitchOf(/** @type {Element} */ (event.target).closest(".pg-key")), event.timeStamp);
    setTimeout(lift, TAP_MS, "click");
  });
  keys.addEventListener("focusout", () => [" ", "Enter"].forEach(lift));

  /** @param {number} pitch */
  function focus(pitch) {
    const [left, reached] = [keyOf(entry), keyOf(pitch)];
    entry = pitch;
    if (left) left.tabIndex = -1;
    if (!reached) return;
    reached.tabIndex = 0;
    reached.focus();
  }

  addEventListener("keydown", (event) => {
    if (
      !lettersOn.input.checked ||
      !isShown() ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target)
    )
      return;
    const step = CODES.indexOf(event.code);
    const shifts = event.code === "KeyZ" ? -OCTAVE : event.code === "KeyX" ? OCTAVE : 0;
    if (step < 0 && !shifts) return;
    event.preventDefault();
    if (event.repeat) return;
    if (shifts) shift(shifts);
    else if (low + step <= HIGHEST) press(event.code, low + step, event.timeStamp);
  });
  addEventListener("keyup", (event) => lift(event.code));
  addEventListener("blur", release);

  new ResizeObserver(([{ contentRect }]) => {
    const fitting = contentRect.width < NARROW_PX ? 1 : 2;
    if (!contentRect.width || fitting === octaves) return;
    release();
    octaves = fitting;
    draw();
  }).observe(keys);

  draw();
  const foot = el("div", { class: "pg-row pg-keyboard-foot" }, help, lettersOn.root);
  const root = titled("keyboard", ["Keyboard", where, down, up], keys, foot);
  return { root, mark, visible: () => [low, high()], release };
}

const LETTERS = "AWSEDFTGYHUJKOLP;'";
const HELP = "Press keys, or slide across them. On a computer: A W S E D F … play, Z and X change the octave.";

/** Whether letters typed there mean text. @param {EventTarget|null} target */
function isTyping(target) {
  return (
    target instanceof Element &&
    target.matches(
      "select, textarea, [contenteditable], input:not([type=range], [type=checkbox], [type=radio], [type=button])",
    )
  );
}
