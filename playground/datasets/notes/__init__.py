"""notes: 104 instruments of the FluidR3 soundfont, one second a note, 16 kHz, as log-mel pictures and as sound."""

from playground.datasets.base import Dataset
from playground.protocol.output import OutputSpec
from playground.protocol.words import Words

DATASET = Dataset(
    name="notes",
    title="FluidR3 notes",
    license="MIT, Frank Wen (FluidR3 GM)",
    modality="audio",
    output=OutputSpec("sound", 128, 64),
    place=1,
    words=Words(
        title="Single notes",
        one="note",
        many="notes",
        real="real notes",
        made="played by instruments",
        modes="instruments",
        headlines=("Precision", "Recall", "Coverage", "Pitch accuracy", "Different bins (NDB)"),
        trained="the notes that the models were trained on",
        distance="root mean square of the spectrogram, 0 to 1",
        unit="rms level",
        shown=8,
        seconds_of_sound=1.0,
        cost="Cost of a second of sound",
        cost_help="Seconds of drawing and of turning the spectrogram into sound, for a note of one second, on this machine.",
        cost_note="drawn and made audible",
        hidden=("pitch",),
        note="Every sample is drawn at the pitch of the real note that it stands against. From 500 samples on the bins of "
        "NDB are counted too.",
        slow="Some seconds for each model; 500 samples and more add the bins of NDB and take longer.",
        meanings=(
            (
                "Family histogram KL",
                "how far the shares of the 14 instrument families, as a classifier hears them, are from the real shares. Less is "
                "better.",
            ),
            (
                "Pitch accuracy",
                "the share of samples in which the classifier hears just the pitch that was asked for. It mishears a few real "
                "notes too.",
            ),
            (
                "Different bins (NDB)",
                "real spectrograms divide into 100 bins of look-alikes; this counts the bins that hold a share of the samples "
                "too unlike theirs to be chance. Chance alone makes about five. Less is better.",
            ),
            (
                "Harmonics to noise",
                "how far the overtones of a note stand out of grain and hiss, in decibels, heard after the vocoder. Lower than "
                "real notes is grainy, higher is too clean.",
            ),
        ),
    ),
)
