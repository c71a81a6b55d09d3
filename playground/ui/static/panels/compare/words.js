/** @file What the numbers and figures of a comparison mean, in plain words, for every data set. */

/** Words for where a number stands. */
export const STANDING = { within: "✓ as a perfect sampler", worse: "worse", beyond: "beyond a perfect sampler" };

const COMMON = {
  samples: { min: 100, max: 1000, usual: 200 },
  headlines: ["Precision", "Recall", "Coverage", "Vendi score"],
  cost: "Time per sample",
  costHelp: "Seconds of drawing over samples, on this machine.",
  costNote: "in batches",
  hidden: [], // settings of models that a comparison does not ask for
  note: "",
};

const TEXT = {
  distance: "share of the words that are not in the longest run shared with it",
  unit: "share of words",
  shared: "words in a row that a training text has too, letter case and punctuation apart",
  cost: "Time per token",
  costHelp: "Seconds of drawing over the words and punctuation marks that were drawn, on this machine.",
  costNote: "a word or a mark",
};

/** Data set -> what its items are called, and what is shown of them. */
const KINDS = {
  digits: {
    ...COMMON,
    title: "Digits",
    one: "digit",
    many: "digits",
    real: "real test digits",
    made: "drawn by people",
    modes: "ways of writing",
    trained: "the 60,000 digits that the models were trained on",
    distance: "root mean square of pixels, 0 to 1",
    unit: "rms pixel",
    slow: "A few seconds for fast models; the RBM and the flow take longer.",
  },
  notes: {
    ...COMMON,
    title: "Single notes",
    one: "note",
    many: "notes",
    real: "real notes",
    made: "played by instruments",
    modes: "instruments",
    headlines: ["Precision", "Recall", "Coverage", "Pitch accuracy", "Different bins (NDB)"],
    trained: "the notes that the models were trained on",
    distance: "root mean square of the spectrogram, 0 to 1",
    unit: "rms level",
    cost: "Cost of a second of sound",
    costHelp:
      "Seconds of drawing and of turning the spectrogram into sound, for a note of one second, on this machine.",
    costNote: "drawn and made audible",
    hidden: ["pitch"],
    note: "Every sample is drawn at the pitch of the real note that it stands against. From 500 samples on the bins of NDB are counted too.",
    slow: "Some seconds for each model; 500 samples and more add the bins of NDB and take longer.",
  },
  melodies: {
    ...COMMON,
    title: "Melodies",
    one: "melody",
    many: "melodies",
    real: "real melodies never trained on",
    made: "sung by people",
    modes: "kinds of tune",
    headlines: ["Precision", "Recall", "Coverage", "Vendi score", "Notes in key"],
    trained: "the two-bar melodies that the models were trained on, in any key",
    distance: "share of places that differ",
    unit: "share of places",
    cost: "Cost of a second of music",
    costHelp: "Seconds of drawing for a second of music at 96 quarters a minute, on this machine.",
    slow: "A few seconds.",
  },
  chorales: {
    ...COMMON,
    title: "Chorales",
    one: "window",
    many: "windows of chorales",
    real: "real windows of two bars never trained on",
    made: "written by Bach",
    modes: "kinds of phrase",
    samples: { min: 50, max: 300, usual: 60 },
    headlines: ["Precision", "Recall", "Coverage", "Vendi score", "Notes in key"],
    trained: "all two-bar windows that the models were trained on, in any key",
    distance: "share of places that differ",
    unit: "share of places",
    cost: "Cost of a second of music",
    costHelp: "Seconds of composing for a second of music at 96 quarters a minute, on this machine.",
    costNote: "composed in chorales of eight bars",
    note: "A sample is a window of two bars; four of them make one chorale.",
    slow: "A minute or so: 60 windows are 15 whole chorales of each model.",
  },
  sentences: {
    ...COMMON,
    ...TEXT,
    title: "Sentences",
    one: "sentence",
    many: "sentences",
    real: "real sentences never trained on",
    made: "written by people",
    modes: "kinds of sentence",
    headlines: ["Sense (3-grams)", "Invented words", "BLEU-3", "Self-BLEU-3", "Copied"],
    trained: "the sentences that the models were trained on",
    note: "Models with a temperature are drawn at five temperatures besides, for the plane of fluency and repetition.",
    slow: "Some seconds for each model; a model with a temperature takes six times as long.",
  },
  names: {
    ...COMMON,
    ...TEXT,
    title: "Names",
    one: "name",
    many: "names",
    real: "real names never trained on",
    made: "given by people",
    modes: "kinds of name",
    samples: { min: 100, max: 800, usual: 200 },
    headlines: ["Sense (5-grams)", "Precision", "BLEU-3", "Self-BLEU-3", "Copied"],
    trained: "the names that the models were trained on",
    cost: "Time per letter",
    costHelp: "Seconds of drawing over the letters that were drawn, on this machine.",
    costNote: "of a name",
    shared: "letters that a training name has in this order",
    slow: "A few seconds.",
  },
  shakespeare: {
    ...COMMON,
    ...TEXT,
    title: "Shakespeare",
    one: "passage",
    many: "passages",
    real: "passages of works never trained on",
    made: "written by Shakespeare",
    modes: "kinds of passage",
    samples: { min: 50, max: 300, usual: 50 },
    headlines: ["Sense (3-grams)", "Invented words", "BLEU-4", "Self-BLEU-4", "Copied"],
    trained: "the works that the model was trained on",
    note: "A passage follows upon a blank line and has 160 tokens or 512 characters.",
    slow: "A minute or two: every passage is written token by token.",
  },
  chat: {
    ...COMMON,
    ...TEXT,
    title: "Conversations",
    one: "conversation",
    many: "conversations",
    real: "conversations never trained on",
    made: "written by students",
    modes: "kinds of conversation",
    samples: { min: 50, max: 140, usual: 50 },
    headlines: ["Sense (3-grams)", "Invented words", "BLEU-4", "Self-BLEU-4", "Copied"],
    trained: "the conversations that the model was trained on",
    note: "A sample is the beginning of a conversation: 160 tokens or 512 characters.",
    slow: "A minute or two: every conversation is written token by token.",
  },
};

/** Whether models of a data set can be compared. @param {string} dataset @returns {boolean} */
export function isCompared(dataset) {
  return dataset in KINDS;
}

/** The data sets of these models, in the order in which they are offered. @param {object[]} cards @returns {string[]} */
export function datasetsOf(cards) {
  const place = (name) => Object.keys(KINDS).indexOf(name);
  return [...new Set(cards.map(({ dataset }) => dataset))].sort((one, other) => place(one) - place(other));
}

/** What belongs to a data set; one that is not known is spoken of as digits are. @returns {object} */
export function wordsOf(dataset) {
  return KINDS[dataset] ?? KINDS.digits;
}

/** One sentence under a figure. @param {string} name of the figure @param {object} kind see wordsOf @returns {string} */
export function figureWords(name, { one, many }) {
  const words = {
    metrics:
      "Each bar is one number of one model; the grey band behind it is where a perfect sampler of the same size falls, so a bar that ends inside cannot be told from real data by that number.",
    histogram:
      "How the samples divide. The crosses mark the real shares; where they have arms, those reach as far as chance alone moves them.",
    pairwise: `Distances between all pairs of samples. A curve left of the grey area means samples are more alike than real ${many}.`,
    embedding: `Every dot is a ${one}, placed by its two strongest features. Grey places without colour are ${many} the model never makes.`,
    plane:
      "Upwards is more fluent, to the right more repetitive; the cross is real text. A language model moves along its line by temperature, so a model is better only above or left of that line.",
    cost: "Time to make it on this machine. A step of the axis is ten times the time.",
  };
  return words[name.replace(/-\d+$/, "")] ?? "";
}

/** Longer explanations, behind a fold. @param {object} kind see wordsOf @param {string} dataset @returns {[string, string][]} */
export function meaningsOf(kind, dataset) {
  const { one, many, modes, trained } = kind;
  return [
    ["Precision", `the share of a model's samples that lie among real ${many}. Low: many samples are wrong.`],
    ["Recall", `the share of real ${many} that lie among the model's samples. Low: some ${modes} never come up.`],
    [
      "Density",
      `how deep among real ${many} the samples lie, on average. It may pass a perfect sampler's when a model plays safe and makes only typical ${many}.`,
    ],
    ["Coverage", `the share of real ${many} that have a sample close by. Low: modes are missing.`],
    ["Vendi score", `how many clearly different samples there are, in effect: a hundred copies of one ${one} score 1.`],
    [
      "Fréchet distance",
      `how far the clouds of features of samples and of real ${many} are apart, if both were Gaussian. Less is better, and real data against real data is not zero.`,
    ],
    ...(OWN_MEANINGS[dataset] ?? OWN_MEANINGS.digits),
    ["Pairwise distance", "how far apart two samples are on average. Well below the real value, samples are alike."],
    [
      "Perfect sampler's band",
      `real ${many} scored against other real ${many}, at the same sample size, many times over: nine in ten of those scores fall inside. No finite sample does better except by luck, so differences inside the band mean nothing.`,
    ],
    [
      `Nearest training ${one}`,
      `the most similar of ${trained}. Samples much nearer to it than real ones that were never trained on would be copies, not inventions.`,
    ],
  ];
}

const MUSIC_MEANINGS = [
  [
    "Main tone, tone and step histogram KL",
    "how far the shares are from real ones, in nats: of the tone that sounds most, of the twelve tones counted from the key, of the steps from one note to the next. Less is better.",
  ],
  [
    "Notes in key",
    "the share of what sounds that lies in the scale of its own key. Real music leaves it now and then, so more is not always better.",
  ],
  ["Notes at once, gap", "how far the number of notes that sound together is from real music. Less is better."],
];
const TEXT_MEANINGS = [
  [
    "Where the samples lie",
    "texts become points by latent semantic analysis of the terms that most training texts have: words and pairs of words, or letters and their neighbours. All figures above count such points, to which a made-up word is invisible; the rarity histogram sees those.",
  ],
  ["Invented words", "the share of words that no training text has. Real texts have a few too; many more are made up."],
  [
    "Sense",
    "how surprising each word, or letter, is to a simple model that counted which follow which in training (-log p in nats, Kneser-Ney n-grams). Above the band, samples make less sense than real texts; real words in a random order are the mark of nonsense. Below it, samples repeat what is common or copied.",
  ],
  [
    "Size and rarity histogram KL",
    "how far the sizes of samples, and their use of common and rare words (of pairs of letters, for names), are from real ones, in nats. Less is better.",
  ],
  [
    "BLEU",
    "how well runs of words, or letters, of a sample are found in as many held-out real ones: fluency. Above the band a model plays safe.",
  ],
  ["Self-BLEU", "the same against the other samples of the model: repetition. Less is better, as long as BLEU holds."],
  [
    "Distinct-1, -2, -3",
    "the share of words, pairs and triples of all samples together that differ. It falls with the number of samples, so it means something only beside its band.",
  ],
  [
    "Copied and longest shared run",
    "how many samples are found in training word for word, and how long a run of words a sample shares with it. Real texts never trained on share some too: that is the band.",
  ],
];
const OWN_MEANINGS = {
  sentences: TEXT_MEANINGS,
  names: TEXT_MEANINGS,
  shakespeare: TEXT_MEANINGS,
  chat: TEXT_MEANINGS,
  digits: [["Digit histogram KL", "how far the shares of the ten digits are from the real shares. Less is better."]],
  notes: [
    [
      "Family histogram KL",
      "how far the shares of the 14 instrument families, as a classifier hears them, are from the real shares. Less is better.",
    ],
    [
      "Pitch accuracy",
      "the share of samples in which the classifier hears just the pitch that was asked for. It mishears a few real notes too.",
    ],
    [
      "Different bins (NDB)",
      "real spectrograms divide into 100 bins of look-alikes; this counts the bins that hold a share of the samples too unlike theirs to be chance. Chance alone makes about five. Less is better.",
    ],
  ],
  melodies: MUSIC_MEANINGS,
  chorales: MUSIC_MEANINGS,
};
