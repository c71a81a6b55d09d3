/** @file How a visitor gives something of his own to a model, by the kind of what the model makes: by hand, or as a file. */

import { drawable, paintPad } from "./paint.js";
import { planePad } from "./planepad.js";
import { pictureBytes } from "./uploads.js";

/**
 * @typedef {{root: HTMLElement, bytes: () => Uint8Array<ArrayBuffer>, load: (bytes: Uint8Array) => void, isEmpty: () => boolean}} Pad
 * @typedef {object} Giving
 * @property {string} noun of what is given
 * @property {string} title the same, as a label begins
 * @property {string} made what came by hand, such as "your drawing"
 * @property {((size: number) => Pad)|null} pad null: not by hand
 * @property {(one: string) => string} empty what to do when nothing was made yet
 * @property {string} files kinds of file, for people
 * @property {string} accept the same for a file chooser
 * @property {(one: string) => string} fileWords what is done to a file
 * @property {(file: File) => Promise<Uint8Array<ArrayBuffer>>} read
 */

/** @param {OutputSpec} output @returns {Giving} */
export function givingOf(output) {
  return output.kind === "points" ? pointGiving(output) : pictureGiving(output);
}

/** What one output of a model is called: by the words of its data set, or by its kind. @param {Record<string, Dataset>} datasets */
export function oneOfThem(datasets) {
  return (/** @type {Card} */ { dataset, output }) => datasets[dataset]?.words?.one ?? givingOf(output).noun;
}

/** @param {OutputSpec} output @returns {Giving} */
function pointGiving(output) {
  return {
    noun: "point",
    title: "Point",
    made: "your point",
    pad: (size) => planePad({ size, output }),
    empty: () => "There is no point yet: click on the plane, or type its coordinates.",
    files: "CSV, a row of coordinates a point",
    accept: ".csv,text/csv,text/plain",
    fileWords: () => "A row such as 0.5,-1 for each point; the first row is taken.",
    read: async (file) => new Uint8Array(await file.arrayBuffer()),
  };
}

/** @param {OutputSpec} output @returns {Giving} */
function pictureGiving(output) {
  const asDigits = drawable({ output });
  return {
    noun: "picture",
    title: "Picture",
    made: "your drawing",
    pad: asDigits
      ? (size) => {
          const { root, pixels, load, isEmpty } = paintPad({ size });
          return { root, bytes: () => pixels.slice(), load, isEmpty };
        }
      : null,
    empty: (one) => `The pad is empty: draw a ${one} first.`,
    files: "PNG, JPEG, WEBP",
    accept: "image/*",
    fileWords: (one) =>
      asDigits
        ? `A picture of one ${one}, light on dark or dark on light. It is cut out, centred and made 28 pixels small, as the training ${one}s were.`
        : `A picture of a ${one}; it is made ${output.width} × ${output.height} pixels small.`,
    read: pictureBytes,
  };
}
