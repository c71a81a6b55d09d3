/** @file Long work: POST /playground/jobs/<name>, answered by a stream of events, one a line, read here for every panel. */

import { ApiError, BASE, SESSION, requestWithRetries } from "./api.js";
import { bytesOfBase64, pack } from "./wire.js";

const LOST = "The connection was lost before the work was done. Is the playground still running?";

/**
 * @typedef {{done: number, total: number|null, words: string}} Progress  total: null where nobody knows it
 * @typedef {{header: any, body: Uint8Array<ArrayBuffer>}} Part  a part of the result, or the whole: in the form of a reply
 */

/**
 * Run a job. Aborting the signal closes the connection, which stops the job on the server.
 * @param {string} name such as "compare"
 * @param {Record<string, any>} request what is wanted, plain JSON
 * @param {{signal: AbortSignal, body?: Uint8Array, onProgress?: (progress: Progress) => void,
 *   onPartial?: (part: Part) => void, lost?: string}} options  body: a file; lost: what a lost connection is told as
 * @returns {Promise<Part>} the result
 * @throws {ApiError|DOMException} DOMException AbortError when stopped
 */
export async function runJob(name, request, { signal, body, onProgress, onPartial, lost = LOST }) {
  const message = { session: SESSION, request };
  const response = await requestWithRetries(
    () =>
      fetch(new URL(`jobs/${name}`, BASE), {
        method: "POST",
        headers: { "Content-Type": body ? "application/octet-stream" : "application/json" },
        body: body ? pack(message, body) : JSON.stringify(message),
        signal,
      }),
    (answer) => answer,
  );
  try {
    for await (const event of eventsOf(response)) {
      signal.throwIfAborted();
      if (event.kind === "progress") onProgress?.(event);
      else if (event.kind === "partial") onPartial?.(partOf(event));
      else if (event.kind === "result") return partOf(event);
      else if (event.kind === "error") throw new ApiError(500, event.error);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ApiError ? error : new ApiError(0, lost);
  }
  signal.throwIfAborted();
  throw new ApiError(0, lost);
}

/** Whether an error only says that the visitor stopped the work. @param {any} error @returns {boolean} */
export function wasStopped(error) {
  return error?.name === "AbortError";
}

/**
 * The events of an answer, line by line. Whoever stops reading lets the server stop too.
 * @param {Response} response
 * @returns {AsyncGenerator<any>}
 */
async function* eventsOf(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line) yield JSON.parse(line);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {{data: any, body?: string}} event @returns {Part} */
function partOf({ data, body = "" }) {
  return { header: data, body: bytesOfBase64(body) };
}
