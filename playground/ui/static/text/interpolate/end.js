/** @file An end of a walk between texts, which can be typed. */

import { run } from "../../core/api.js";
import { button, inRow, stacked } from "../../core/dom.js";
import { textField, written } from "../../core/texts.js";

/**
 * @param {import("../../panels/interpolate/endcard.js").Chooser} chooser
 * @param {{name: string, typed: string, onTyped: (text: string) => void}} options
 *   name: of the end; typed: what the visitor has typed here before; onTyped: another text stands in the field
 * @returns {import("../../panels/interpolate/endcard.js").EndKit}
 */
export function textEnd({ end, give }, { name, typed, onTyped }) {
  const shown = written(" ", { class: "pg-end-said" });
  /** @type {import("../../panels/interpolate/ends.js").Given|undefined} what was taken from the field, or put into it */
  let taken;
  const take = () => give((taken = { from: "typed", kind: "text", text: field.value() }));
  const field = textField({ label: `Text of ${name}`, value: typed, rows: 2, onInput: onTyped, onSend: take });
  const use = button("Use this text", take, { kind: "primary", label: `Use this text for ${name}` });

  return {
    className: "pg-text-end",
    shown,
    draw: (text) => (shown.textContent = text || "(empty)"),
    rename: () => {},
    gift: "a typed text",
    ways: {
      typed: {
        title: "Typing",
        told: "found for your text",
        show() {
          const { given } = end();
          if (given?.from === "typed" && given !== taken) {
            taken = given;
            field.set(given.text);
            onTyped(given.text);
          }
          return stacked(field.root, inRow(use));
        },
      },
    },
    async find({ text }, { card, settings }) {
      const { header } = await run(card.id, "rebuild", { text, settings });
      const { z, exact, edits, words } = header;
      return { z, told: exact ? "comes back word for word" : `comes back with ${edits} of ${words} changed` };
    },
  };
}
