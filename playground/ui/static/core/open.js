/** @file Takes a latent to the Explore panel. */

import { slice } from "./state.js";

/** What Explore listens for: its state was changed by another panel. */
export const STATE_CHANGED = "playground:state";

/** Show a latent in its tab's Explore. @param {Place} what */
export function openInExplore({ model, spec, settings }) {
  const [modality] = model.split("/");
  slice(`${modality}.explore`, {}).set({ model, spec, settings });
  document.dispatchEvent(new CustomEvent(STATE_CHANGED, { detail: `${modality}.explore` }));
  document.getElementById(`pg-tab-${modality}-explore`)?.click();
}
