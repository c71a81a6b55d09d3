/** @file Points: their numbers, words for them, and how they lie on axes. Nothing here needs a page. */

/** @typedef {[number, number]} Point */
/** @typedef {{surface: string, grid: string, axis: string, between: string, words: string, quiet: string, dot: string, second: string}} Ink  colours */
/**
 * What is drawn on one pair of axes.
 * @typedef {object} Plane
 * @property {Point[]} points
 * @property {number} reach axes run from -reach to reach
 * @property {number|null} [at] which point is the present one; the others are quiet then
 * @property {boolean} [walk] they follow one another: a line leads through them
 * @property {number} [side] they are a square of side x side latents, row by row: its net is drawn
 * @property {Point[]} [near] the nearest item of each point, joined to it
 * @property {boolean} [bare] without numbers at the axes
 */

const POINT_BYTES = 4; // of a coordinate
const LABELLED_FROM = 140; // pixels of a side: smaller axes have no numbers
const PLAIN_BELOW = 60; // pixels of a side: smaller axes are a cross
export const SMALL_BELOW = 40; // pixels of a side: there the dot grows with it, and of many planes each is a plain square
const LARGE_SET = 24; // more points than this are drawn smaller

/** How many bytes a point takes. @param {number} width its coordinates */
export function pointBytes(width) {
  return POINT_BYTES * width;
}

/**
 * Points out of the bytes of a reply; of more than two coordinates the first two.
 * @param {Uint8Array} bytes little-endian float32, `width` a point
 * @param {number} width
 * @returns {Point[]}
 */
export function pointsOf(bytes, width) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = pointBytes(width);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => [
    view.getFloat32(i * size, true),
    width > 1 ? view.getFloat32(i * size + POINT_BYTES, true) : 0,
  ]);
}

/** The bytes of one point, as the server reads them. @param {ArrayLike<number>} point @returns {Uint8Array<ArrayBuffer>} */
export function bytesOfPoint(point) {
  const bytes = new Uint8Array(pointBytes(point.length));
  const view = new DataView(bytes.buffer);
  Array.from(point).forEach((value, i) => view.setFloat32(i * POINT_BYTES, value, true));
  return bytes;
}

/** A point in words. @param {Point} point @returns {string} such as "x 0.52, y −1.20" */
export function pointWords([x, y]) {
  return `x ${signed(x)}, y ${signed(y)}`;
}

/** A set of points in words: each of a few, of many how far they reach. @param {Point[]} points */
export function cloudWords(points) {
  if (points.length <= 3) return points.map(pointWords).join("; ");
  const span = (/** @type {0|1} */ axis) => {
    const values = points.map((point) => point[axis]);
    return `from ${signed(Math.min(...values))} to ${signed(Math.max(...values))}`;
  };
  return `${points.length} points, x ${span(0)}, y ${span(1)}`;
}

/** @param {number} value */
function signed(value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== "0.00" ? `−${text}` : text;
}

/**
 * Where a point lies on axes, in shares of their side from the top left; what lies beyond them is drawn at their edge.
 * @param {Point} point
 * @param {number} reach
 * @returns {{left: number, top: number, beyond: boolean}} each from 0 to 1
 */
export function placeOf([x, y], reach) {
  const share = (/** @type {number} */ value) => Math.min(1, Math.max(0, 0.5 + value / reach / 2));
  return { left: share(x), top: share(-y), beyond: Math.abs(x) > reach || Math.abs(y) > reach };
}

/** The point at a place given in shares, as `placeOf` gives it; to two decimals. @param {number} left @param {number} top @param {number} reach @returns {Point} */
export function pointAt(left, top, reach) {
  const value = (/** @type {number} */ share) =>
    Math.round(100 * reach * (2 * Math.min(1, Math.max(0, share)) - 1)) / 100;
  return [value(left), value(1 - top)];
}

/**
 * Draw a plane on a square.
 * @param {CanvasRenderingContext2D} pen
 * @param {{left: number, top: number, side: number}} square in pixels of the page, to which the pen is scaled
 * @param {Plane} plane
 * @param {Ink} ink
 */
export function paintPlane(pen, square, plane, ink) {
  const { points, reach, at = null, walk = false, side = 0, near = [] } = plane;
  const place = (/** @type {Point} */ point) => {
    const { left, top, beyond } = placeOf(point, reach);
    return { x: square.left + left * square.side, y: square.top + top * square.side, beyond };
  };
  const places = points.map(place);
  paintAxes(pen, square, plane, ink);
  if (walk) paintLine(pen, places, ink.quiet);
  if (side) paintNet(pen, places, side, ink.quiet);
  near.forEach((one, i) => {
    const beside = place(one);
    paintLine(pen, [places[i], beside], ink.second);
    paintDot(pen, beside, 3, ink.second, false);
  });
  const many = points.length > LARGE_SET;
  const small = square.side < SMALL_BELOW ? Math.max(1.5, square.side / 14) : 0;
  if (!side || at === null)
    places.forEach(
      (one, i) => i !== at && paintDot(pen, one, small || (many ? 2.5 : 3.5), at === null ? ink.dot : ink.quiet),
    );
  if (at !== null && places[at]) paintDot(pen, places[at], small || Math.min(6, 2 + square.side / 60), ink.dot);
}

/** @param {CanvasRenderingContext2D} pen @param {{left: number, top: number, side: number}} square @param {Plane} plane @param {Ink} ink */
function paintAxes(pen, { left, top, side }, { reach, bare = false }, ink) {
  pen.fillStyle = ink.surface;
  pen.fillRect(left, top, side, side);
  const labelled = !bare && side >= LABELLED_FROM;
  pen.font = "11px system-ui, sans-serif";
  for (let value = -Math.floor(reach); value <= reach; value += 1) {
    const share = 0.5 + value / reach / 2;
    if ((bare || side < PLAIN_BELOW) && (value || (bare && side < SMALL_BELOW))) continue;
    pen.fillStyle = value || bare ? ink.grid : ink.axis;
    if (share > 0 && share < 1) {
      pen.fillRect(left + share * side - 0.5, top, 1, side);
      pen.fillRect(left, top + share * side - 0.5, side, 1);
    }
    if (!labelled || !value || Math.abs(value) >= reach) continue;
    pen.fillStyle = ink.words;
    const text = String(value).replace("-", "−");
    pen.textAlign = "center";
    pen.fillText(text, left + share * side, top + side / 2 + 13);
    pen.textAlign = "right";
    pen.fillText(text, left + side / 2 - 5, top + (1 - share) * side + 4);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {{x: number, y: number}[]} places @param {string} colour */
function paintLine(pen, places, colour) {
  pen.beginPath();
  for (const { x, y } of places) pen.lineTo(x, y);
  pen.lineWidth = 1.25;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** Rows and columns of a square of latents. @param {CanvasRenderingContext2D} pen @param {{x: number, y: number}[]} places @param {number} side @param {string} colour */
function paintNet(pen, places, side, colour) {
  for (let i = 0; i < side; i += 1) {
    paintLine(pen, places.slice(i * side, (i + 1) * side), colour);
    paintLine(
      pen,
      places.filter((_, place) => place % side === i),
      colour,
    );
  }
}

/** A dot; hollow where it stands for something beyond the axes. @param {CanvasRenderingContext2D} pen @param {{x: number, y: number, beyond: boolean}} place @param {number} radius @param {string} colour @param {boolean} [full] */
function paintDot(pen, { x, y, beyond }, radius, colour, full = true) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (full && !beyond) {
    pen.fillStyle = colour;
    pen.fill();
    return;
  }
  pen.lineWidth = 1.5;
  pen.strokeStyle = colour;
  pen.stroke();
}
