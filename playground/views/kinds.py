"""What a comparison calls the samples of each data set, how many of them it takes and shows, and how long they sound."""

from dataclasses import dataclass

TEMPO_BPM = 96  # quarters a minute, at which music is timed


@dataclass(frozen=True)
class Kind:
    """One data set's words and sizes."""

    one: str
    many: str
    classes: str = ""  # title of the histogram of classes; empty: as the reply says
    shown: int = 20  # samples of each model that are shown, with their nearest training items
    fewest_samples: int = 100
    most_samples: int = 1000
    seconds_of_sound: float | None = None  # of one sample; None: it is silent
    tempo_bpm: int | None = None  # at which it lasts so long
    piece: str = ""  # of a sample, by which its cost is told; empty: the sample itself
    temperatures: tuple[
        float, ...
    ] = ()  # at which models that have one are sampled too, for the plane of fluency and repetition

    @property
    def cost_of(self) -> str:
        """What the time of drawing is divided by, in words."""
        if self.seconds_of_sound is None:
            return self.piece or "sample"
        return "second of sound" if self.tempo_bpm is None else f"second of music at {self.tempo_bpm} quarters a minute"


DIGITS = Kind("digit", "digits", classes="Which digits")
EIGHT_QUARTERS_S = 8 * 60 / TEMPO_BPM  # two bars of 4/4
KINDS = {
    "digits": DIGITS,
    "notes": Kind("note", "notes", shown=8, seconds_of_sound=1.0),
    "melodies": Kind("melody", "melodies", shown=8, seconds_of_sound=EIGHT_QUARTERS_S, tempo_bpm=TEMPO_BPM),
    "chorales": Kind(
        "window",
        "windows of chorales",
        shown=8,
        fewest_samples=50,
        most_samples=300,
        seconds_of_sound=EIGHT_QUARTERS_S,
        tempo_bpm=TEMPO_BPM,
    ),
    "sentences": Kind(
        "sentence", "sentences", shown=16, piece="token (a word or mark)", temperatures=(0.5, 0.7, 0.85, 1.0, 1.2)
    ),
    "names": Kind("name", "names", most_samples=800, piece="letter"),
    "shakespeare": Kind(
        "passage", "passages", shown=6, fewest_samples=50, most_samples=300, piece="token (a word or mark)"
    ),
    "chat": Kind(
        "conversation", "conversations", shown=6, fewest_samples=50, most_samples=140, piece="token (a word or mark)"
    ),
}


def kind_of(dataset: str) -> Kind:
    """The kind of a data set; one that is not known is spoken of as digits are."""
    return KINDS.get(dataset, DIGITS)
