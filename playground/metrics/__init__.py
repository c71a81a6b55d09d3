"""One metric per file, pure functions of arrays or texts: they load no data and run no model.

frechet.py     distance between Gaussians fitted to two sets of features
prdc.py        precision, recall, density and coverage
vendi.py       effective number of different items
histogram.py   class histogram and its divergence from the real one
pairwise.py    how far apart the items of one set are
nearest.py     nearest training item, and the share of samples that look memorised
nearest_tunes.py  nearest training window of music, in any key
ndb.py         number of statistically different bins
ais.py         partition function of an RBM, exact or by annealed importance sampling (torch)
conditional_ais.py  the same for many RBMs that share their weights (torch)
spectral.py    log-mel error and spectral convergence of spectrograms (torch)
harmonicity.py harmonics-to-noise ratio of notes of known pitch (torch)
voice_leading.py  parallel fifths and octaves, and leaps, of music in voices
edit_distance.py  edits from one sequence to another
bleu.py        BLEU and self-BLEU of many sentences; words.py cuts them as the published tables do
text_statistics.py  distinct n-grams, word ranks, what is copied from training
lsa.py         texts as points: latent semantic analysis (torch)
ngram.py       Kneser-Ney n-gram models; compressor.py PPMd: what language models are measured against
likelihood.py  importance-weighted log probability (torch)
"""
