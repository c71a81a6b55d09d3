/** @file The Compare panel: two to four models and the real data on the same seeds, measured by the same protocols. */

import { announce, button, el, fill, fold, hint, problemBox, whole } from "./core/dom.js";
import { LARGEST_SEED, randomSeed } from "./core/latents.js";
import { defaultsOf, familyName, isHealthy, settingsForm, shortName } from "./core/models.js";
import { columns } from "./compare/columns.js";
import { runJob } from "./compare/job.js";
import { downloads, figures, numbersTable } from "./compare/report.js";
import { MEANINGS } from "./compare/words.js";

const [FEWEST, MOST] = [2, 4];
const SAMPLES = { min: 100, max: 1000, usual: 200 };
const FAMILY_ORDER = ["vae", "gan", "rbm", "flow"];
const DEFAULTS = { models: null, n: SAMPLES.usual, seed: 7, settings: {}, nearest: false };

/** Fill the panel. @returns {object} */
export function mount(root, { cards, state: sliceOf }) {
  const ordered = [...cards].sort((one, other) => rank(one) - rank(other) || one.id.length - other.id.length);
  const usable = ordered.filter(isHealthy);
  if (usable.length < FEWEST) {
    fill(root, el("div", { class: "pg-state" }, el("h2", {}, "Nothing to compare yet"), el("p", {}, "A comparison needs two models that work, and there are fewer. Explore names the reason for each.")));
    return {};
  }
  const state = sliceOf(DEFAULTS);
  const saved = state.get();
  const known = (Array.isArray(saved.models) ? saved.models : []).filter((id) => usable.some((card) => card.id === id));
  let chosen = [...new Set(known)].slice(0, MOST);
  if (chosen.length < FEWEST) chosen = firstOfFamilies(usable);
  let n = Number.isInteger(saved.n) && saved.n >= SAMPLES.min && saved.n <= SAMPLES.max ? saved.n : SAMPLES.usual;
  let seed = Number.isInteger(saved.seed) && saved.seed >= 0 && saved.seed <= LARGEST_SEED ? saved.seed : DEFAULTS.seed;
  let settings = saved.settings && typeof saved.settings === "object" ? saved.settings : {};
  let nearest = saved.nearest === true;
  let result = null;
  let job = null; // AbortController of a running comparison

  const problem = problemBox();
  const run = button("Compare", start, { kind: "primary" });
  const cancel = button("Cancel", () => job?.abort());
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Comparison" });
  const words = el("p", { class: "pg-hint pg-progress-words" });
  const progress = el("div", { class: "pg-progress" }, bar, words);
  const chooser = el("div", { class: "pg-chips", role: "group", "aria-label": `Models, ${FEWEST} to ${MOST}` });
  const settingsPlace = el("div", { class: "pg-compare-settings" });
  const resultPlace = el("div", { class: "pg-result", "aria-live": "off" });
  const nField = whole({ label: `Samples (${SAMPLES.min} to ${SAMPLES.max})`, min: SAMPLES.min, max: SAMPLES.max, value: n, onChange: (value) => state.set({ n: (n = value) }) });
  const seedField = whole({ label: "Seed", min: 0, max: LARGEST_SEED, value: seed, onChange: setSeed });
  const dice = button([el("span", { "aria-hidden": "true", class: "pg-die" }, "⚄"), " Dice"], () => setSeed((seedField.input.value = randomSeed())), { title: "A random seed" });

  function setSeed(value) {
    seed = Number(value);
    state.set({ seed });
  }

  function drawChooser() {
    fill(chooser, ordered.map((card) => {
      const healthy = isHealthy(card);
      const input = el("input", { type: "checkbox", value: card.id, onchange: (event) => toggle(card.id, event.target.checked) });
      input.checked = chosen.includes(card.id);
      input.disabled = !healthy || (!input.checked && chosen.length >= MOST) || (input.checked && chosen.length <= FEWEST);
      const note = healthy ? familyName(card) : `not available: ${card.problems[0]}`;
      return el("label", { class: `pg-chip${healthy ? "" : " pg-chip-broken"}`, title: healthy ? null : card.problems[0] }, input, el("span", {}, shortName(card)), note !== shortName(card) && el("span", { class: "pg-tag" }, healthy ? note : "not available"));
    }));
  }

  function toggle(id, on) {
    const next = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    chosen = ordered.map((card) => card.id).filter((other) => next.includes(other));
    settings = Object.fromEntries(Object.entries(settings).filter(([model]) => chosen.includes(model)));
    state.set({ models: chosen, settings });
    drawChooser();
    drawSettings();
    chooser.querySelector(`input[value="${CSS.escape(id)}"]`)?.focus();
    if (chosen.length === MOST) announce(`${MOST} models chosen; take one out to choose another.`);
  }

  function drawSettings() {
    fill(settingsPlace, chosen.map((id) => {
      const card = usable.find((one) => one.id === id);
      const known = new Set(card.settings.map((setting) => setting.name));
      const own = Object.fromEntries(Object.entries(settings[id] ?? {}).filter(([name]) => known.has(name)));
      const form = settingsForm(card, { ...defaultsOf(card), ...own }, (values) => {
        settings = { ...settings, [id]: values };
        state.set({ settings });
      });
      return el("div", { class: "pg-stack" }, el("h3", { class: "pg-title" }, shortName(card)), form);
    }));
  }

  async function start() {
    if (job) return;
    problem.clear();
    job = new AbortController();
    setRunning(true, "Waiting for a free place…");
    const theme = document.body.classList.contains("dark") ? "dark" : "light";
    let said = "";
    try {
      const last = await runJob("compare", [chosen, n, seed, settings, theme], {
        signal: job.signal,
        onEvent(event) {
          if (event.kind !== "progress") return;
          bar.value = event.done / event.total;
          words.textContent = `${event.words} (${Math.round((100 * event.done) / event.total)} %)`;
          const stage = event.words.split(":")[0];
          if (stage !== said) announce(event.words);
          said = stage;
        },
      });
      result = last;
      drawResult();
      setRunning(false, "");
      announce(`Comparison done. ${result.verdict}`);
    } catch (error) {
      const kept = result ? " The last result is still below." : "";
      setRunning(false, error.name === "AbortError" ? `Cancelled.${kept}` : "");
      if (error.name === "AbortError") announce("Comparison cancelled.");
      else problem.show(new Error(error.message + kept), start);
    } finally {
      job = null;
    }
  }

  function setRunning(running, text) {
    run.disabled = running;
    cancel.disabled = !running;
    if (running) bar.value = 0;
    progress.dataset.running = running;
    words.textContent = text;
  }

  function drawResult() {
    const place = el("div", {}, columns(result, nearest));
    const input = el("input", { type: "checkbox", role: "switch", onchange: (event) => {
      nearest = event.target.checked;
      state.set({ nearest });
      fill(place, columns(result, nearest));
    } });
    input.checked = nearest;
    const { request } = result;
    fill(
      resultPlace,
      el("section", { class: "pg-card pg-verdict", "aria-label": "Verdict" }, el("p", {}, result.verdict), hint(`${request.n} samples of each model from seed ${request.seed}, against as many real test digits; sample 1 of every model comes from the same seed, and so on. More samples make the bands narrower and small differences visible.`)),
      el("div", { class: "pg-card-head" }, el("h2", {}, "Samples and headline numbers"), el("label", { class: "pg-switch" }, input, "Nearest training digit under each sample")),
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
        el("div", { class: "pg-compare-setup" }, el("div", { class: "pg-field" }, el("span", { class: "pg-label" }, `Models, ${FEWEST} to ${MOST}`), chooser), nField.root, el("div", { class: "pg-seed" }, seedField.root, dice), el("div", { class: "pg-row pg-run" }, run, cancel)),
        el("div", { class: "pg-compare-foot" }, fold("Model settings", settingsPlace), progress),
        problem.root,
      ),
      resultPlace,
      fold("What do these numbers mean?", el("dl", { class: "pg-meanings" }, MEANINGS.map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]))),
    ),
  );
  fill(resultPlace, emptyState());
  drawChooser();
  drawSettings();
  setRunning(false, "");
  return {};
}

function emptyState() {
  return el(
    "div",
    { class: "pg-card pg-compare-empty" },
    el("h2", {}, "How close to real data is each model, and in what?"),
    el("p", {}, "Press Compare: every model draws the same number of samples from the same seeds. They are shown beside real digits and measured, and every number comes with the band in which a perfect sampler of that size would fall."),
    hint("A few seconds for fast models; the RBM and the flow take longer. You can go on exploring meanwhile."),
  );
}

function firstOfFamilies(usable) {
  const families = [...new Set(usable.map((card) => card.family))];
  const first = families.map((family) => usable.find((card) => card.family === family).id).slice(0, MOST);
  return first.length >= FEWEST ? first : usable.slice(0, FEWEST).map((card) => card.id);
}

function rank(card) {
  const place = FAMILY_ORDER.indexOf(card.family);
  return place < 0 ? FAMILY_ORDER.length : place;
}
