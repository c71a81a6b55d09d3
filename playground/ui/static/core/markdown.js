/** @file A model card's Markdown as elements: headings, paragraphs, lists, tables, code, emphasis, links. No HTML passes. */

import { el, table } from "./dom.js";

/**
 * @param {string} text Markdown
 * @returns {HTMLElement[]} what is not understood is shown as plain text
 */
export function markdown(text) {
  const lines = text.replaceAll("\r", "").split("\n");
  const blocks = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    const take = (/** @type {(line: string) => boolean} */ test) => {
      const from = i;
      while (i < lines.length && test(lines[i])) i += 1;
      return lines.slice(from, i);
    };
    const heading = /^(#{1,6})\s+(.*)/.exec(line);
    if (!line.trim()) {
      i += 1;
    } else if (line.startsWith("```")) {
      i += 1;
      const code = take((other) => !other.startsWith("```"));
      i += 1;
      blocks.push(el("pre", { class: "pg-scroll", tabindex: "0" }, el("code", {}, code.join("\n"))));
    } else if (heading) {
      i += 1;
      const level = /** @type {"h3"} */ (`h${Math.min(6, heading[1].length + 2)}`);
      blocks.push(el(level, {}, inline(heading[2])));
    } else if (line.startsWith("|")) {
      blocks.push(tableOf(take((other) => other.startsWith("|"))));
    } else if (LIST.test(line)) {
      const items = take((other) => LIST.test(other) || /^\s{2,}\S/.test(other));
      blocks.push(list(items));
    } else {
      blocks.push(
        el(
          "p",
          {},
          inline(take((other) => other.trim() !== "" && !/^(#|\||```)/.test(other) && !LIST.test(other)).join(" ")),
        ),
      );
    }
  }
  return blocks;
}

const LIST = /^\s*([-*]|\d+\.)\s+/;
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\((https?:[^)\s]+)\)/g;

/** @param {string} text */
function inline(text) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(last, match.index));
    const [all, code, strong, emphasis, label, address] = match;
    if (code) parts.push(el("code", {}, code));
    else if (strong) parts.push(el("strong", {}, strong));
    else if (emphasis) parts.push(el("em", {}, emphasis));
    else parts.push(el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, label));
    last = match.index + all.length;
  }
  return [...parts, text.slice(last)];
}

/** @param {string[]} lines */
function list(lines) {
  const items = [];
  for (const line of lines) {
    if (LIST.test(line)) items.push(line.replace(LIST, ""));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return el(
    /^\s*\d/.test(lines[0]) ? "ol" : "ul",
    {},
    items.map((item) => el("li", {}, inline(item))),
  );
}

/** @param {string[]} lines */
function tableOf(lines) {
  const rows = lines.map((line) =>
    line
      .replace(/^\||\|\s*$/g, "")
      .split("|")
      .map((cell) => cell.trim()),
  );
  const isRule = (/** @type {string[]} */ row) => row.every((cell) => /^:?-+:?$/.test(cell));
  const [head, ...body] = rows.filter((row) => !isRule(row));
  const cells = (/** @type {string[]} */ row) => row.map((cell) => el("td", {}, inline(cell)));
  return table(
    "Table",
    head.map(inline),
    body.map((row) => el("tr", {}, cells(row))),
  );
}
