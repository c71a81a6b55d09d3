"""melodies: two-bar windows of Irish, Scottish and American folk tunes, from the ABC files inside the package music21."""

from playground.datasets.base import Dataset
from playground.datasets.shared.words import music_words
from playground.formats.rolls import MELODY_GRID
from playground.protocol.output import OutputSpec

DATASET = Dataset(
    name="melodies",
    title="folk tunes",
    license="tunes public domain, transcriptions by volunteers (music21 corpus)",
    modality="audio",
    output=OutputSpec("roll", MELODY_GRID.rows, MELODY_GRID.window),
    place=2,
    words=music_words(
        title="Melodies",
        one="melody",
        many="melodies",
        real="real melodies never trained on",
        modes="kinds of tune",
        trained="the two-bar melodies that the models were trained on, in any key",
        slow="A few seconds.",
    ),
)
