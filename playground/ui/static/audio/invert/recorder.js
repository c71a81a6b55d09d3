/** @file Records from the microphone, as it comes: no echo or noise treatment, which would change the timbre. */

/** A recording stops by itself after so long. */
export const LONGEST_S = 10;

const UNTREATED = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
/** @type {Record<string, string>} by the name of the browser's error */
const REASONS = {
  NotAllowedError:
    "The microphone was not allowed. Allow it for this page in the browser's address bar, or choose a file.",
  NotFoundError: "No microphone was found. Connect one, or choose a file.",
  NotReadableError: "The microphone cannot be read; another program may be using it. Close that, or choose a file.",
  Nowhere: "This browser lets no page record here: that needs https, or localhost. Choose a file instead.",
};

/**
 * Ask for the microphone and record until `stop`, or for LONGEST_S.
 * @param {{onLevel: (level: number, seconds: number) => void, onEnd: (samples: Float32Array, rate: number) => void}} options
 *   level: the loudest sample lately, 0..1
 * @returns {Promise<{stop: () => void, cancel: () => void}>} cancel: forget what was recorded
 * @throws {Error} a sentence for the visitor
 */
export async function record({ onLevel, onEnd }) {
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) throw new Error(REASONS.Nowhere);
  const { stream, context, close } = await microphone();
  /** @type {Float32Array[]} */
  const blocks = [];
  let seconds = 0;
  let over = false;
  const node = new AudioWorkletNode(context, "playground-recorder", { numberOfOutputs: 0 });
  const finish = (/** @type {boolean} */ keep) => {
    if (over) return;
    over = true;
    node.port.onmessage = null;
    const rate = context.sampleRate;
    close();
    if (keep) onEnd(joined(blocks), rate);
  };
  node.port.onmessage = (/** @type {MessageEvent<Float32Array>} */ { data }) => {
    blocks.push(data);
    seconds += data.length / context.sampleRate;
    onLevel(
      data.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      Math.min(seconds, LONGEST_S),
    );
    if (seconds >= LONGEST_S) finish(true);
  };
  context.createMediaStreamSource(stream).connect(node);
  stream.getAudioTracks()[0].addEventListener("ended", () => finish(true)); // it was unplugged
  return { stop: () => finish(true), cancel: () => finish(false) };
}

/** The microphone, and the context in which it is heard. @throws {Error} a sentence for the visitor */
async function microphone() {
  /** @type {(() => void)[]} */
  const closers = [];
  const close = () => closers.forEach((one) => one());
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: UNTREATED });
    closers.push(() => stream.getTracks().forEach((track) => track.stop()));
    const context = new AudioContext();
    closers.push(() => context.close());
    await context.audioWorklet.addModule(new URL("./recorder-worklet.js", import.meta.url));
    return { stream, context, close };
  } catch (error) {
    close();
    const { name } = /** @type {Error} */ (error);
    throw new Error(REASONS[name] ?? `Recording could not start (${name}). Choose a file instead.`, { cause: error });
  }
}

/** @param {Float32Array[]} blocks */
function joined(blocks) {
  const samples = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return samples;
}
