/** @file The Compare panel of the Audio tab: the same as the Image tab's, with samples that are heard. */

import { stopAll } from "../core/sound.js";
import { mount as mountCompare } from "../panels/compare.js";
import { heardColumns } from "./compare/columns.js";

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  const { draw, stop } = heardColumns(context.cards);
  mountCompare(root, context, draw);
  return {
    hidden() {
      stop();
      stopAll();
    },
  };
}
