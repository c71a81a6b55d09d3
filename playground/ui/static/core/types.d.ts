/** The shared types of the page's scripts, read by JSDoc alone: without imports and exports they stand in every script. */

/** What a model, a reply or a data set's items are: the page draws by it and guesses nothing. */
interface OutputSpec {
  kind: "image" | "sound" | "roll" | "text" | "points" | "topics";
  height: number;
  width: number;
  channels: number;
  /** Names of the classes that may be asked for; empty: none. */
  classes: string[];
  /** Of sounds: samples a second and length. */
  rate?: number;
  seconds?: number;
  /** Of rolls: MIDI pitches of the first and the last row, and steps of a quarter note. */
  highest?: number;
  lowest?: number;
  steps_per_quarter?: number;
  /** Of points: axes run from -reach to reach. */
  reach?: number;
}

/** How the page speaks of the items of a data set, see protocol/words.py. */
interface Words {
  title: string;
  one: string;
  many: string;
  class_title: string;
  real: string;
  made: string;
  modes: string;
  trained: string;
  distance: string;
  unit: string;
  slow: string;
  headlines: string[];
  meanings: [string, string][];
  shared: string;
  note: string;
  hidden: string[];
  fewest_samples: number;
  most_samples: number;
  usual_samples: number;
  shown: number;
  cost: string;
  cost_help: string;
  cost_note: string;
  cost_of: string;
}

/** A data set as the page shows it. */
interface Dataset {
  name: string;
  title: string;
  license: string;
  modality: Modality;
  output: OutputSpec;
  words: Words | null;
  /** Prompts, ends, patterns and texts worth trying first, as each panel reads them. */
  examples: { prompts?: string[]; ends?: string[]; typed?: string; patterns?: string[] };
  /** Whether its models can be compared; then it has words. */
  compared: boolean;
}

interface LatentSpec {
  size: number;
  prior: "normal" | "bernoulli" | "uniform" | string;
  classes: number;
  /** What a class is, such as "digit"; "" without classes. */
  class_name: string;
  /** How far the sliders go, in prior standard deviations. */
  limit: number;
  /** How many principal directions there are. */
  directions: number;
  /** How much each direction changes the output, largest first. */
  change: number[];
  /** What each direction is called. */
  names: DirectionName[];
}

/** A direction by what it does to the output; one without ends does nothing that could be told in words. */
interface DirectionName {
  name: string;
  /** What an output is like at either end, such as "thinner" and "bolder". */
  low?: string;
  high?: string;
  /** Of how many seeds it does so in what share. */
  share?: number;
  seeds?: number;
}

interface SettingBase {
  name: string;
  label: string;
  help: string;
  advanced?: boolean;
}
interface NumberSetting extends SettingBase {
  kind: "int" | "float";
  min: number;
  max: number;
  step?: number;
  default: number;
  /** The value with which the card's numbers were measured, where that is another. */
  measured?: number;
}
interface ChoiceSetting extends SettingBase {
  kind: "choice";
  choices: (string | number)[];
  default: string | number;
  measured?: string | number;
}
type Setting = NumberSetting | ChoiceSetting;
type SettingValue = string | number;
/** Values of settings by their names. */
type Settings = Record<string, SettingValue>;

/** One measured number of a model. */
interface Metric {
  value: number;
  /** What real data of that size score; null where there is no such thing. */
  floor: number | null;
  unit?: string;
  better?: "higher" | "lower" | string;
  /** Beyond the floor is as wrong as short of it. */
  two_sided?: boolean;
  help?: string;
  /** What a simple model or chance scores. */
  baseline?: number;
  /** Standard deviation over evaluation seeds. */
  spread?: number;
}

/** A direction in which a language model can be steered. */
interface SteeringDirection {
  name: string;
  title: string;
  plus: string[];
  minus: string[];
  layer: number;
  strength: number;
}

/** A model as the server describes it. A broken one (its problems are not empty) lacks all that stands behind `sha256`. */
interface Card {
  id: string;
  name: string;
  modality: Modality;
  family: string;
  dataset: string;
  parameters: number;
  summary: string;
  problems: string[];
  metrics: Record<string, Metric>;
  cost: { flops_per_sample?: number; seconds?: number; device?: string; steps?: number };
  sha256: string;
  capabilities: string[];
  operations: string[];
  output: OutputSpec;
  latent: LatentSpec;
  settings: Setting[];
  /** The text of its README, as Markdown. */
  card: string;
  /** Of language models: tokens that it reads at once, layers, and directions. */
  window?: number;
  layers?: number;
  steering?: SteeringDirection[];
}

type Modality = "image" | "audio" | "text";

/** Where a visitor stands in latent space: a seed or explicit values, plus offsets by the number of the axis. */
interface Spec {
  seed?: number;
  index?: number;
  z?: number[];
  /** Along principal directions, in prior standard deviations. */
  offsets?: Record<string, number>;
  /** Along single dimensions. */
  raw?: Record<string, number>;
}
type AxisKind = "direction" | "dimension";

/** What Explore shows and its address keeps. */
interface Place {
  model: string;
  spec: Spec;
  settings: Settings;
}

/** What stands before the bytes of a reply. An operation's own facts are named in its docstring in Python. */
interface ReplyHeader {
  frames: number;
  height: number;
  width: number;
  kind: OutputSpec["kind"];
  [fact: string]: any;
}
/** What one frame of a reply is drawn on, and how. */
interface Look {
  make: () => HTMLElement;
  draw: (place: any, reply: Reply, index: number) => void;
}

/** `header.frames` pictures of height x width bytes lie first in body. */
interface Reply {
  header: ReplyHeader;
  body: Uint8Array<ArrayBuffer>;
}

/** One panel's part of the address. */
interface Slice<T> {
  get: () => T;
  set: (patch: Partial<T>) => void;
}

/** What a panel's `mount(root, context)` gets. */
interface PanelContext {
  modality: Modality;
  /** Those of its modality; broken ones too. */
  cards: Card[];
  /** By the name that cards have in `dataset`. */
  datasets: Record<string, Dataset>;
  state: <T extends object>(defaults: T) => Slice<T>;
}

/** What `mount` returns: told when the panel is shown again, and when another takes its place. */
interface PanelHandle {
  shown?: () => void;
  hidden?: () => void;
}
interface PanelModule {
  mount: (root: HTMLElement, context: PanelContext) => PanelHandle | null | void;
}

/** A place for one problem, see `problemBox` of dom.js. */
interface ProblemBox {
  root: HTMLElement;
  show: (error: any, retry?: (() => void) | null) => void;
  clear: () => void;
}

/** What `el` takes as a child; arrays may be nested, and null, undefined and false are left out. */
type Child = Node | string | number | null | undefined | false | Child[];
