/** @file Asks a language model to write: POST /playground/write, answered by a stream of JSON lines, read as they come. */

import { ApiError, BASE, SESSION, requestWithRetries } from "./api.js";

const CUT_OFF = "The connection was lost while the model wrote. What has come stays; try again to write it anew.";

/**
 * @typedef {{id: number, text: string, p: number, kept: number}} Choice  p: as the model has it; kept: after the settings
 * @typedef {Choice & {alternatives: Choice[]}} Token
 * @typedef {{why: "stop"|"length"|"aborted", tokens: number, seconds: number}} End
 */

/**
 * Write, token after token. An aborted signal ends it quietly, here and on the server.
 * @param {string} model id
 * @param {object} request {prompt} or {chat}, and tokens, settings, seed, max_tokens, alternatives, steer
 * @param {{signal: AbortSignal, onStart?: (start: {prompt_tokens: number, trimmed: number, window: number}) => void,
 *   onTokens: (tokens: Token[]) => void}} options
 * @returns {Promise<End>}
 * @throws {ApiError}
 */
export async function write(model, request, { signal, onStart = () => {}, onTokens }) {
  const body = JSON.stringify({ model, session: SESSION, request });
  const headers = { "Content-Type": "application/json" };
  const started = performance.now();
  let count = 0;
  try {
    const response = await requestWithRetries(() => fetch(new URL("write", BASE), { method: "POST", headers, body, signal }), (answer) => answer);
    for await (const line of linesOf(response.body, signal)) {
      if (line.kind === "start") onStart(line);
      else if (line.kind === "tokens") {
        count += line.tokens.length;
        onTokens(line.tokens);
      } else if (line.kind === "end") return line;
      else if (line.kind === "error") throw new ApiError(500, line.error);
    }
  } catch (error) {
    if (signal.aborted) return { why: "aborted", tokens: count, seconds: (performance.now() - started) / 1000 };
    throw error instanceof ApiError ? error : new ApiError(0, CUT_OFF);
  }
  throw new ApiError(0, CUT_OFF);
}

/** The JSON values of a stream, one a line. */
async function* linesOf(stream, signal) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) yield JSON.parse(line);
    }
    if (rest && !signal.aborted) yield JSON.parse(rest);
    signal.throwIfAborted();
  } finally {
    reader.cancel().catch(() => {}); // whoever does not read to the end lets the server go
  }
}

/** Why a text ended, in words. @param {End} end @returns {string} */
export function endWords({ why, tokens, seconds }) {
  const reason = { stop: "The model ended it.", length: "Stopped at the chosen length.", aborted: "Stopped by you." }[why];
  if (!tokens) return reason;
  const pace = seconds > 0 && tokens > 1 ? `, ${(tokens / seconds).toFixed(0)} a second` : "";
  return `${tokens} ${tokens === 1 ? "token" : "tokens"}${pace}. ${reason}`;
}

/** What a start says of words that were left out; empty when all fitted. @returns {string} */
export function trimmedWords({ trimmed, window }) {
  if (!trimmed) return "";
  const first = trimmed === 1 ? "first token" : `first ${trimmed.toLocaleString("en")} tokens`;
  return `The ${first} did not fit into the model's window of ${window.toLocaleString("en")} tokens and ${trimmed === 1 ? "was" : "were"} left out.`;
}
