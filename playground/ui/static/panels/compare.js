/** @file The Compare panel: two to four models and the real data on the same seeds, measured by the same protocols. */

import { canonical } from "../core/api.js";
import { announce, button, el, fill, fold, hint, problemBox, segments, whole } from "../core/dom.js";
import { runJob, wasStopped } from "../core/jobs.js";
import { LARGEST_SEED } from "../core/latents.js";
import { familyTag, inOrder, isHealthy, knownSettings, settingsForm, shortName } from "../core/models.js";
import { seedField } from "../core/seeds.js";
import { columns } from "./compare/columns.js";
import { downloads, figures, numbersTable } from "./compare/report.js";
import { meaningsOf } from "./compare/words.js";

const [FEWEST, MOST] = [2, 4];
const DEFAULTS = { models: null, n: null, seed: 7, settings: {}, nearest: false, ran: false };

/** A card with the defaults that its settings have where samples are measured. @param {object} card @returns {object} */
const asMeasured = (card) => ({
  ...card,
  settings: card.settings?.map((one) => ({ ...one, default: one.measured ?? one.default })),
});

/**
 * Fill the panel. Models of one data set are compared at a time; a data set with a single model is compared with it alone.
 * @param {HTMLElement} root
 * @param {object} context
 * @param {(result: object, nearest: boolean) => HTMLElement} [drawColumns] samples and headline numbers side by side
 * @returns {object}
 */
export function mount(root, { cards, datasets: described, state: sliceOf }, drawColumns = columns) {
  const ordered = inOrder(cards.filter((card) => described[card.dataset]?.compared).map(asMeasured));
  const usable = ordered.filter(isHealthy);
  const datasets = Object.keys(described).filter((name) => usable.some((card) => card.dataset === name));
  if (!usable.length) {
    fill(
      root,
      el(
        "div",
        { class: "pg-state" },
        el("h2", {}, "Nothing to compare yet"),
        el("p", {}, "A comparison needs a model that works, and there is none. Explore names the reason for each."),
      ),
    );
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const cardOf = (id) => usable.find((card) => card.id === id);
  const known = (Array.isArray(saved.models) ? saved.models : []).filter(cardOf);
  let dataset = known.length ? cardOf(known[0]).dataset : datasets[0]; // the first choice fixes it
  const ofDataset = () => usable.filter((card) => card.dataset === dataset);
  const fewest = () => Math.min(FEWEST, ofDataset().length);
  const kind = () => described[dataset].words;
  let chosen = [...new Set(known)].filter((id) => cardOf(id).dataset === dataset).slice(0, MOST);
  if (chosen.length < fewest()) chosen = firstOfFamilies(ofDataset());
  let n =
    Number.isInteger(saved.n) && saved.n >= kind().fewest_samples && saved.n <= kind().most_samples
      ? saved.n
      : kind().usual_samples;
  let seed = Number.isInteger(saved.seed) && saved.seed >= 0 && saved.seed <= LARGEST_SEED ? saved.seed : DEFAULTS.seed;
  let settings = Object.fromEntries(
    chosen.filter((id) => saved.settings?.[id]).map((id) => [id, knownSettings(cardOf(id), saved.settings[id])]),
  );
  let nearest = saved.nearest === true;
  let result = null;
  let job = null; // AbortController of a running comparison

  /** Remember inputs; what is changed has not been run yet. */
  const change = (patch) => state.set({ ...patch, ran: false });

  const problem = problemBox();
  const run = button("Compare", start, { kind: "primary" });
  const cancel = button("Cancel", () => job?.abort());
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Comparison" });
  const words = el("p", { class: "pg-hint pg-progress-words" });
  const progress = el("div", { class: "pg-progress" }, bar, words);
  const kinds = segments({
    label: "What to compare",
    choices: Object.fromEntries(datasets.map((name) => [name, described[name].words.title])),
    value: () => dataset,
    onPick: setDataset,
  });
  const chooser = el("div", { class: "pg-chips", role: "group" });
  const chooserWords = el("span", { class: "pg-label" });
  const nPlace = el("div", { class: "pg-compare-n" });
  const meaningsPlace = el("div");
  const settingsPlace = el("div", { class: "pg-compare-settings" });
  const resultPlace = el("div", { class: "pg-result", "aria-live": "off" });
  const seeds = seedField({ value: seed, onSeed: (next) => change({ seed: (seed = next) }) });

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
    chooserWords.textContent = fewest() < FEWEST ? "Model, beside the real data" : `Models, ${FEWEST} to ${MOST}`;
    chooser.setAttribute("aria-label", chooserWords.textContent);
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
    fill(meaningsPlace, meanings(kind()));
    if (!result) fill(resultPlace, emptyState(kind()));
    drawChooser();
    drawSettings();
  }

  function drawChooser() {
    fill(
      chooser,
      ordered
        .filter((card) => card.dataset === dataset)
        .map((card) => {
          const healthy = isHealthy(card);
          const input = el("input", {
            type: "checkbox",
            value: card.id,
            onchange: (event) => toggle(card.id, event.target.checked),
          });
          input.checked = chosen.includes(card.id);
          input.disabled =
            !healthy || (!input.checked && chosen.length >= MOST) || (input.checked && chosen.length <= fewest());
          const note = healthy ? familyTag(card) : "not available";
          return el(
            "label",
            { class: `pg-chip${healthy ? "" : " pg-chip-broken"}`, title: healthy ? null : card.problems[0] },
            input,
            el("span", {}, shortName(card)),
            note && el("span", { class: "pg-tag" }, note),
          );
        }),
    );
  }

  function toggle(id, on) {
    const next = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    chosen = ordered.map((card) => card.id).filter((other) => next.includes(other));
    settings = Object.fromEntries(Object.entries(settings).filter(([model]) => chosen.includes(model)));
    change({ models: chosen, settings });
    drawChooser();
    drawSettings();
    chooser.querySelector(`input[value="${CSS.escape(id)}"]`)?.focus();
    if (chosen.length === MOST) announce(`${MOST} models chosen; take one out to choose another.`);
  }

  function drawSettings() {
    fill(
      settingsPlace,
      chosen.map((id) => {
        const card = cardOf(id);
        const asked = { ...card, settings: card.settings.filter(({ name }) => !kind().hidden.includes(name)) };
        const form = settingsForm(asked, knownSettings(asked, settings[id]), (values) => {
          settings = { ...settings, [id]: values };
          change({ settings });
        });
        return el("div", { class: "pg-stack" }, el("h3", { class: "pg-title" }, shortName(card)), form);
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
      result = made.header;
      drawResult();
      if (isCurrent(result.request)) state.set({ models: chosen, ran: true });
      setRunning(false, "");
      announce(`Comparison done. ${result.verdict}`);
    } catch (error) {
      const kept = result ? " The last result is still below." : "";
      setRunning(false, wasStopped(error) ? `Cancelled.${kept}` : "");
      if (!result) state.set({ ran: false });
      if (wasStopped(error)) announce("Comparison cancelled.");
      else problem.show(new Error(error.message + kept), start);
    } finally {
      job = null;
    }
  }

  /** Whether a result is of what the controls say now: they can be changed while it is being made. */
  function isCurrent(request) {
    return (
      canonical([request.models, request.n, request.seed, request.settings]) === canonical([chosen, n, seed, settings])
    );
  }

  function setRunning(running, text) {
    run.disabled = running;
    cancel.disabled = !running;
    if (running) bar.value = 0;
    progress.dataset.running = running;
    words.textContent = text;
  }

  function drawResult() {
    const words = described[result.dataset].words;
    const place = el("div", {}, drawColumns(result, nearest));
    const input = el("input", {
      type: "checkbox",
      role: "switch",
      onchange: (event) => {
        nearest = event.target.checked;
        state.set({ nearest });
        fill(place, drawColumns(result, nearest));
      },
    });
    input.checked = nearest;
    const { request } = result;
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
      el(
        "div",
        { class: "pg-card-head" },
        el("h2", {}, "Samples and headline numbers"),
        el("label", { class: "pg-switch" }, input, `Nearest training ${words.one} under each sample`),
      ),
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
          el("div", { class: "pg-field" }, chooserWords, chooser),
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

function meanings(words) {
  return el(
    "dl",
    { class: "pg-meanings" },
    meaningsOf(words).flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]),
  );
}

function emptyState({ many, slow }) {
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

function firstOfFamilies(usable) {
  const families = [...new Set(usable.map((card) => card.family))];
  const first = families.map((family) => usable.find((card) => card.family === family).id).slice(0, MOST);
  return first.length >= FEWEST ? first : usable.slice(0, FEWEST).map((card) => card.id);
}
