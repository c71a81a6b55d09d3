/** @file Chooses the models of a comparison: a chip each, and why some can be neither taken out nor added. */

import { announce, el, fill, hint, uniqueId } from "../../core/dom.js";
import { familyTag, isHealthy, shortName } from "../../core/models.js";

export const [FEWEST, MOST] = [2, 4];
const ENOUGH = `${MOST} models are the most: take one out to choose another.`;
const NEEDED = `A comparison needs ${FEWEST} models: choose a further one before you take one out.`;
const ALONE = "This is the only model of these data, so it is compared with the real data alone.";

/**
 * @param {(chosen: string[]) => void} onChoose ids, in the order of the chips
 * @returns {{root: HTMLElement, show: (cards: Card[], chosen: string[]) => void}}
 *   show: offer these models of one data set, broken ones too
 */
export function modelChips(onChoose) {
  const words = el("span", { class: "pg-label", id: uniqueId("chips") });
  const reason = hint();
  reason.id = uniqueId("reason");
  const chips = el("div", {
    class: "pg-chips",
    role: "group",
    "aria-labelledby": words.id,
    "aria-describedby": reason.id,
  });

  /** @param {Card[]} cards @param {string[]} chosen */
  function show(cards, chosen) {
    const fewest = Math.min(FEWEST, cards.filter(isHealthy).length);
    const full = chosen.length >= MOST;
    const least = chosen.length > fewest ? "" : fewest < FEWEST ? ALONE : NEEDED;
    words.textContent = fewest < FEWEST ? "Model, beside the real data" : `Models, ${FEWEST} to ${MOST}`;
    reason.textContent = full && cards.length > MOST ? ENOUGH : least;
    fill(
      chips,
      cards.map((card) => {
        const isChosen = chosen.includes(card.id);
        const locked = card.problems[0] ?? (isChosen ? least : full ? ENOUGH : "");
        const input = el("input", {
          type: "checkbox",
          value: card.id,
          disabled: Boolean(locked),
          onchange: () => toggle(cards, chosen, card.id),
        });
        input.checked = isChosen;
        const note = isHealthy(card) ? familyTag(card) : "not available";
        return el(
          "label",
          { class: `pg-chip${isHealthy(card) ? "" : " pg-chip-broken"}`, title: locked || null },
          input,
          el("span", {}, shortName(card)),
          note && el("span", { class: "pg-tag" }, note),
        );
      }),
    );
  }

  /** @param {Card[]} cards @param {string[]} chosen @param {string} id */
  function toggle(cards, chosen, id) {
    const next = cards.map((card) => card.id).filter((other) => chosen.includes(other) !== (other === id));
    show(cards, next);
    chips.querySelector(/** @type {"input"} */ (`input[value="${CSS.escape(id)}"]`))?.focus();
    if (reason.textContent) announce(reason.textContent);
    onChoose(next);
  }

  return { root: el("div", { class: "pg-field" }, words, chips, reason), show };
}

/** A model of each family, as far as there is room. @param {Card[]} usable @returns {string[]} */
export function firstOfFamilies(usable) {
  const first = usable.filter((card, i) => usable.findIndex(({ family }) => family === card.family) === i);
  return (first.length >= FEWEST ? first.slice(0, MOST) : usable.slice(0, FEWEST)).map(({ id }) => id);
}
