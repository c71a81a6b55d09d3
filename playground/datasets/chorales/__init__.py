"""chorales: Bach's chorales in four parts, on a grid of sixteenths, from the scores inside the package music21."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import TEMPO_BPM, music_words
from playground.formats.rolls import CHORALE_GRID
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="chorales",
    title="Bach's four-part chorales",
    license="notes public domain, encodings with permission (music21 corpus)",
    modality="audio",
    output=OutputSpec("roll", CHORALE_GRID.rows, CHORALE_GRID.window),
    place=3,
    words=music_words(
        title="Chorales",
        one="window",
        many="windows of chorales",
        real="real windows of two bars never trained on",
        made="written by Bach",
        modes="kinds of phrase",
        fewest_samples=50,
        most_samples=300,
        usual_samples=60,
        trained="all two-bar windows that the models were trained on, in any key",
        cost_help=f"Seconds of composing for a second of music at {TEMPO_BPM} quarters a minute, on this machine.",
        cost_note="composed in chorales of eight bars",
        note="A sample is a window of two bars; four of them make one chorale.",
        slow="A minute or so: 60 windows are 15 whole chorales of each model.",
    ),
)
