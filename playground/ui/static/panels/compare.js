/** @file The Compare panel: two to four models and the real data on the same seeds, measured by the same protocols. */

import { canonical } from "../core/api.js";
import {
  announce,
  button,
  el,
  emptyState,
  fill,
  fold,
  hint,
  problemBox,
  segments,
  stacked,
  terms,
  toggle,
  whole,
} from "../core/dom.js";
import { runJob, wasStopped } from "../core/jobs.js";
import { LARGEST_SEED } from "../core/latents.js";
import { inOrder, isHealthy, knownSettings, settingsForm, shortName, withoutSettings } from "../core/models.js";
import { inside } from "../core/numbers.js";
import { seedField } from "../core/seeds.js";
import { FEWEST, MOST, firstOfFamilies, modelChips } from "./compare/chooser.js";
import { columns } from "./compare/columns.js";
import { downloads, figures, numbersTable } from "./compare/report.js";
import { meaningsOf } from "./compare/words.js";

/**
 * @typedef {import("./compare/types.js").CompareResult} CompareResult
 * @typedef {import("./compare/types.js").CompareState} CompareState
 */

/** @type {CompareState} */
const DEFAULTS = { models: null, n: null, seed: 7, settings: {}, nearest: false, ran: false };

/**
 * A card with the defaults that its settings have where samples are measured. A broken one has no settings.
 * @param {Card} card
 * @returns {Card}
 */
const asMeasured = (card) =>
  /** @type {Card} */ ({
    ...card,
    settings: card.settings?.map((one) => ({ ...one, default: one.measured ?? one.default })),
  });

/**
 * Fill the panel. Models of one data set are compared at a time; a data set with a single model is compared with it alone.
 * @param {HTMLElement} root
 * @param {PanelContext} context
 * @param {(result: CompareResult, nearest: boolean) => HTMLElement} [drawColumns] samples and headline numbers side by side
 * @returns {PanelHandle}
 */
export function mount(root, { cards, datasets: described, state: sliceOf }, drawColumns = columns) {
  const ordered = inOrder(cards.filter((card) => described[card.dataset]?.compared).map(asMeasured));
  const usable = ordered.filter(isHealthy);
  const datasets = Object.keys(described).filter((name) => usable.some((card) => card.dataset === name));
  if (!usable.length) {
    fill(
      root,
      emptyState(
        "Nothing to compare yet",
        "A comparison needs a model that works, and there is none. Explore names the reason for each.",
      ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const cardOf = (/** @type {string} */ id) => /** @type {Card} */ (usable.find((card) => card.id === id));
  const known = (Array.isArray(saved.models) ? saved.models : []).filter(cardOf);
  let dataset = known.length ? cardOf(known[0]).dataset : datasets[0]; // the first choice fixes it
  const ofDataset = () => usable.filter((card) => card.dataset === dataset);
  const fewest = () => Math.min(FEWEST, ofDataset().length);
  const kind = () => wordsOf(described, dataset);
  let chosen = [...new Set(known)].filter((id) => cardOf(id).dataset === dataset).slice(0, MOST);
  if (chosen.length < fewest()) chosen = firstOfFamilies(ofDataset());
  let n = inside(saved.n, kind().fewest_samples, kind().most_samples, kind().usual_samples);
  let seed = inside(saved.seed, 0, LARGEST_SEED, DEFAULTS.seed);
  /** @type {CompareState["settings"]} */
  let settings = Object.fromEntries(
    chosen.filter((id) => saved.settings?.[id]).map((id) => [id, knownSettings(cardOf(id), saved.settings[id])]),
  );
  let nearest = saved.nearest === true;
  /** @type {CompareResult|null} */
  let result = null;
  /** @type {AbortController|null} of a running comparison */
  let job = null;

  /** Remember inputs; what is changed has not been run yet. */
  const change = (/** @type {Partial<CompareState>} */ patch) => state.set({ ...patch, ran: false });

  const problem = problemBox();
  const run = button("Compare", start, { kind: "primary" });
  const cancel = button("Cancel", () => job?.abort());
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Comparison" });
  const words = el("p", { class: "pg-hint pg-progress-words" });
  const progress = el("div", { class: "pg-progress" }, bar, words);
  const kinds = segments({
    label: "What to compare",
    choices: Object.fromEntries(datasets.map((name) => [name, wordsOf(described, name).title])),
    value: () => dataset,
    onPick: setDataset,
  });
  const chips = modelChips(choose);
  const nPlace = el("div", { class: "pg-compare-n" });
  const meaningsPlace = el("div");
  const settingsPlace = el("div", { class: "pg-compare-settings" });
  const resultPlace = el("div", { class: "pg-result", "aria-live": "off" });
  const seeds = seedField({ value: seed, onSeed: (next) => change({ seed: (seed = next) }) });

  /** @param {string} next */
  function setDataset(next) {
    dataset = next;
    chosen = firstOfFamilies(ofDataset());
    settings = {};
    n = kind().usual_samples;
    change({ models: chosen, settings, n });
    drawKind();
    announce(`${kind().title}: ${chosen.length} models chosen.`);
  }

  /** Everything that depends on the data set. */
  function drawKind() {
    const { fewest_samples: min, most_samples: max } = kind();
    kinds.root.hidden = datasets.length < 2;
    kinds.refresh();
    fill(
      nPlace,
      whole({
        label: `Samples (${min} to ${max})`,
        min,
        max,
        value: n,
        onChange: (value) => change({ n: (n = value) }),
      }).root,
    );
    fill(meaningsPlace, terms("pg-meanings", meaningsOf(kind())));
    if (!result) fill(resultPlace, beforeTheFirst(kind()));
    chips.show(
      ordered.filter((card) => card.dataset === dataset),
      chosen,
    );
    drawSettings();
  }

  /** @param {string[]} next */
  function choose(next) {
    chosen = next;
    settings = Object.fromEntries(Object.entries(settings).filter(([model]) => chosen.includes(model)));
    change({ models: chosen, settings });
    drawSettings();
  }

  function drawSettings() {
    fill(
      settingsPlace,
      chosen.map((id) => {
        const card = cardOf(id);
        const asked = withoutSettings(card, kind().hidden);
        const form = settingsForm(asked, knownSettings(asked, settings[id]), (values) => {
          settings = { ...settings, [id]: values };
          change({ settings });
        });
        return stacked(el("h3", { class: "pg-title" }, shortName(card)), form);
      }),
    );
  }

  async function start() {
    if (job) return;
    problem.clear();
    job = new AbortController();
    setRunning(true, "Asking for it…");
    const theme = document.body.classList.contains("dark") ? "dark" : "light";
    let said = "";
    try {
      const request = { models: chosen, n, seed, settings, theme };
      const made = await runJob("compare", request, {
        signal: job.signal,
        onProgress(event) {
          const share = event.total ? event.done / event.total : 0;
          bar.value = share;
          words.textContent = event.total ? `${event.words} (${Math.round(100 * share)} %)` : `${event.words}…`;
          const stage = event.words.split(":")[0];
          if (stage !== said) announce(event.words);
          said = stage;
        },
      });
      const { header } = made;
      result = header;
      drawResult(header);
      if (isCurrent(header.request)) state.set({ models: chosen, ran: true });
      setRunning(false, "");
      announce(`Comparison done. ${header.verdict}`);
    } catch (caught) {
      const error = /** @type {Error} */ (caught);
      const kept = result ? " The last result is still below." : "";
      setRunning(false, wasStopped(error) ? `Cancelled.${kept}` : "");
      if (!result) state.set({ ran: false });
      if (wasStopped(error)) announce("Comparison cancelled.");
      else problem.show(new Error(error.message + kept), start);
    } finally {
      job = null;
    }
  }

  /** Whether a result is of what the controls say now: they can be changed while it is being made. @param {CompareResult["request"]} request */
  function isCurrent(request) {
    return (
      canonical([request.models, request.n, request.seed, request.settings]) === canonical([chosen, n, seed, settings])
    );
  }

  /** @param {boolean} running @param {string} text */
  function setRunning(running, text) {
    run.disabled = running;
    cancel.disabled = !running;
    if (running) bar.value = 0;
    progress.dataset.running = String(running);
    words.textContent = text;
  }

  /** @param {CompareResult} result */
  function drawResult(result) {
    const { request, words } = result;
    const place = el("div", {}, drawColumns(result, nearest));
    const beside = toggle({
      label: `Nearest training ${words.one} of each sample`,
      on: nearest,
      onChange(on) {
        state.set({ nearest: (nearest = on) });
        fill(place, drawColumns(result, nearest));
      },
    });
    fill(
      resultPlace,
      el(
        "section",
        { class: "pg-card pg-verdict", "aria-label": "Verdict" },
        el("p", {}, result.verdict),
        hint(
          `${request.n} samples of each model from seed ${request.seed}, against as many ${words.real}. Sample 1 of every model comes from the same seed, and so on. ${words.note} More samples make the bands narrower and small differences visible.`,
        ),
      ),
      el("div", { class: "pg-card-head" }, el("h2", {}, "Samples and headline numbers"), beside.root),
      place,
      el("div", { class: "pg-card-head" }, el("h2", {}, "Figures"), downloads(result)),
      figures(result),
      el("div", { class: "pg-card" }, el("h2", {}, "Every number"), numbersTable(result)),
    );
  }

  fill(
    root,
    el(
      "div",
      { class: "pg-compare" },
      el(
        "section",
        { class: "pg-card", "aria-label": "What to compare" },
        kinds.root,
        el(
          "div",
          { class: "pg-compare-setup" },
          chips.root,
          nPlace,
          seeds.root,
          el("div", { class: "pg-row pg-run" }, run, cancel),
        ),
        el(
          "div",
          { class: "pg-compare-foot" },
          progress,
          fold("Model settings", settingsPlace),
          fold("What do the numbers mean?", meaningsPlace),
        ),
        problem.root,
      ),
      resultPlace,
    ),
  );
  drawKind();
  setRunning(false, "");
  if (saved.ran === true && canonical(chosen) === canonical(saved.models)) start(); // the address was that of a result: make it again
  return {};
}

/** @param {Record<string, Dataset>} datasets @param {string} name of one whose models are compared */
function wordsOf(datasets, name) {
  return /** @type {Words} */ (datasets[name].words);
}

/** @param {Words} words */
function beforeTheFirst({ many, slow }) {
  return el(
    "div",
    { class: "pg-card pg-compare-empty" },
    el("h2", {}, "How close to real data is each model, and in what?"),
    el(
      "p",
      {},
      `Press Compare: every model draws the same number of samples from the same seeds. They are shown beside real ${many} and measured, and every number comes with the band in which a perfect sampler of that size would fall.`,
    ),
    hint(`${slow} You can go on exploring meanwhile.`),
  );
}
