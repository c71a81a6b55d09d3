/** @file What the numbers and figures of a comparison mean, in plain words; what differs between data sets comes with them. */

/** Words for where a number stands. */
export const STANDING = { within: "✓ as a perfect sampler", worse: "worse", beyond: "beyond a perfect sampler" };

/** One sentence under a figure. @param {string} name of the figure @param {Words} words of the data set @returns {string} */
export function figureWords(name, { one, many }) {
  /** @type {Record<string, string>} */
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

/** Longer explanations, behind a fold. @param {Words} words @returns {[string, string][]} */
export function meaningsOf({ one, many, modes, trained, meanings }) {
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
    ...meanings,
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
