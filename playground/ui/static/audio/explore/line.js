/** @file A melody of one voice, step by step: p = MIDI pitch p struck, -p = held on, 0 = rest. Values, never changed in place. */

export const LOWEST = 57; // what sopranos sing in Bach's chorales: A3 to A5
export const HIGHEST = 81;

/** @typedef {import("../../core/scores.js").Note} Note */

/** @param {number} steps @returns {number[]} a line of rests */
export function silence(steps) {
  return new Array(steps).fill(0);
}

/** The note that sounds at a step. @param {number[]} line @param {number} step @returns {Note|null} */
export function noteAt(line, step) {
  if (!line[step]) return null;
  let start = step;
  while (start > 0 && line[start] < 0) start -= 1;
  let end = start + 1;
  while (end < line.length && line[end] < 0) end += 1;
  return { start, steps: end - start, pitch: Math.abs(line[start]) };
}

/** Every note in order. @param {number[]} line */
export function notesIn(line) {
  return line.flatMap((value, step) => (value > 0 && noteAt(line, step)) || []);
}

/** The line with a note written over whatever was there; a note that it cuts ends where it begins. @param {number[]} line @param {Note} note */
export function withNote(line, { start, steps, pitch }) {
  const next = [...line];
  const end = Math.min(line.length, start + steps);
  for (let step = start; step < end; step += 1) next[step] = step === start ? pitch : -pitch;
  for (let step = end; step < next.length && next[step] < 0; step += 1) next[step] = 0; // held what is no longer struck
  return next;
}

/** The line without the note that sounds at a step. @param {number[]} line @param {number} step */
export function withoutNote(line, step) {
  const note = noteAt(line, step);
  if (!note) return line;
  return line.map((value, at) => (at >= note.start && at < note.start + note.steps ? 0 : value));
}

/** The line made longer with rests, or cut. @param {number[]} line @param {number} steps */
export function ofLength(line, steps) {
  return line.length >= steps ? line.slice(0, steps) : [...line, ...silence(steps - line.length)];
}

/** Short numbers for the address: pitch and steps of each note in turn, pitch 0 for rests. @param {number[]} line */
export function packed(line) {
  /** @type {number[]} */
  const runs = [];
  for (const value of line) {
    const goesOn = runs.length > 0 && (value < 0 || (value === 0 && runs.at(-2) === 0));
    if (goesOn) runs[runs.length - 1] += 1;
    else runs.push(Math.abs(value), 1);
  }
  return runs;
}

/** What `packed` made, read again; null when it says nothing that can be sung. @param {unknown} runs @param {number} longest */
export function unpacked(runs, longest) {
  if (!Array.isArray(runs) || runs.length % 2) return null;
  /** @type {number[]} */
  const line = [];
  for (let i = 0; i < runs.length; i += 2) {
    const [pitch, steps] = [runs[i], runs[i + 1]];
    const sung = Number.isInteger(pitch) && (pitch === 0 || (pitch >= LOWEST && pitch <= HIGHEST));
    if (!sung || !Number.isInteger(steps) || steps < 1 || line.length + steps > longest) return null;
    for (let k = 0; k < steps; k += 1) line.push(k === 0 ? pitch : -pitch || 0);
  }
  return line;
}

/** As the server reads it: little-endian int16 a step. @param {number[]} line */
export function toBytes(line) {
  const view = new DataView(new ArrayBuffer(2 * line.length));
  line.forEach((value, step) => view.setInt16(2 * step, value, true));
  return new Uint8Array(view.buffer);
}

/** @param {Uint8Array} bytes @returns {number[]} */
export function fromBytes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength >> 1 }, (_, step) => view.getInt16(2 * step, true));
}

/** The line as a roll of the soprano's pitches, for drawing. @param {number[]} line */
export function toRoll(line) {
  const pixels = new Uint8Array((HIGHEST - LOWEST + 1) * line.length);
  line.forEach((value, step) => {
    if (value) pixels[(HIGHEST - Math.abs(value)) * line.length + step] = value > 0 ? 255 : 153;
  });
  return pixels;
}
