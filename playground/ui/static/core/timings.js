/** @file Measures from an input event to the painted picture, for the benchmark: window.__playgroundTimings. */

const LONGEST = 5000;

/** Lists of milliseconds by kind: "inputToPaint" (slider moved to picture painted), "firstFrame" (new direction). */
const timings = (window.__playgroundTimings = { inputToPaint: [], firstFrame: [] });

/**
 * Note the time from `startedMs` until what has just been drawn is painted. Call it right after drawing.
 * @param {string} kind
 * @param {number} startedMs performance.now() or an event's timeStamp
 */
export function markPaint(kind, startedMs) {
  requestAnimationFrame(() => {
    // A message is handled after the frame of this callback has been painted.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const list = (timings[kind] ??= []);
      list.push(performance.now() - startedMs);
      if (list.length > LONGEST) list.shift();
    };
    channel.port2.postMessage(null);
  });
}
