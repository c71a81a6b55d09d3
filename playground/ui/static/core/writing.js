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
  const started = performance.now();
  let count = 0;
  try {
    for await (const line of askLines("write", { model, session: SESSION, request }, signal)) {
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

/**
 * The JSON values of an answer that comes line by line. Whoever stops reading lets the server stop too.
 * @param {string} route such as "write"
 * @param {object} question
 * @param {AbortSignal} signal
 * @throws {ApiError} for an answer that is an error from the start
 */
export async function* askLines(route, question, signal) {
  const [headers, body] = [{ "Content-Type": "application/json" }, JSON.stringify(question)];
  const response = await requestWithRetries(
    () => fetch(new URL(route, BASE), { method: "POST", headers, body, signal }),
    (answer) => answer,
  );
  if (!response.body) throw new ApiError(0, CUT_OFF);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line) yield JSON.parse(line);
    }
    if (rest && !signal.aborted) yield JSON.parse(rest);
    signal.throwIfAborted();
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Why a text ended, in words. @param {End} end @returns {string} */
export function endWords({ why, tokens, seconds }) {
  const reason = { stop: "The model ended it.", length: "Stopped at the chosen length.", aborted: "Stopped by you." }[
    why
  ];
  if (!tokens) return reason;
  const pace = seconds > 0 && tokens > 1 ? `, ${(tokens / seconds).toFixed(0)} a second` : "";
  return `${tokens} ${tokens === 1 ? "token" : "tokens"}${pace}. ${reason}`;
}

/** What a start says of words that were left out; empty when all fitted. @param {{trimmed: number, window: number}} start @returns {string} */
export function trimmedWords({ trimmed, window }) {
  if (!trimmed) return "";
  const first = trimmed === 1 ? "first token" : `first ${trimmed.toLocaleString("en")} tokens`;
  return `The ${first} did not fit into the model's window of ${window.toLocaleString("en")} tokens and ${trimmed === 1 ? "was" : "were"} left out.`;
}
