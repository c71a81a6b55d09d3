/** What a comparison is: jobs/compare.py, with the words of views/report.py. */

export type Standing = "within" | "worse" | "beyond";

/** One number of a model, with what a perfect sampler scores. */
export interface Measure {
  label: string;
  protocol: string;
  help: string;
  unit: string;
  value: number;
  floor: number;
  band: [number, number];
  better: "higher" | "lower";
  two_sided: boolean;
  standing: Standing;
}

/** What is known of samples beside their bytes, each list by the place of the sample; which there are depends on the data set. */
export interface SampleFacts {
  pitches?: number[];
  names?: string[];
  keys?: string[];
  shifts?: number[];
  /** From where to where a text shares most with the training text beside it, and where that stands there. */
  spans?: [number, number][];
  near_spans?: [number, number][];
}

/** Samples, and what in training is nearest to each. */
export interface Column {
  id: string;
  name: string;
  /** Frames in base64, or texts. */
  samples: string | string[];
  nearest: string | string[];
  nearest_distances: number[];
  nearest_median: number;
  nearest_facts: SampleFacts;
  /** The class of each sample, as the judge of the data set sees it. */
  predictions: number[];
  facts: SampleFacts;
  /** In a sentence; the real data have none. */
  verdict?: string;
}

export interface ModelColumn extends Column {
  measures: Measure[];
  histograms: { labels: string[] }[];
  cost_s: number;
  seconds_per_sample: number;
  flops_per_sample: number | null;
}

export interface Figure {
  name: string;
  title: string;
  caption: string;
  /** In base64. */
  png: string;
}

export interface CompareResult {
  request: { models: string[]; n: number; seed: number; settings: Record<string, Settings> };
  dataset: string;
  /** Without the names of classes: they are the labels of the first histogram. */
  output: Omit<OutputSpec, "classes">;
  words: Words;
  verdict: string;
  real: Column;
  models: ModelColumn[];
  figures: Figure[];
}

/** What the address keeps of the panel. */
export interface CompareState {
  models: string[] | null;
  n: number | null;
  seed: number;
  settings: Record<string, Settings>;
  nearest: boolean;
  ran: boolean;
}
