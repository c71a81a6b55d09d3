"""What can be asked of a model: operations take a list of items and give a list of results or errors.

latents.py   from a latent as spelled in a request to numbers
kinds.py     what depends on the kind of a model's outputs: reading an upload, watching a chain, a card's facts
targets.py   what encode and invert aim at
generate.py  sample, decode, sweep, pad, interpolate, corners, chain, latents
inverse.py   encode, invert
notes.py     sound, listen; notes to encode or invert
compare.py   features, reference, nearest, measure
music.py     compose (and harmonise), soprano_lines
gibbs.py     chain of a model of chorales, of words or of pictures
names_chain.py   chain of a model of words
topics.py    topics, read_topics
writing.py   write, surprise
steering.py  steer_reading, and the directions it needs; steering_examples.py the sentences they are found from
rebuild.py   rebuild: a typed text to its latent and back
music_score.py  score
midi.py      read_midi; melodies to encode
render.py    render: a roll as sound
replies.py   outputs as packed replies
describe.py  a model's card
sample_files.py  samples as files, for the command line
worker.py    the class an engine runs in a process of its own
"""
