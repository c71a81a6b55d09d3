"""What can be asked of a model: operations take a list of items and give a list of results or errors.

fields.py    reading one field of a request
latents.py   from a latent as spelled in a request to numbers
pictures.py  uint8 frames; uploads made to look like the training digits
sounds.py    uploaded and recorded sounds made to look like the training notes
pitch.py     the pitch of a recorded note
targets.py   what encode and invert aim at
generate.py  sample, decode, sweep, pad, interpolate, corners, chain, latents
inverse.py   encode, invert
notes.py     sound, listen; notes to encode or invert
compare.py   features, reference, nearest, measure
music.py     compose (and harmonise), soprano_lines
gibbs.py     chain of a model of chorales, of words or of pictures
names_chain.py   chain of a model of words
topics.py    topics, read_topics
music_score.py  score
midi.py      read_midi; melodies to encode
render.py    render: a roll as sound
replies.py   outputs as packed replies
describe.py  a model's card
sample_files.py  samples as files, for the command line
worker.py    the class an engine runs in a process of its own
"""
