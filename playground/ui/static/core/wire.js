/** @file Bytes for the server. A message is header length (u32, little-endian) | JSON header | raw bytes, as in serving/wire.py. */

const LENGTH_BYTES = 4;

/**
 * Join a JSON header and raw bytes into one message.
 * @param {object} header plain JSON values
 * @param {Uint8Array} [body] raw bytes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function pack(header, body = new Uint8Array()) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const message = new Uint8Array(LENGTH_BYTES + text.length + body.length);
  new DataView(message.buffer).setUint32(0, text.length, true);
  message.set(text, LENGTH_BYTES);
  message.set(body, LENGTH_BYTES + text.length);
  return message;
}

/** The bytes of base64 text. @param {string} text */
export function bytesOfBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** One byte array after another. @param {Uint8Array} first @param {Uint8Array} second @returns {Uint8Array<ArrayBuffer>} */
export function joined(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/**
 * Split a message. The body is a view of the buffer, not a copy.
 * @param {ArrayBuffer} buffer a whole message
 * @returns {Reply}
 * @throws {Error} when the buffer is too short to be a message
 */
export function unpack(buffer) {
  if (buffer.byteLength < LENGTH_BYTES) throw new Error("The reply is shorter than its own length field.");
  const length = new DataView(buffer).getUint32(0, true);
  if (LENGTH_BYTES + length > buffer.byteLength) throw new Error("The reply ends inside its header.");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, LENGTH_BYTES, length)));
  return { header, body: new Uint8Array(buffer, LENGTH_BYTES + length) };
}
