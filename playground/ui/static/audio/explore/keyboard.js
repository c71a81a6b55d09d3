/** @file A piano keyboard on the page: played by mouse, several fingers, the computer's keys, or key by key with the arrows. */

import { announce, button, el, fill, uniqueId } from "../../core/dom.js";
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
  const title = el("h2", { id: uniqueId("keyboard") }, "Keyboard");
  const where = el("span", { class: "pg-label" });
  const down = button("Lower", () => shift(-OCTAVE), { label: "One octave lower", title: "One octave lower (Z)" });
  const up = button("Higher", () => shift(OCTAVE), { label: "One octave higher", title: "One octave higher (X)" });
  const help = el("p", { class: "pg-hint pg-keyboard-help", id: uniqueId("help") }, HELP);
  const keys = el("div", {
    class: "pg-keyboard",
    role: "group",
    "aria-labelledby": title.id,
    "aria-describedby": help.id,
  });
  const lettersOn = el("input", {
    type: "checkbox",
    id: uniqueId("letters"),
    role: "switch",
    onchange: () => {
      release();
      onLetters(lettersOn.checked);
      draw();
    },
  });
  lettersOn.checked = letters;
  const fingers = new Map(); // pointer id or key code -> pitch
  const counts = new Map(); // pitch -> how many fingers hold it
  if (!Number.isInteger(low) || low % OCTAVE) low = FIRST_LOW;
  let octaves = 2;
  let marked = null;
  let entry = low; // the key that Tab reaches

  const high = () => Math.min(HIGHEST, low + OCTAVE * octaves);
  const keyOf = (pitch) => keys.querySelector(`[data-pitch="${pitch}"]`);

  function draw() {
    low = Math.max(LOWEST, Math.min(HIGHEST - OCTAVE * octaves, low));
    entry = Math.max(low, Math.min(high(), entry));
    const pitches = Array.from({ length: high() - low + 1 }, (_, i) => low + i);
    const whites = pitches.filter((pitch) => !isBlack(pitch)).length;
    keys.style.setProperty("--whites", whites);
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
            lettersOn.checked && CODES[i] && el("kbd", {}, LETTERS[i]),
            pitch % OCTAVE === 0 && noteName(pitch),
          ),
        );
        key.style.setProperty("--place", white);
        if (!black) white += 1;
        return key;
      }),
    );
    where.textContent = `${noteName(low)} to ${noteName(high())}`;
    down.disabled = low <= LOWEST;
    up.disabled = low >= HIGHEST - OCTAVE * octaves;
    if (marked !== null) mark(marked);
  }

  function shift(by) {
    release();
    const before = low;
    low += by;
    entry += by;
    draw();
    if (low !== before) announce(`Keyboard from ${where.textContent}.`);
    onMoved(low);
  }

  function press(finger, pitch, startedMs) {
    lift(finger);
    fingers.set(finger, pitch);
    counts.set(pitch, (counts.get(pitch) ?? 0) + 1);
    if (counts.get(pitch) > 1) return;
    keyOf(pitch)?.setAttribute("aria-pressed", "true");
    onDown(pitch, startedMs);
  }

  function lift(finger) {
    const pitch = fingers.get(finger);
    if (pitch === undefined) return;
    fingers.delete(finger);
    counts.set(pitch, counts.get(pitch) - 1);
    if (counts.get(pitch) > 0) return;
    keyOf(pitch)?.setAttribute("aria-pressed", "false");
    onUp(pitch);
  }

  const release = () => [...fingers.keys()].forEach(lift);

  function mark(pitch) {
    marked = pitch;
    for (const key of keys.querySelectorAll(".pg-key"))
      key.toggleAttribute("data-marked", Number(key.dataset.pitch) === pitch);
  }

  const pitchAt = (event) => {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest(".pg-key");
    return key && keys.contains(key) ? Number(key.dataset.pitch) : null;
  };
  keys.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const pitch = pitchAt(event);
    if (pitch === null) return;
    event.target.releasePointerCapture?.(event.pointerId); // a finger's first key would keep the glissando for itself
    keys.setPointerCapture(event.pointerId);
    press(event.pointerId, pitch, event.timeStamp);
  });
  keys.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const pitch = pitchAt(event);
    if (pitch !== null && pitch !== fingers.get(event.pointerId)) press(event.pointerId, pitch, event.timeStamp);
  });
  for (const end of ["pointerup", "pointercancel"]) keys.addEventListener(end, (event) => lift(event.pointerId));
  keys.addEventListener("lostpointercapture", (event) => event.target === keys && lift(event.pointerId));
  keys.addEventListener("contextmenu", (event) => event.preventDefault()); // a finger that rests on a key

  keys.addEventListener("keydown", (event) => {
    const pitch = Number(event.target.dataset.pitch);
    const to = { ArrowLeft: pitch - 1, ArrowRight: pitch + 1, Home: low, End: high() }[event.key];
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
    press("click", Number(event.target.closest(".pg-key").dataset.pitch), event.timeStamp);
    setTimeout(lift, TAP_MS, "click");
  });
  keys.addEventListener("focusout", () => [" ", "Enter"].forEach(lift));

  function focus(pitch) {
    keyOf(entry).tabIndex = -1;
    entry = pitch;
    keyOf(entry).tabIndex = 0;
    keyOf(entry).focus();
  }

  addEventListener("keydown", (event) => {
    if (!lettersOn.checked || !isShown() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
      return;
    const step = CODES.indexOf(event.code);
    const shifts = { KeyZ: -OCTAVE, KeyX: OCTAVE }[event.code];
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
  const root = el(
    "section",
    { class: "pg-card pg-area-keyboard", "aria-labelledby": title.id },
    el("div", { class: "pg-card-head" }, title, where, down, up),
    keys,
    el(
      "div",
      { class: "pg-row pg-keyboard-foot" },
      help,
      el("label", { class: "pg-switch pg-letters", for: lettersOn.id }, lettersOn, "Computer keys"),
    ),
  );
  return { root, mark, visible: () => [low, high()], release };
}

const LETTERS = "AWSEDFTGYHUJKOLP;'";
const HELP = "Press keys, or slide across them. On a computer: A W S E D F … play, Z and X change the octave.";

/** Whether letters typed there mean text. */
function isTyping(element) {
  return (
    element.matches?.(
      "select, textarea, [contenteditable], input:not([type=range], [type=checkbox], [type=radio], [type=button])",
    ) ?? false
  );
}
