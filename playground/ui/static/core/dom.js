/** @file Small building blocks of the page: elements, labelled controls, folds, messages, downloads. */

let counter = 0;

/** An id that no other element has. @returns {string} */
export function uniqueId(prefix = "pg") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * An element. Attributes: `on` + event name adds a listener, `class`, `dataset`, true/false for boolean ones, and
 * null leaves one out. Children: nodes and texts, in arrays of any depth; null and false are skipped.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

/** Replace everything inside an element. @param {Element} element @param {...Child} children as of `el` */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/** @param {Child[]} children @returns {(Node|string)[]} */
function nodes(children) {
  const flat = /** @type {any[]} */ (children).flat(Infinity);
  return flat.filter((child) => child !== null && child !== undefined && child !== false);
}

/**
 * A button.
 * @param {Child} content
 * @param {(event: MouseEvent) => void} onClick
 * @param {{kind?: "plain"|"primary"|"quiet"|"toggle", label?: string|null, title?: string|null, disabled?: boolean}} [options]
 *   label: what a screen reader says, for buttons without words
 */
export function button(content, onClick, { kind = "plain", label = null, title = null, disabled = false } = {}) {
  const attributes = { type: "button", class: `pg-button pg-button-${kind}`, "aria-label": label, title, disabled };
  return el("button", { ...attributes, onclick: onClick }, content);
}

/**
 * What stands in place of a panel that has nothing to show. Texts in it are paragraphs.
 * @param {string} title
 * @param {...Child} children
 */
export function emptyState(title, ...children) {
  return el("div", { class: "pg-state" }, el("h2", {}, title), paragraphs(children));
}

/**
 * Terms and what they mean.
 * @param {string} className
 * @param {[Child, Child][]} pairs
 */
export function terms(className, pairs) {
  return el(
    "dl",
    { class: className },
    pairs.map(([term, meaning]) => [el("dt", {}, term), el("dd", {}, meaning)]),
  );
}

/**
 * A table that scrolls sideways where it is too wide.
 * @param {string} label
 * @param {Child[]} head
 * @param {Child[]} rows of the kind "tr"
 */
export function table(label, head, rows) {
  const heads = head.map((name) => el("th", { scope: "col" }, name));
  return el(
    "div",
    { class: "pg-scroll", tabindex: "0", role: "region", "aria-label": label },
    el("table", { class: "pg-table" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)),
  );
}

/**
 * A labelled native slider.
 * @param {object} options
 * @param {Child} options.label visible name
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} [options.step]
 * @param {number} options.value
 * @param {(value: number) => string} [options.words] value and meaning, for screen readers (aria-valuetext)
 * @param {(value: number) => string} [options.shown] value as printed beside the label
 * @param {(value: number, event: Event) => void} [options.onInput] while it moves
 * @param {(value: number) => void} [options.onCommit] when the gesture ends
 * @returns {{root: HTMLElement, input: HTMLInputElement, value: () => number, set: (value: number) => void, say: () => void}}
 *   set moves it silently; say refreshes its words
 */
export function range({ label, min, max, step = 1, value, shown = String, words = shown, onInput, onCommit }) {
  const id = uniqueId("range");
  const input = el("input", { type: "range", id, min, max, step });
  const output = el("output", { for: id, class: "pg-value" });
  const root = el("div", { class: "pg-range" }, el("label", { for: id }, label), output, input);
  const share = (/** @type {number} */ number) => (100 * (number - min)) / (Number(input.max) - min || 1); // percent of the track
  const say = () => {
    output.textContent = shown(input.valueAsNumber);
    input.setAttribute("aria-valuetext", words(input.valueAsNumber));
    const [from, to] = [Math.min(Math.max(min, 0), max), input.valueAsNumber].map(share).sort((a, b) => a - b);
    input.style.setProperty("--from", `${from}%`);
    input.style.setProperty("--to", `${to}%`);
  };
  input.value = String(value);
  say();
  input.addEventListener("input", (event) => {
    onInput?.(input.valueAsNumber, event); // first: the picture must not wait for words
    say();
  });
  input.addEventListener("change", () => onCommit?.(input.valueAsNumber));
  const set = (/** @type {number} */ next) => {
    input.value = String(next);
    say();
  };
  return { root, input, value: () => input.valueAsNumber, set, say };
}

/**
 * A labelled drop-down list.
 * @param {{label: string, choices: (string|string[])[], value: string, onChange: (value: string) => void}} options
 *   choices: values, or [value, text] pairs
 * @returns {{root: HTMLElement, input: HTMLSelectElement}}
 */
export function select({ label, choices, value, onChange }) {
  const id = uniqueId("select");
  const pairs = choices.map((choice) => (Array.isArray(choice) ? choice : [choice, choice]));
  const input = el(
    "select",
    { id, class: "pg-select" },
    pairs.map(([key, text]) => el("option", { value: key }, text)),
  );
  input.value = value;
  input.addEventListener("change", () => onChange(input.value));
  return { root: el("div", { class: "pg-field" }, el("label", { for: id }, label), input), input };
}

/**
 * A labelled switch.
 * @param {{label: string, on: boolean, onChange?: (on: boolean) => void, className?: string}} options
 * @returns {{root: HTMLElement, input: HTMLInputElement}}
 */
export function toggle({ label, on, onChange = () => {}, className = "" }) {
  const input = el("input", { type: "checkbox", role: "switch", onchange: () => onChange(input.checked) });
  input.checked = on;
  return { root: el("label", { class: `pg-switch ${className}` }, input, label), input };
}

/** One beside the other. @param {...Child} children */
export function inRow(...children) {
  return el("div", { class: "pg-row" }, children);
}

/** One below the other. @param {...Child} children */
export function stacked(...children) {
  return el("div", { class: "pg-stack" }, children);
}

/** Controls in a row that belong together. @param {string} label what for @param {...Child} children */
export function group(label, ...children) {
  return el("div", { class: "pg-row", role: "group", "aria-label": label }, children);
}

/**
 * A row of joined buttons of which one is pressed.
 * @param {{label: string, choices: Record<string, string>, value: () => string, onPick: (key: string) => void}} options
 *   choices: keys to texts; value: the key that is pressed now
 * @returns {{root: HTMLElement, refresh: () => void}} refresh shows which one is pressed
 */
export function segments({ label, choices, value, onPick }) {
  const made = Object.entries(choices).map(([key, text]) => ({ key, one: button(text, () => onPick(key)) }));
  const refresh = () => made.forEach(({ key, one }) => one.setAttribute("aria-pressed", String(key === value())));
  const group = el(
    "div",
    { class: "pg-segments", role: "group", "aria-label": label },
    made.map(({ one }) => one),
  );
  return { root: el("div", { class: "pg-field" }, el("span", { class: "pg-label" }, label), group), refresh };
}

/**
 * A labelled number box that only reports whole numbers inside its limits; others are marked and named in words.
 * @param {{label: string, min: number, max: number, value: number, onChange: (value: number) => void}} options
 * @returns {{root: HTMLElement, input: HTMLInputElement}}
 */
export function whole({ label, min, max, value, onChange }) {
  const id = uniqueId("number");
  const note = el("p", { class: "pg-field-error", id: `${id}-note`, hidden: true });
  const input = el("input", { id, class: "pg-number", type: "text", inputmode: "numeric", autocomplete: "off" });
  input.value = String(value);
  input.addEventListener("change", () => {
    const number = /^\d{1,10}$/.test(input.value.trim()) ? Number(input.value) : NaN;
    const good = number >= min && number <= max;
    note.hidden = good;
    note.textContent = good ? "" : `${label} needs a whole number from ${min} to ${max}.`;
    input.setAttribute("aria-invalid", String(!good));
    input.toggleAttribute("aria-describedby", false);
    if (good) onChange(number);
    else input.setAttribute("aria-describedby", note.id);
  });
  return { root: el("div", { class: "pg-field" }, el("label", { for: id }, label), input, note), input };
}

/**
 * A fold: one line that opens. Texts in it are paragraphs.
 * @param {string} summary
 * @param {...Child} children
 * @returns {HTMLDetailsElement}
 */
export function fold(summary, ...children) {
  const body = el("div", { class: "pg-fold-body" }, paragraphs(children));
  return el("details", { class: "pg-fold" }, el("summary", {}, summary), body);
}

/** @param {Child[]} children */
function paragraphs(children) {
  return nodes(children).map((part) => (typeof part === "string" ? el("p", {}, part) : part));
}

/**
 * A card of a panel under its heading, which names it for screen readers.
 * @param {string} area its place in the panel: class pg-area-...
 * @param {Child} title words, or the heading itself; in an array with what else stands in its line
 * @param {...Child} children
 */
export function titled(area, title, ...children) {
  const [named, ...beside] = Array.isArray(title) ? title : [title];
  const heading = named instanceof HTMLElement ? named : el("h2", {}, named);
  heading.id ||= uniqueId(area);
  const head = beside.length ? el("div", { class: "pg-card-head" }, heading, beside) : heading;
  return el("section", { class: `pg-card pg-area-${area}`, "aria-labelledby": heading.id }, head, children);
}

/** One quiet sentence of explanation. @param {...Child} children @returns {HTMLElement} */
export function hint(...children) {
  return el("p", { class: "pg-hint" }, children);
}

/**
 * A place for one problem: `show(error, retry)` says it with a button to try again, `clear()` removes it.
 * @returns {ProblemBox}
 */
export function problemBox() {
  const root = el("div", { class: "pg-problem", role: "alert", hidden: true });
  const clear = () => {
    root.hidden = true;
    root.replaceChildren();
  };
  const show = (/** @type {Error} */ error, /** @type {(() => void)|null} */ retry = null) => {
    root.hidden = false;
    fill(root, el("p", {}, error.message), retry && button("Try again", () => (clear(), retry())));
  };
  return { root, show, clear };
}

/**
 * Whether a key press is Enter itself, not the Enter that ends the word of an input method (some browsers tell of that one
 * only by its key code, 229).
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isEnter(event) {
  return event.key === "Enter" && !event.isComposing && event.keyCode !== 229;
}

/** Say something to screen readers, politely; the newest sentence replaces one not yet said. @param {string} sentence */
export function announce(sentence) {
  const region = document.getElementById("pg-live");
  if (region) region.textContent = sentence;
}

/** Hand the visitor a file. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const anchor = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
}
