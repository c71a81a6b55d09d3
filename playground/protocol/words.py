"""How the page speaks of the items of one data set, and how a comparison of them is set up. Plain data, told as JSON."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words and sizes of one data set."""

    title: str  # "Digits", of a tab
    one: str  # "digit"
    many: str  # "digits"
    real: str  # "real test digits": what samples are compared with
    made: str  # "drawn by people": where real ones come from
    modes: str  # "ways of writing": what a model may miss
    trained: str  # "the 60,000 digits that the models were trained on"
    distance: str  # "root mean square of pixels, 0 to 1": to the nearest training item
    unit: str  # "rms pixel": of that distance, beside a number
    slow: str  # how long a comparison takes, in words
    class_title: str = ""  # of the histogram of classes; empty: as the metric suite calls it
    headlines: tuple[str, ...] = ("Precision", "Recall", "Coverage", "Vendi score")  # the numbers shown first
    meanings: tuple[tuple[str, str], ...] = ()  # of the numbers that only this data set has
    shared: str = ""  # what a run is that a sample shares with training
    note: str = ""  # anything else to know of a comparison
    hidden: tuple[str, ...] = ()  # settings that a comparison does not ask for
    fewest_samples: int = 100
    most_samples: int = 1000
    usual_samples: int = 200
    shown: int = 20  # samples of each model that are shown, with their nearest training items
    temperatures: tuple[float, ...] = ()  # at which models that have one are sampled too
    cost: str = "Time per sample"
    cost_help: str = "Seconds of drawing over samples, on this machine."
    cost_note: str = "in batches"
    piece: str = ""  # of a sample, by which its cost is told; empty: the sample itself
    seconds_of_sound: float | None = None  # of one sample; None: it is silent
    tempo_bpm: int | None = None  # quarters a minute at which it lasts so long

    @property
    def cost_of(self) -> str:
        """What the time of drawing is divided by."""
        if self.seconds_of_sound is None:
            return self.piece or "sample"
        return "second of sound" if self.tempo_bpm is None else f"second of music at {self.tempo_bpm} quarters a minute"

    def describe(self) -> dict[str, Any]:
        """The words as plain JSON."""
        return asdict(self) | {"cost_of": self.cost_of}
