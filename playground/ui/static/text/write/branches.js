/** @file The branches of what was written, to go back to any of them. */

import { visible } from "../../core/chances.js";
import { el, fill, hint } from "../../core/dom.js";

const WORDS_SHOWN = 60; // characters of a branch from where it parts

/**
 * @param {{onOpen: (index: number) => void}} options
 * @returns {{root: HTMLElement, show: (story: object|null) => void}}
 */
export function branchList({ onOpen }) {
  const list = el("div", { class: "pg-branches", role: "group", "aria-label": "Branches" });
  const root = el(
    "section",
    { class: "pg-card pg-area-branches", "aria-labelledby": "pg-branches-title" },
    el("h2", { id: "pg-branches-title" }, "Branches"),
    list,
  );

  function show(story) {
    root.hidden = !story || story.branches.length < 2;
    if (root.hidden) return;
    fill(
      list,
      story.branches.map((branch, index) => row(story, branch, index)),
      hint("Nothing is lost: each stays here, and in the page's link."),
    );
  }

  function row(story, branch, index) {
    const [place, id] = branch.path.at(-1) ?? [0, null];
    const since = (branch.tokens ?? [])
      .slice(place)
      .map(({ text }) => text)
      .join("");
    const words = branch.tokens
      ? visible(since.slice(0, WORDS_SHOWN)) + (since.length > WORDS_SHOWN ? "…" : "")
      : "written again when it is opened";
    const name = id === null ? "Plain" : id < 0 ? `Written on from token ${place}` : `Other token ${place + 1}`;
    return el(
      "button",
      { type: "button", class: "pg-branch", "aria-pressed": String(index === story.at), onclick: () => onOpen(index) },
      el("span", { class: "pg-branch-name" }, `${index + 1}. ${name}`),
      el("bdi", { class: "pg-branch-words" }, words),
    );
  }

  show(null);
  return { root, show };
}
