/** @file Asks a language model to write: the job "write", whose tokens are told as they come. */

import { runJob, wasStopped } from "./jobs.js";

const CUT_OFF = "The connection was lost while the model wrote. What has come stays; try again to write it anew.";

/**
 * @typedef {{id: number, text: string, p: number, kept: number}} Choice  p: as the model has it; kept: after the settings
 * @typedef {Choice & {alternatives: Choice[]}} Token
 * @typedef {{prompt_tokens: number, trimmed: number, window: number}} Start
 * @typedef {{why: "stop"|"length"|"aborted", tokens: number, seconds: number}} End
 */

/**
 * Write, token after token. An aborted signal ends it quietly, here and on the server.
 * @param {string} model id
 * @param {object} request {prompt} or {chat}, and tokens, settings, seed, max_tokens, alternatives, steer
 * @param {{signal: AbortSignal, onStart?: (start: Start) => void,
 *   onTokens: (tokens: Token[]) => void}} options
 * @returns {Promise<End>}
 * @throws {import("./api.js").ApiError}
 */
export async function write(model, request, { signal, onStart = () => {}, onTokens }) {
  const started = performance.now();
  let count = 0;
  try {
    const end = await runJob(
      "write",
      { ...request, model },
      {
        signal,
        lost: CUT_OFF,
        onPartial({ header }) {
          if (!header.tokens) return onStart(header);
          count += header.tokens.length;
          onTokens(header.tokens);
        },
      },
    );
    return end.header;
  } catch (error) {
    if (wasStopped(error)) return { why: "aborted", tokens: count, seconds: (performance.now() - started) / 1000 };
    throw error;
  }
}

/**
 * Write a text whose tokens do not matter one by one, see `write`.
 * @param {string} model id
 * @param {object} request
 * @param {{signal: AbortSignal, onStart?: (start: Start) => void, onText: (text: string) => void}} options  onText: all of it so far
 * @returns {Promise<{text: string, end: End}>}
 * @throws {import("./api.js").ApiError}
 */
export async function writeText(model, request, { signal, onStart, onText }) {
  let text = "";
  const onTokens = (/** @type {Token[]} */ tokens) => onText((text += tokens.map((token) => token.text).join("")));
  const end = await write(model, { ...request, alternatives: 0 }, { signal, onStart, onTokens });
  return { text, end };
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
