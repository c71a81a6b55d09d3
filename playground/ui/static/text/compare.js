/** @file The Compare panel of the Text tab: the same as the Image tab's, with samples that are read. */

import { mount as mountCompare } from "../panels/compare.js";
import { readColumns } from "./compare/columns.js";

/** Fill the panel. @type {PanelModule["mount"]} */
export function mount(root, context) {
  return mountCompare(root, context, readColumns);
}
