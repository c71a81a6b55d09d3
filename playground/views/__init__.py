"""Arrays as media a person can see, keep and read aloud. Knows neither torch nor gradio; matplotlib loads on first use.

shown.py       the outputs of a reply as arrays or texts, drawn as one picture
sprites.py     frames as one picture: grid, upscaling without blur
palette.py     colours of spectrograms and rolls, as the page has them
heard.py       what can be heard, as WAV and MIDI files
plain.py       replies as plain JSON with files in it, and such files read
exports.py     PNG, GIF and .npz files that carry the request that made them
comparison.py  the numbers of one compared model: labels, bands, verdicts
figures.py     matplotlib figures of a comparison; histograms.py those of shares, canvas.py what they are drawn on
plane.py       fluency against repetition of texts
captions.py    the same figures in words
report.py      a comparison as it is reported: the numbers of its job with bands, verdicts and figures
"""
