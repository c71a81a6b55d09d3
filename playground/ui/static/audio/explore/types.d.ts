/** The types that parts of the Audio tab's Explore share. */

import type { ExploreState } from "../../panels/explore/types.js";

/** What the models of chorales keep in the address. */
export interface ChoraleState {
  mode: "compose" | "harmonise";
  seed: number;
  bars: number;
  settings: Settings;
  tempo: number;
  instrument: string;
  /** The name of a real line, or "own"; null: none was chosen. */
  line: string | null;
  /** The visitor's own line as runs of notes, see `packed` of line.js. */
  own: number[] | null;
}

export interface AudioState extends ExploreState {
  /** Where each model was left, by its id. */
  places: Record<string, { spec: Spec; settings: Settings }>;
  /** MIDI pitch of the keyboard's first key. */
  low: number;
  /** Whether moves are heard. */
  live: boolean;
  /** Whether the computer's keys play. */
  letters: boolean;
  /** Quarters a minute. */
  tempo: number;
  loop: boolean;
  instrument: string;
  /** What of it is not the default. */
  chorale?: Partial<ChoraleState>;
}
export type AudioSlice = Slice<AudioState>;
