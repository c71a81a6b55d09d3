/** @file What a walk between sounds means, in plain words. */

/** Paragraphs behind a fold. */
export const ABOUT = [
  "If a model has understood its data, every point between two instruments is an instrument too, and the change is smooth. Sudden jumps show that the model keeps the two apart; a dull or noisy middle shows that it averages.",
  "This is not mixing: two sounds played at once are heard as two. Here the latents are mixed and one new sound is made of the result, with one attack and one set of overtones.",
  "The pad is the square between four latents. Its sounds are fetched ahead, from coarse to fine, so that it can be played at once; until a place is ready, the nearest ready one is heard.",
  "Between two melodies every step is a melody of its own: notes do not fade, they are added, moved and left out. Played all in a row, the steps make one piece that turns from one tune into the other.",
];
