/** @file The branches of what was written, to go back to any of them. */

import { visible } from "../../core/chances.js";
import { el, fill, hint } from "../../core/dom.js";
import { MOST_BRANCHES } from "./story.js";

/** @typedef {import("./story.js").Story} Story */

const WORDS_SHOWN = 60; // characters of a branch from where it parts

/**
 * @param {{onOpen: (index: number) => void, onEarlier: (index: number) => void}} options  onEarlier: open an earlier text
 * @returns {{root: HTMLElement, show: (story: Story|null, earlier?: Story[]) => void}}
 */
export function branchList({ onOpen, onEarlier }) {
  const list = el("div", { class: "pg-branches", role: "group", "aria-label": "Branches" });
  const root = el(
    "section",
    { class: "pg-card pg-area-branches", "aria-labelledby": "pg-branches-title" },
    el("h2", { id: "pg-branches-title" }, "Branches"),
    list,
  );

  /** @param {Story|null} story @param {Story[]} [earlier] */
  function show(story, earlier = []) {
    const several = story !== null && story.branches.length > 1;
    root.hidden = !story || (!several && !earlier.length);
    if (!story || root.hidden) return;
    const full =
      story.branches.length === MOST_BRANCHES ? `The latest ${MOST_BRANCHES} stay` : "Nothing is lost: each stays";
    fill(
      list,
      several && [
        story.branches.map((branch, index) => row(story, branch, index)),
        hint(`${full} here, and in the page's link.`),
      ],
      earlier.length > 0 && [
        el("h3", { class: "pg-title" }, "Earlier texts"),
        earlier.map((one, index) => earlierRow(one, index)).reverse(),
      ],
    );
  }

  /** @param {Story} story @param {number} index */
  function earlierRow({ ask, branches }, index) {
    const more = branches.length > 1 ? `, ${branches.length} branches` : "";
    return el(
      "button",
      { type: "button", class: "pg-branch pg-earlier", onclick: () => onEarlier(index) },
      el("span", { class: "pg-branch-name" }, `Seed ${ask.seed}${more}`),
      el("bdi", { class: "pg-branch-words" }, visible(ask.prompt.slice(0, WORDS_SHOWN)) || "Without a prompt"),
    );
  }

  /** @param {Story} story @param {import("./story.js").Branch} branch @param {number} index */
  function row(story, branch, index) {
    const [place, id] = branch.path.at(-1) ?? [0];
    const since = (branch.tokens ?? [])
      .slice(place)
      .map(({ text }) => text)
      .join("");
    const words = branch.tokens
      ? visible(since.slice(0, WORDS_SHOWN)) + (since.length > WORDS_SHOWN ? "…" : "")
      : "written again when it is opened";
    const name = id === undefined ? "Plain" : id < 0 ? `Written on from token ${place}` : `Other token ${place + 1}`;
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
