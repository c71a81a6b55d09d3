/** @file Measures from an input event to the painted picture or the sound, for the benchmark: window.__playgroundTimings. */

const LONGEST = 5000;

/**
 * Lists of milliseconds by kind: "inputToPaint" (slider moved to picture painted), "firstFrame" (new direction),
 * "inputToSound" (slider moved to the start of a sound of its new place), "exactSound" (gesture ended to the start of the
 * sound of just that place), "keyToSound" (key pressed to the start of its sound).
 */
const timings = /** @type {Record<string, number[]>} */ ({ inputToPaint: [], firstFrame: [] });
Object.assign(window, { __playgroundTimings: timings });

/**
 * Note the time from `startedMs` until what has just been drawn is painted. Call it right after drawing.
 * @param {string} kind
 * @param {number} startedMs performance.now() or an event's timeStamp
 */
export function markPaint(kind, startedMs) {
  requestAnimationFrame(() => {
    // A message is handled after the frame of this callback has been painted.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => mark(kind, startedMs);
    channel.port2.postMessage(null);
  });
}

/**
 * Note the time from `startedMs` until now, when a sound has just been started.
 * @param {string} kind
 * @param {number} startedMs performance.now() or an event's timeStamp
 */
export function mark(kind, startedMs) {
  const list = (timings[kind] ??= []);
  list.push(performance.now() - startedMs);
  if (list.length > LONGEST) list.shift();
}
