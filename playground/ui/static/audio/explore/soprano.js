/** @file A roll on which the visitor writes a melody, by pointer or keys: one voice, in steps of an eighth. */

import { announce, button, el, uniqueId } from "../../core/dom.js";
import { penOf } from "../../core/frames.js";
import { noteName } from "../../core/pitches.js";
import { drawRoll } from "../../core/scores.js";
import { saidCanvas } from "../pictures.js";
import { HIGHEST, LOWEST, noteAt, toRoll, withNote, withoutNote } from "./line.js";

const BAR = 8; // steps
const STEP_WIDTH = matchMedia("(pointer: coarse)").matches ? 18 : 9; // CSS pixels a step needs to be hit
const ROWS = HIGHEST - LOWEST + 1;
const FIRST_PITCH = 67;

/**
 * @typedef {import("./line.js").Note} Note
 * @typedef {{step: number, pitch: number}} Cell
 */

/** What a key does to the cursor: steps to the right, semitones up. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 12],
  PageDown: [0, -12],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

/**
 * @param {{line: () => number[], onChange: (line: number[], pitch: number|null, gesture: string) => void}} options
 *   line: the present one; onChange: the visitor wrote this one; pitch: of the note now set, null when one was removed; gesture:
 *   the same for all that one drag writes
 * @returns {{root: HTMLElement, refresh: () => void, playhead: (step: number|null) => void}}
 */
export function sopranoRoll({ line, onChange }) {
  /** @type {Cell} */
  const cursor = { step: 0, pitch: FIRST_PITCH };
  let firstBar = 0; // of the bars that are shown
  /** @type {number|null} where playing is */
  let now = null;
  /** @type {{note: Note, grabbed: boolean, moved: boolean, at: Cell, was: number[]}|null} was: the line before it */
  let gesture = null;
  let gestures = 0; // so far
  const help = el("p", { class: "pg-hint", id: uniqueId("help") }, HELP);
  const canvas = saidCanvas({ className: "pg-roll pg-soprano-canvas" });
  const grid = el(
    "div",
    {
      class: "pg-soprano-grid",
      tabindex: "0",
      role: "application",
      "aria-label": "Soprano",
      "aria-describedby": help.id,
    },
    canvas,
  );
  const where = el("span", { class: "pg-label" });
  const back = button("Earlier bars", () => turn(-1));
  const on = button("Later bars", () => turn(1));
  const pager = el("div", { class: "pg-row pg-soprano-pager" }, back, where, on);
  const root = el("div", { class: "pg-stack pg-soprano" }, pager, grid, help);

  const bars = () => line().length / BAR;
  /** As many bars as are wide enough, in equal parts of the line. */
  const shownBars = () => {
    const most = Math.max(1, Math.floor((canvas.clientWidth || 340) / BAR / STEP_WIDTH));
    return Math.ceil(bars() / Math.ceil(bars() / most));
  };

  /** @param {number} by pages */
  function turn(by) {
    firstBar = Math.max(0, Math.min(bars() - shownBars(), firstBar + by * shownBars()));
    cursor.step = firstBar * BAR;
    refresh();
  }

  function refresh() {
    const all = line();
    const shown = shownBars();
    firstBar = Math.max(0, Math.min(bars() - shown, firstBar));
    cursor.step = Math.min(cursor.step, all.length - 1);
    const [from, width] = [firstBar * BAR, shown * BAR];
    const playhead = now !== null && now >= from && now < from + width ? now - from : null;
    const facts = { height: ROWS, width, highest: HIGHEST, stepsPerBar: BAR };
    drawRoll(canvas, toRoll(all.slice(from, from + width)), facts, { playhead, colours: () => voiceColour(canvas) });
    drawOver(from, width);
    pager.hidden = shown >= bars();
    where.textContent = `Bars ${firstBar + 1}–${firstBar + shown} of ${bars()}`;
    back.disabled = firstBar === 0;
    on.disabled = firstBar >= bars() - shown;
    grid.setAttribute(
      "aria-label",
      `Soprano, ${all.filter((value) => value > 0).length} notes in ${bars()} bars. ${cursorWords()}`,
    );
  }

  /** Names of the octaves' Cs, beats, and the cursor, over the notes. @param {number} from @param {number} width */
  function drawOver(from, width) {
    const pen = penOf(canvas);
    const [x, y] = [canvas.width / width, canvas.height / ROWS];
    const style = getComputedStyle(canvas);
    pen.fillStyle = style.getPropertyValue("--pg-roll-faint");
    for (let step = 2; step < width; step += 2) if (step % BAR) pen.fillRect(Math.round(step * x), 0, 1, canvas.height);
    pen.fillStyle = style.getPropertyValue("--pg-roll-label");
    pen.font = `${Math.round(Math.min(y, 13 * (canvas.width / (canvas.clientWidth || canvas.width))))}px ${style.fontFamily}`;
    pen.textBaseline = "middle";
    pen.strokeStyle = style.getPropertyValue("--pg-roll");
    pen.lineWidth = 3;
    for (let pitch = LOWEST; pitch <= HIGHEST; pitch += 1) {
      if (pitch % 12) continue;
      pen.strokeText(noteName(pitch), 3, (HIGHEST - pitch + 0.5) * y); // readable over a note, too
      pen.fillText(noteName(pitch), 3, (HIGHEST - pitch + 0.5) * y);
    }
    if (document.activeElement !== grid) return;
    pen.strokeStyle = style.getPropertyValue("--pg-roll-now");
    pen.lineWidth = 2;
    pen.strokeRect((cursor.step - from) * x + 1, (HIGHEST - cursor.pitch) * y + 1, x - 2, y - 2);
  }

  const cursorWords = () => {
    const note = noteAt(line(), cursor.step);
    const at = `Bar ${Math.floor(cursor.step / BAR) + 1}, eighth ${(cursor.step % BAR) + 1}, ${noteName(cursor.pitch)}`;
    const lasts = note && `${noteName(note.pitch)} for ${note.steps} eighth${note.steps > 1 ? "s" : ""}`;
    return `${at}: ${note ? `${lasts} here` : "nothing here"}.`;
  };

  /** @param {number[]} next @param {number|null} pitch */
  function write(next, pitch) {
    onChange(next, pitch, gesture ? `drag ${gestures}` : "");
    refresh();
  }

  /** The cell under a pointer, kept inside the grid. @param {PointerEvent} event @returns {Cell} */
  function cellAt(event) {
    const box = canvas.getBoundingClientRect();
    const width = shownBars() * BAR;
    const inside = (/** @type {number} */ value, /** @type {number} */ most) =>
      Math.max(0, Math.min(most - 1, Math.floor(value)));
    return {
      step: firstBar * BAR + inside(((event.clientX - box.left) / box.width) * width, width),
      pitch: HIGHEST - inside(((event.clientY - box.top) / box.height) * ROWS, ROWS),
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    grid.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const cell = cellAt(event);
    Object.assign(cursor, cell);
    const there = noteAt(line(), cell.step);
    const same = there?.pitch === cell.pitch ? there : null;
    const grabbed = same !== null;
    const note = same ?? { start: cell.step, steps: 1, pitch: cell.pitch };
    gestures += 1;
    gesture = { note, grabbed, moved: false, at: cell, was: grabbed ? withoutNote(line(), cell.step) : line() };
    if (!grabbed) write(withNote(line(), note), note.pitch);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!gesture) return;
    const cell = cellAt(event);
    if (cell.step === gesture.at.step && cell.pitch === gesture.at.pitch) return;
    const { start, steps } = gesture.note;
    const longer = gesture.grabbed && cell.step === gesture.at.step ? steps : Math.max(1, cell.step - start + 1);
    const before = noteAt(line(), start)?.pitch;
    Object.assign(gesture, { moved: true, at: cell, note: { start, steps: longer, pitch: cell.pitch } });
    Object.assign(cursor, cell);
    write(withNote(gesture.was, gesture.note), before === cell.pitch ? null : cell.pitch);
  });
  const letGo = () => {
    if (gesture?.grabbed && !gesture.moved) write(gesture.was, null);
    gesture = null;
  };
  canvas.addEventListener("pointerup", letGo);
  canvas.addEventListener("pointercancel", () => (gesture = null));

  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const note = noteAt(line(), cursor.step);
    if (event.shiftKey && note && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const steps = Math.max(
        1,
        Math.min(line().length - note.start, note.steps + (event.key === "ArrowRight" ? 1 : -1)),
      );
      const base = withoutNote(line(), cursor.step);
      cursor.step = note.start + steps - 1;
      write(withNote(base, { ...note, steps }), null);
    } else if (MOVES[event.key]) {
      const [across, up] = MOVES[event.key];
      cursor.step = Math.max(0, Math.min(line().length - 1, cursor.step + across));
      cursor.pitch = Math.max(LOWEST, Math.min(HIGHEST, cursor.pitch + up));
      if (cursor.step < firstBar * BAR || cursor.step >= (firstBar + shownBars()) * BAR)
        firstBar = Math.floor(cursor.step / BAR);
      refresh();
    } else if (event.key === "Enter" || event.key === " ") {
      write(withNote(line(), { start: cursor.step, steps: 1, pitch: cursor.pitch }), cursor.pitch);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      write(withoutNote(line(), cursor.step), null);
    } else return;
    event.preventDefault();
    announce(cursorWords());
  });
  grid.addEventListener("focus", refresh);
  grid.addEventListener("blur", refresh);
  new ResizeObserver(() => canvas.clientWidth && refresh()).observe(canvas);

  const playhead = (/** @type {number|null} */ step) => {
    now = step;
    refresh();
  };
  return { root, refresh, playhead };
}

/** @param {HTMLCanvasElement} canvas */
function voiceColour(canvas) {
  return getComputedStyle(canvas).getPropertyValue("--pg-voice-0").trim();
}

const HELP =
  "Click to set a note, drag to lengthen or move it, click it again to remove it. By keyboard: arrows move, Enter sets a note, Shift with the left or right arrow shortens or lengthens it, Delete removes it.";
