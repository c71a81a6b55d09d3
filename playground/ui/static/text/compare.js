/** @file The Compare panel of the Text tab: the same as the Image tab's, with samples that are read. */

import { isCompared } from "../panels/compare/words.js";
import { mount as mountCompare } from "../panels/compare.js";
import { readColumns } from "./compare/columns.js";

/** Fill the panel with the models of data sets that have a yardstick. @returns {object} */
export function mount(root, context) {
  return mountCompare(
    root,
    { ...context, cards: context.cards.filter(({ dataset }) => isCompared(dataset)) },
    readColumns,
  );
}
