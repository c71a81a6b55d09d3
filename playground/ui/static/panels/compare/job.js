/** @file A long job on the page's queue: its events as they come, and stopping it. */

import { ApiError, BASE } from "../../core/api.js";

const QUEUE = new URL("../gradio_api/call/", BASE);
const LOST = "The connection was lost before the job was done. Is the playground still running?";

/**
 * Run a queued endpoint. Aborting the signal closes the stream, which stops the job on the server.
 * @param {string} name of the endpoint
 * @param {Array} data its arguments
 * @param {{signal: AbortSignal, onEvent: (event: object) => void}} options onEvent: every value the endpoint yields
 * @returns {Promise<object>} the last value
 * @throws {ApiError|DOMException} DOMException AbortError when stopped
 */
export async function runJob(name, data, { signal, onEvent }) {
  const id = await join(name, data, signal);
  const response = await reach(new URL(`${name}/${id}`, QUEUE), { signal });
  let last = null;
  for await (const { event, value } of readEvents(response.body)) {
    if (event === "generating") {
      last = value?.[0] ?? last;
      if (last) onEvent(last);
    } else if (event === "complete") {
      return last ?? value?.[0];
    } else if (event === "error") {
      throw new ApiError(500, value?.error ?? "The job failed and the server gave no reason; its log may have one.");
    }
  }
  throw new ApiError(0, LOST);
}

async function join(name, data, signal) {
  const response = await reach(new URL(name, QUEUE), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ data }),
    signal,
  });
  return (await response.json()).event_id;
}

async function reach(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, LOST);
  }
  if (response.status === 503)
    throw new ApiError(503, "Too many jobs are waiting on the server; try again in a minute.");
  if (!response.ok)
    throw new ApiError(response.status, "The server did not accept the job; reload the page and try again.");
  return response;
}

/** Server-sent events of a body. @returns {AsyncGenerator<{event: string, value: *}>} */
async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += value;
      const parts = waiting.split("\n\n");
      waiting = parts.pop();
      for (const part of parts) {
        const lines = Object.fromEntries(
          part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
        );
        if (lines.event) yield { event: lines.event, value: lines.data ? JSON.parse(lines.data) : null };
      }
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, LOST);
  } finally {
    reader.cancel().catch(() => {});
  }
}
