/** @file Takes a latent to the Explore panel. */

import { slice } from "../../core/state.js";

/** What Explore listens for: its state was changed by another panel. */
export const STATE_CHANGED = "playground:state";

/** Show a latent in the audio tab's Explore. @param {{model: string, spec: object, settings: object}} what */
export function openInExplore({ model, spec, settings }) {
  slice("audio.explore", {}).set({ model, spec, settings });
  document.dispatchEvent(new CustomEvent(STATE_CHANGED, { detail: "audio.explore" }));
  document.getElementById("pg-tab-audio-explore").click();
}
