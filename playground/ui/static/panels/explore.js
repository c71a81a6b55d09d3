/** @file The Explore panel: pick a model, move through its latent space, watch the output follow. A kit says what an output is. */

import { announce, el, fill, fold, titled } from "../core/dom.js";
import { inOrder, isHealthy, modelPicker, settingsForm, shortName, withoutSettings } from "../core/models.js";
import { STATE_CHANGED } from "../core/open.js";
import { fullCard } from "./explore/card.js";
import { FIRST_SEED, Position } from "./explore/position.js";
import { noneHealthy, seedControls } from "./explore/start.js";

/**
 * @typedef {import("./explore/position.js").Change} Change
 * @typedef {{position: Position, state: Slice<any>, cards: Card[],
 *   datasets: PanelContext["datasets"], isShown: () => boolean}} Panel  what a kit's parts work with
 * @typedef {{root: HTMLElement, rebuild: () => void, refresh: () => void}} Mover  sliders, or a pad
 * @typedef {object} Parts
 * @property {Mover} sliders
 * @property {Mover} pad
 * @property {{root: HTMLElement, refresh: (changed: Change) => void}} samples
 * @property {(changed: Change) => void} follow show the output where the position is now
 * @property {(whole: HTMLElement) => void} arrange show what belongs to the chosen model
 * @property {(model: HTMLElement, start: HTMLElement, about: HTMLElement) => HTMLElement[]} columns
 * @property {() => void} leave the panel is hidden
 * @typedef {object} Kit
 * @property {string} [className]
 * @property {Record<string, any>} [defaults] of what is kept in the address beside what every Explore has
 * @property {[string, string[]]} about title and paragraphs of a fold
 * @property {(cards: Card[]) => Card[]} [sorted]
 * @property {(card: Card) => string} [headingOf] see modelPicker
 * @property {(card: Card) => boolean} [walks] whether one can walk through a model's latents
 * @property {string[]} [hidden] names of settings that stand elsewhere
 * @property {(panel: Panel) => Parts} parts
 */

/** @type {import("./explore/types.js").ExploreState} */
const DEFAULTS = {
  model: null,
  spec: null,
  settings: {},
  all: false,
  page: 0,
  pad: [0, 1],
  start: 0,
  sampleSeed: FIRST_SEED,
};

/**
 * Fill the panel.
 * @param {HTMLElement} root
 * @param {PanelContext} context
 * @param {Kit} kit
 * @returns {PanelHandle}
 */
export function explorePanel(root, { modality, cards: all, datasets, state: sliceOf }, kit) {
  const { walks = () => true, hidden = [] } = kit;
  const ordered = inOrder(all);
  const cards = kit.sorted?.(ordered) ?? ordered;
  if (!cards.some(isHealthy)) {
    fill(root, noneHealthy(cards));
    return {};
  }
  const state = sliceOf(/** @type {Record<string, any>} */ ({ ...DEFAULTS, ...kit.defaults }));
  const position = new Position(cards, state);
  const parts = kit.parts({ position, state, cards, datasets, isShown: () => !root.hidden });
  const card = fullCard();
  const picker = modelPicker({
    cards,
    value: position.card.id,
    headingOf: kit.headingOf,
    onPick: (next) => position.setModel(next, state.get().places?.[next.id]),
  });
  const settings = el("div", { class: "pg-settings-place" });
  const seed = seedControls(position);
  const model = titled("model", "Model", picker.root, card.root);
  const start = titled("start", "Start", seed.root, settings);
  const [aboutTitle, paragraphs] = kit.about;
  const about = el("div", { class: "pg-area-more" }, fold(aboutTitle, paragraphs));
  const whole = el("div", { class: `pg-explore ${kit.className ?? ""}` }, parts.columns(model, start, about));

  position.onChange((changed) => {
    if (changed === "model") {
      state.set({ page: 0, pad: DEFAULTS.pad });
      rebuild();
      announce(`${shortName(position.card)} chosen.`);
    } else if (walks(position.card)) {
      parts.follow(changed);
      if (changed === "undo") drawSettings();
      if (changed !== "pitch") parts.sliders.refresh();
      parts.pad.refresh(); // its sheet is drawn with the pitch too
      parts.samples.refresh(changed);
    }
    seed.refresh();
  });

  function drawSettings() {
    const { card, settings: now } = position;
    fill(
      settings,
      settingsForm(withoutSettings(card, hidden), now, (values) =>
        position.setSettings({ ...position.settings, ...values }),
      ),
    );
  }

  /** Everything that depends on the model. */
  function rebuild() {
    picker.set(position.card.id);
    card.rebuild(position.card);
    parts.arrange(whole);
    const moving = walks(position.card);
    start.hidden = !moving;
    if (!moving) return;
    drawSettings();
    parts.follow("model");
    parts.sliders.rebuild();
    parts.pad.rebuild();
    parts.samples.refresh("model");
  }

  document.addEventListener(STATE_CHANGED, (event) => {
    const { model: id, spec, settings: values } = state.get();
    const next = cards.find((one) => one.id === id);
    if (/** @type {CustomEvent} */ (event).detail === `${modality}.explore` && next)
      position.setModel(next, { spec, settings: values });
  });

  fill(root, whole);
  rebuild();
  return { hidden: parts.leave };
}
