/** @file What the numbers and figures of a comparison mean, in plain words. */

/** One sentence under each figure. */
export const FIGURE_WORDS = {
  metrics: "Each bar is one number of one model; the grey band behind it is where a perfect sampler of the same size falls, so a bar that ends inside cannot be told from real data by that number.",
  histogram: "How often each digit appears. The crosses mark the real shares and how far chance alone moves them.",
  pairwise: "Distances between all pairs of samples. A curve left of the grey area means samples are more alike than real digits.",
  embedding: "Every dot is a picture, placed by its two strongest features. Grey places without colour are digits the model never draws.",
  cost: "Time to draw one sample on this machine. A step of the axis is ten times the time.",
};

/** Longer explanations, behind a fold: [name, text]. */
export const MEANINGS = [
  ["Precision", "the share of a model's samples that lie among real digits. Low: many samples look wrong."],
  ["Recall", "the share of real digits that lie among the model's samples. Low: some ways of writing never come up."],
  ["Density", "how deep among real digits the samples lie, on average. It may pass a perfect sampler's when a model plays safe and draws only typical digits."],
  ["Coverage", "the share of real digits that have a sample close by. Low: modes are missing."],
  ["Vendi score", "how many clearly different samples there are, in effect: a hundred copies of one picture score 1."],
  ["Fréchet distance", "how far the clouds of features of samples and of real digits are apart, if both were Gaussian. Less is better, and real data against real data is not zero."],
  ["Digit histogram KL", "how far the shares of the ten digits are from the real shares. Less is better."],
  ["Pairwise distance", "how far apart two samples are on average. Well below the real value, samples look alike."],
  ["Perfect sampler's band", "real digits scored against other real digits, at the same sample size, many times over: nine in ten of those scores fall inside. No finite sample does better except by luck, so differences inside the band mean nothing."],
  ["Nearest training digit", "the most similar of the 60,000 digits that the models were trained on. Samples much nearer to it than real test digits are would be copies, not inventions."],
];

/** Words for where a number stands. */
export const STANDING = { within: "✓ as a perfect sampler", worse: "worse", beyond: "beyond a perfect sampler" };
