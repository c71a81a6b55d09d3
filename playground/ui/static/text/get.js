/** @file Offers pretrained models that are not there yet: what they are, a button that brings one, its progress. */

import { BASE } from "../core/api.js";
import { announce, button, el, fill, hint, problemBox } from "../core/dom.js";
import { runJob, wasStopped } from "../core/jobs.js";

/** @typedef {{id: string, name: string, megabytes: number, license: string, there: boolean}} Offer */

/**
 * @param {string} modality whose models are offered
 * @returns {HTMLElement} empty while there is nothing to bring
 */
export function pretrainedOffers(modality) {
  const root = el("div", { class: "pg-stack pg-offers" });
  look();

  async function look() {
    try {
      const response = await fetch(new URL("pretrained", BASE));
      /** @type {Offer[]} */
      const all = response.ok ? await response.json() : [];
      fill(root, all.filter(({ id, there }) => !there && id.startsWith(`${modality}/`)).map(offer));
    } catch {
      fill(root); // an extra: what is there works without it
    }
  }

  return root;
}

/** @param {Offer} model */
function offer({ id, name, megabytes, license }) {
  const problem = problemBox();
  const story = el("p", { class: "pg-hint", role: "status" });
  const go = button(`Get ${name}`, () => (stopper ? stopper.abort() : bring()), { title: `Fetch ${megabytes} MB` });
  /** @type {AbortController|null} */
  let stopper = null;

  async function bring() {
    const { signal } = (stopper = new AbortController());
    problem.clear();
    go.textContent = "Stop";
    story.textContent = "Asking for it…";
    try {
      const lost = "The connection was lost before it was there.";
      await runJob("get", { model: id }, { signal, lost, onProgress: ({ words }) => (story.textContent = words) });
      ready();
    } catch (error) {
      story.textContent = wasStopped(error) ? "Stopped. Nothing is left of it." : "";
      if (!wasStopped(error)) problem.show(error, bring);
    } finally {
      stopper = null;
      go.textContent = `Get ${name}`;
    }
  }

  function ready() {
    story.textContent = `${name} is there. Reload the page to use it.`;
    announce(story.textContent);
    go.replaceWith(button("Reload the page", () => location.reload(), { kind: "primary" }));
  }

  return el(
    "div",
    { class: "pg-stack" },
    hint(`${name}: pretrained on far more text, ${megabytes} MB, ${license}.`),
    el("div", { class: "pg-row" }, go),
    story,
    problem.root,
  );
}
