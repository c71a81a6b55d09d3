"""Arrays as media a person can see, keep and read aloud. Knows neither torch nor gradio; matplotlib loads on first use.

sprites.py     frames as one picture: strip, grid, upscaling without blur
exports.py     PNG, GIF and .npz files that carry the request that made them, and reading it back
comparison.py  the numbers of one compared model: labels, bands, verdicts
figures.py     matplotlib figures of a comparison
captions.py    the same figures in words
"""
