/** @file A melody for the model to harmonise: a real one that it never saw, the visitor's own, or the top line of a MIDI file. */

import { button, el, hint, problemBox, select, titled } from "../../core/dom.js";
import { fileField } from "../../core/uploads.js";
import { BAR, linesOf, readMidi } from "./compose.js";
import { notesIn, ofLength, packed, silence, unpacked } from "./line.js";
import { sopranoRoll } from "./soprano.js";

const LONGEST = 16 * BAR;
const OWN = "own";
const LARGEST_FILE = 1_000_000; // bytes, as the server takes

/**
 * @typedef {import("./types.js").ChoraleState} ChoraleState
 */

/**
 * @param {{kept: () => ChoraleState, onLine: (patch: Partial<ChoraleState>, gesture?: string) => void,
 *   onHarmonise: (line: number[]) => void, onSound: (pitch: number) => void, writing: import("./writingbar.js").WritingBar}} options
 *   onLine: the line changes; writing: its progress
 * @returns {{root: HTMLElement, rebuild: (card: Card) => Promise<void>, restore: () => void, line: () => number[],
 *   playhead: (step: number|null) => void, writes: (yes: boolean) => void}}  restore: take the line that is kept; writes: whether this card's writing is told of
 */
export function harmoniseCard({ kept, onLine, writing, onHarmonise, onSound }) {
  /** @type {Record<string, number[]>} by name */
  let lines = {};
  let line = silence(8 * BAR);
  let model = ""; // id
  const problem = problemBox();
  const note = el("p", { class: "pg-hint", role: "status" });
  const place = el("div", {});
  const roll = sopranoRoll({
    line: () => line,
    onChange: (next, pitch, gesture) => {
      take(next, OWN, gesture);
      if (pitch !== null) onSound(pitch);
    },
  });
  const go = button("Harmonise", () => onHarmonise(line), { kind: "primary" });
  const clear = button("Clear", () => take(silence(8 * BAR), OWN));
  const longer = button("Add a bar", () => take(ofLength(line, line.length + BAR), OWN));
  const shorter = button("Drop a bar", () => take(ofLength(line, line.length - BAR), OWN));
  const file = fileField({ label: "or a MIDI file", accept: ".mid,.midi,audio/midi", problem, onFile: takeFile });
  /** @type {ReturnType<typeof select>|null} */
  let picker = null;

  /** @param {File} chosen */
  async function takeFile(chosen) {
    if (chosen.size > LARGEST_FILE)
      throw new Error(`A MIDI file may have up to 1 MB, and ${chosen.name} has more: choose a smaller one.`);
    const read = await readMidi(model, new Uint8Array(await chosen.arrayBuffer()));
    take(read.line, OWN);
    note.textContent = read.note;
  }

  /** @param {number[]} next @param {string} name @param {string} [gesture] */
  function take(next, name, gesture) {
    line = next;
    onLine({ line: name, own: name === OWN ? packed(line) : null }, gesture);
    if (picker) picker.input.value = name;
    note.textContent = "";
    refresh();
  }

  function refresh() {
    const count = notesIn(line).length;
    go.disabled = count === 0;
    clear.disabled = count === 0;
    longer.disabled = line.length >= LONGEST;
    shorter.disabled = line.length <= BAR;
    roll.refresh();
  }

  /** @param {Card} card */
  async function rebuild(card) {
    model = card.id;
    problem.clear();
    try {
      lines = await linesOf(model);
    } catch (error) {
      problem.show(error, () => rebuild(card));
    }
    picker = select({
      label: "Melody",
      choices: [...Object.keys(lines).map((name) => [name, lineWords(name, lines[name])]), [OWN, "My own line"]],
      value: OWN,
      onChange: (value) => (value === OWN ? take(line, OWN) : take(lines[value], value)),
    });
    place.replaceChildren(picker.root);
    restore();
  }

  function restore() {
    const { line: name, own } = kept();
    const first = name ?? Object.keys(lines)[0] ?? OWN;
    const mine = name === OWN ? unpacked(own, LONGEST) : null;
    line = lines[first] ?? (mine?.length ? ofLength(mine, Math.ceil(mine.length / BAR) * BAR) : silence(8 * BAR));
    if (picker) picker.input.value = lines[first] ? first : OWN;
    note.textContent = "";
    refresh();
  }

  const progress = el(
    "div",
    { class: "pg-stack", hidden: true },
    el("div", { class: "pg-row" }, writing.buttons),
    writing.parts,
  );
  const writes = (/** @type {boolean} */ yes) => (progress.hidden = !yes);
  const root = titled(
    "harmonise",
    "Harmonise",
    hint(
      "Give the soprano; the model fills in alto, tenor and bass, with the seed and settings of Compose. Your line is kept note for note.",
    ),
    el("div", { class: "pg-harmonise-source" }, place, file),
    el("div", { class: "pg-row" }, go, clear, longer, shorter),
    progress,
    problem.root,
    roll.root,
    note,
  );
  return { root, rebuild, restore, line: () => line, playhead: roll.playhead, writes };
}

/** @param {string} name @param {number[]} line */
function lineWords(name, line) {
  return `${name}, ${line.length / BAR} bars`;
}
