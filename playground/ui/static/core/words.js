/** @file Words for a picture of handwriting, for those who cannot see it. */

const SIDE = 28;

/** Words for a picture as large as a digit: how heavy, which way it leans, how large; none for others. @param {Uint8Array} pixels */
export function pictureWords(pixels) {
  if (pixels.length !== SIDE * SIDE) return "";
  const { ink, slant, width, height } = measure(pixels);
  if (ink < 0.01) return "almost empty";
  const weight = ink < 0.08 ? "thin" : ink > 0.15 ? "bold" : "medium";
  const lean = slant < -0.22 ? "leaning right" : slant > 0.22 ? "leaning left" : "upright";
  const shape = width < 0.55 * height ? "narrow" : width > 1.0 * height ? "wide" : "";
  return [`${weight} strokes`, lean, shape].filter(Boolean).join(", ");
}

/** @param {Uint8Array} pixels */
function measure(pixels) {
  let [mass, sumX, sumY] = [0, 0, 0];
  pixels.forEach((value, i) => {
    mass += value;
    sumX += value * (i % SIDE);
    sumY += value * Math.floor(i / SIDE);
  });
  if (mass === 0) return { ink: 0, slant: 0, width: 0, height: 0 };
  const [meanX, meanY] = [sumX / mass, sumY / mass];
  let [xx, yy, xy] = [0, 0, 0];
  pixels.forEach((value, i) => {
    const [x, y] = [(i % SIDE) - meanX, Math.floor(i / SIDE) - meanY];
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
