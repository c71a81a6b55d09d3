/** @file Places of a square of side x side pictures: by pointer, by keys, in words, and their mark. A cell is [column, row]. */

/** @typedef {[number, number]} Cell */

/** The nearest cell of the square. @param {Cell} cell @param {number} side @returns {Cell} */
export function insideSquare([x, y], side) {
  const inside = (/** @type {number} */ value) => Math.min(side - 1, Math.max(0, value));
  return [inside(x), inside(y)];
}

/** How far a cell lies from the first corner. @param {Cell} cell @param {number} side @returns {string} */
export function cellWords(cell, side) {
  const [right, down] = cell.map((value) => Math.round((100 * value) / (side - 1)));
  return `${right} % of the way to the right, ${down} % of the way down`;
}

/**
 * The cell under a pointer; beside the square it lies outside.
 * @param {PointerEvent} event
 * @param {HTMLElement} sheet
 * @param {number} side
 * @returns {Cell}
 */
export function cellAt(event, sheet, side) {
  const box = sheet.getBoundingClientRect();
  const part = (/** @type {number} */ value, /** @type {number} */ size) => Math.floor((value / size) * side);
  return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
}

/** Where a key leads from a cell: arrows one on, Home and End to the first and last corner. @param {string} key @param {Cell} cell @param {number} side @returns {Cell|undefined} */
export function cellByKey(key, [x, y], side) {
  const last = side - 1;
  /** @type {Record<string, Cell>} */
  const places = {
    ArrowLeft: [x - 1, y],
    ArrowRight: [x + 1, y],
    ArrowUp: [x, y - 1],
    ArrowDown: [x, y + 1],
    Home: [0, 0],
    End: [last, last],
  };
  return places[key];
}

/** Put the frame that marks a cell around it. @param {HTMLElement} mark @param {Cell} cell @param {number} side */
export function placeMark(mark, [x, y], side) {
  const share = 100 / side;
  Object.assign(mark.style, { left: `${x * share}%`, top: `${y * share}%`, width: `${share}%`, height: `${share}%` });
}
