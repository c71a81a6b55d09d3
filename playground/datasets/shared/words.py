"""What the pages of several data sets say alike."""

from typing import Any

from playground.protocol.words import Words

TEMPO_BPM = 96  # quarters a minute, at which music is timed
MUSIC: dict[str, Any] = {
    "made": "sung by people",
    "headlines": ("Precision", "Recall", "Coverage", "Vendi score", "Notes in key"),
    "distance": "share of places that differ",
    "unit": "share of places",
    "cost": "Cost of a second of music",
    "cost_help": f"Seconds of drawing for a second of music at {TEMPO_BPM} quarters a minute, on this machine.",
    "shown": 8,
    "seconds_of_sound": 8 * 60 / TEMPO_BPM,  # two bars of 4/4
    "tempo_bpm": TEMPO_BPM,
    "meanings": (
        (
            "Main tone, tone and step histogram KL",
            "how far the shares are from real ones, in nats: of the tone that sounds most, of the twelve tones counted from the "
            "key, of the steps from one note to the next. Less is better.",
        ),
        (
            "Notes in key",
            "the share of what sounds that lies in the scale of its own key. Real music leaves it now and then, so more is not "
            "always better.",
        ),
        ("Notes at once, gap", "how far the number of notes that sound together is from real music. Less is better."),
    ),
}
TEXT: dict[str, Any] = {
    "made": "written by people",
    "distance": "share of the words that are not in the longest run shared with it",
    "unit": "share of words",
    "shared": "words in a row that a training text has too, letter case and punctuation apart",
    "cost": "Time per token",
    "cost_help": "Seconds of drawing over the words and punctuation marks that were drawn, on this machine.",
    "cost_note": "a word or a mark",
    "piece": "token (a word or mark)",
    "meanings": (
        (
            "Where the samples lie",
            "texts become points by latent semantic analysis of the terms that most training texts have: words and pairs of "
            "words, or letters and their neighbours. All figures above count such points, to which a made-up word is invisible; "
            "the next two see those.",
        ),
        (
            "Sense, invented words",
            "how surprising samples are to counted runs of words, or letters, of the training texts; and how many of their words "
            "no training text has. Above the band is nonsense, below it is repetition.",
        ),
        (
            "Size and rarity histogram KL",
            "how far the sizes of samples, and their use of common and rare words (of pairs of letters, for names), are from "
            "real ones, in nats. Less is better.",
        ),
        (
            "BLEU",
            "how well runs of words, or letters, of a sample are found in as many held-out real ones: fluency. Above the band a "
            "model plays safe.",
        ),
        (
            "Self-BLEU",
            "the same against the other samples of the model: repetition. Less is better, as long as BLEU holds.",
        ),
        (
            "Distinct-1, -2, -3",
            "the share of words, pairs and triples of all samples together that differ. It falls with the number of samples, so "
            "it means something only beside its band.",
        ),
        (
            "Copied and longest shared run",
            "how many samples are found in training word for word, and how long a run of words a sample shares with it. Real "
            "texts never trained on share some too: that is the band.",
        ),
    ),
}


def music_words(**words: Any) -> Words:
    """The words of a data set of music."""
    return Words(**MUSIC | words)


def text_words(**words: Any) -> Words:
    """The words of a data set of texts."""
    return Words(**TEXT | words)
