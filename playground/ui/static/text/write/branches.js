/** @file The branches of what was written, to go back to any of them. */

import { visible } from "../../core/chances.js";
import { el, fill, hint, titled } from "../../core/dom.js";
import { LONGEST_EARLIER, LONGEST_KEPT, MOST_BRANCHES, linkHas } from "./story.js";

/** @typedef {import("./story.js").Story} Story */

const WORDS_SHOWN = 60; // characters of a branch from where it parts

/**
 * @param {{onOpen: (index: number) => void, onEarlier: (index: number) => void}} options  onEarlier: open an earlier text
 * @returns {{root: HTMLElement, show: (story: Story|null, earlier?: Story[]) => void}}
 */
export function branchList({ onOpen, onEarlier }) {
  const list = el("div", { class: "pg-branches", role: "group", "aria-label": "Branches" });
  const root = titled("branches", "Branches", list);

  /** @param {Story|null} story @param {Story[]} [earlier] */
  function show(story, earlier = []) {
    const several = story !== null && story.branches.length > 1;
    const lost = earlier.some(({ ask }) => !linkHas(ask, true));
    root.hidden = !several && !earlier.length;
    fill(
      list,
      several && [story.branches.map((branch, index) => row(story, branch, index)), hint(keptWords(story))],
      earlier.length > 0 && [
        el("h3", { class: "pg-title" }, "Earlier texts"),
        earlier.map(earlierRow).reverse(),
        lost && hint(`Those whose prompt has more than ${LONGEST_EARLIER} characters are not in the page's link.`),
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

/** Which branches stay, and where. @param {Story} story */
function keptWords({ ask, branches }) {
  const which =
    branches.length === MOST_BRANCHES ? `The latest ${MOST_BRANCHES} stay here` : "Nothing is lost: each stays here";
  if (linkHas(ask)) return `${which}, and in the page's link.`;
  const most = LONGEST_KEPT.toLocaleString("en");
  return `${which}, but not in the page's link: that keeps prompts of up to ${most} characters.`;
}
