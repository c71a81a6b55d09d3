"""What can be asked of a model: operations take a list of items and give a list of results or errors.

fields.py    reading one field of a request
latents.py   from a latent as spelled in a request to numbers
pictures.py  uint8 frames; uploads made to look like the training digits
generate.py  sample, decode, sweep, pad, interpolate, corners, chain, latents
inverse.py   encode, invert
compare.py   features, reference, nearest, measure
describe.py  a model's card
worker.py    the class an engine runs in a process of its own
"""
