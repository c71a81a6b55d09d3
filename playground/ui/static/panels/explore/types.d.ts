/** The types that parts of an Explore panel share. */

/** An axis of latent space: a kind, and its number. */
export type Axis = [AxisKind, number];

/** What sliders and pad draw on. */
export interface View {
  /** Draw at once what a control has at hand. */
  show: (reply: Reply, index?: number) => void;
  /** Ask for what belongs to the position itself. */
  exact: () => void;
  fail: (error: unknown) => void;
}

/** Who is told of gestures along axes. */
export interface Follower {
  ahead: (axes: Axis[]) => void;
  grab: (axes: Axis[]) => void;
  move: (values: number[], startedMs: number) => void;
  release: () => void;
}

/** What Explore keeps in the address; a panel may keep more. */
export interface ExploreState {
  model: string | null;
  spec: Spec | null;
  settings: Settings;
  /** Sliders along single dimensions, and the page of them. */
  all: boolean;
  page: number;
  /** The two directions of the pad. */
  pad: number[];
  /** The first sample that is shown, and the seed that samples have where the position has none. */
  start: number;
  sampleSeed: number;
  /** Of models that complete drawings: the drawing. */
  paint?: string;
  /** In the Text tab: the letters that the chain holds, and the text whose topics are read. */
  pattern?: string;
  topic?: string;
}
export type ExploreSlice = Slice<ExploreState>;
