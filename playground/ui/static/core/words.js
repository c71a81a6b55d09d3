/** @file Words for what changes between two pictures of handwriting, so that a slider can say what it does. */

const ENOUGH = 0.6; // typical spreads by which a measure must change to be named

/** What is measured: its typical spread among handwritten digits, the word when it is lower, and when it is higher. */
const MEASURES = /** @type {const} */ ([
  ["ink", 0.045, "thinner", "bolder"],
  ["slant", 0.28, "leans right", "leans left"],
  ["width", 0.85, "narrower", "wider"],
  ["height", 0.75, "shorter", "taller"],
]);

/**
 * The word for the strongest change.
 * @param {Uint8Array} low 28 x 28 values at the low end
 * @param {Uint8Array} high at the high end
 * @returns {[string, string]|null} words for the two ends; null when no measure stands out
 */
export function endWords(low, high) {
  if (!isDigitSized(low)) return null;
  const [before, after] = [measure(low), measure(high)];
  const changes = MEASURES.map(([name, spread, lower, higher]) => {
    const change = (after[name] - before[name]) / spread;
    return { strength: Math.abs(change), words: change > 0 ? [lower, higher] : [higher, lower] };
  });
  const best = changes.reduce((one, other) => (other.strength > one.strength ? other : one));
  return best.strength > ENOUGH ? [best.words[0], best.words[1]] : null;
}

/** @param {Uint8Array} pixels */
function isDigitSized(pixels, side = 28) {
  return pixels.length === side * side;
}

/** Words for a picture as large as a digit: how heavy, which way it leans, how large; none for others. @param {Uint8Array} pixels */
export function pictureWords(pixels) {
  if (!isDigitSized(pixels)) return "";
  const { ink, slant, width, height } = measure(pixels);
  if (ink < 0.01) return "almost empty";
  const weight = ink < 0.08 ? "thin" : ink > 0.15 ? "bold" : "medium";
  const lean = slant < -0.22 ? "leaning right" : slant > 0.22 ? "leaning left" : "upright";
  const shape = width < 0.55 * height ? "narrow" : width > 1.0 * height ? "wide" : "";
  return [`${weight} strokes`, lean, shape].filter(Boolean).join(", ");
}

/** @param {Uint8Array} pixels */
function measure(pixels, side = 28) {
  let [mass, sumX, sumY] = [0, 0, 0];
  pixels.forEach((value, i) => {
    mass += value;
    sumX += value * (i % side);
    sumY += value * Math.floor(i / side);
  });
  if (mass === 0) return { ink: 0, slant: 0, width: 0, height: 0 };
  const [meanX, meanY] = [sumX / mass, sumY / mass];
  let [xx, yy, xy] = [0, 0, 0];
  pixels.forEach((value, i) => {
    const [x, y] = [(i % side) - meanX, Math.floor(i / side) - meanY];
    xx += value * x * x;
    yy += value * y * y;
    xy += value * x * y;
  });
  return {
    ink: mass / 255 / pixels.length,
    slant: xy / (yy || 1),
    width: Math.sqrt(xx / mass),
    height: Math.sqrt(yy / mass),
  };
}
