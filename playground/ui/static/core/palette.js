/** @file What a grey level looks like: digits as grey, spectrograms from dark to light by even steps, rolls by struck and held. */

const GREY = Uint32Array.from({ length: 256 }, (_, value) => word(value, value, value));
/** Grey levels of rolls as data/rolls.py reads them: struck from here on, sounding from there on. */
export const [STRUCK_FROM, SOUNDING_FROM] = [204, 77];
const ROLL_COLOURS = { silent: [16, 19, 26], held: [92, 146, 214], struck: [168, 208, 255] };

// Lightness, colourfulness and hue of the spectrogram's palette in OKLCH (Ottosson 2020), by loudness from 0 to 1: lightness
// rises by equal steps, so that equal decibels look equally far apart, and hue turns from blue over red to yellow beside it.
const DARKEST = 0.1;
const LIGHTEST = 0.985;
const COLOURFUL = 0.19;
const [FIRST_HUE, LAST_HUE] = [275, 460]; // degrees

/**
 * Colours of the 256 levels of a kind of picture.
 * @param {OutputSpec["kind"]} [kind]
 * @returns {Uint32Array} 256 words as ImageData takes them (alpha, blue, green, red)
 */
export function paletteOf(kind) {
  return PALETTES[kind ?? "image"] ?? GREY;
}

/** @param {number} red @param {number} green @param {number} blue each from 0 to 255 */
function word(red, green, blue) {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {number} level */
function spectrogramColour(level) {
  const share = level / 255;
  const lightness = DARKEST + (LIGHTEST - DARKEST) * share;
  const hue = ((FIRST_HUE + (LAST_HUE - FIRST_HUE) * share) * Math.PI) / 180;
  // What no screen can show is made paler until one can, which keeps its lightness.
  for (let colourful = COLOURFUL * Math.sin(Math.PI * (0.08 + 0.84 * share)); ; colourful *= 0.96) {
    const rgb = linearRgb(lightness, colourful * Math.cos(hue), colourful * Math.sin(hue));
    if (colourful < 1e-3 || rgb.every((part) => part >= -1e-4 && part <= 1.0001))
      return word(toByte(rgb[0]), toByte(rgb[1]), toByte(rgb[2]));
  }
}

/** OKLab to linear sRGB, each from 0 to 1 where a screen can show it. @param {number} lightness @param {number} a @param {number} b */
function linearRgb(lightness, a, b) {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** @param {number} linear */
function toByte(linear) {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

/** @param {number} level */
function rollColour(level) {
  const { silent, held, struck } = ROLL_COLOURS;
  const [red, green, blue] = level >= STRUCK_FROM ? struck : level >= SOUNDING_FROM ? held : silent;
  return word(red, green, blue);
}

/** @type {Record<string, Uint32Array>} */
const PALETTES = {
  sound: Uint32Array.from({ length: 256 }, (_, level) => spectrogramColour(level)),
  roll: Uint32Array.from({ length: 256 }, (_, level) => rollColour(level)),
};
