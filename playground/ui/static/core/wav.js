/** @file A WAV file of 16-bit sound, to be sent where a file is read. */

const HEADER_BYTES = 44;

/**
 * @param {Float32Array} samples from -1 to 1, one channel
 * @param {number} rate samples a second
 * @returns {Blob}
 */
export function wavOf(samples, rate) {
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const name = (/** @type {number} */ at, /** @type {string} */ four) => bytes.set(new TextEncoder().encode(four), at);
  name(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  name(8, "WAVE");
  name(12, "fmt ");
  view.setUint32(16, 16, true); // bytes of this part
  view.setUint16(20, 1, true); // plain samples
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  name(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, i) =>
    view.setInt16(HEADER_BYTES + 2 * i, Math.round(32767 * Math.min(1, Math.max(-1, value))), true),
  );
  return new Blob([bytes], { type: "audio/wav" });
}
