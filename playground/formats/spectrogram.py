"""The picture of a note: a log-mel spectrogram of one second, and what a pitch looks like in it.

A picture is (n, 1, 128, 64) float in [0, 1]: 128 mel bands of 30 Hz - 8 kHz (row 0 = highest), 64 frames of 16 ms. The value is
in decibels, 0 = -78 dB and 1 = +2 dB, where 0 dB is a sine of amplitude 1: no note that peaks at 1 is clipped at the top.
These numbers are the contract between the data set, the networks and the vocoder; they are stored with the data.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache

import torch
from torch import Tensor

RATE_HZ = 16_000
SAMPLES = 16_000  # one second
LOWEST_PITCH, HIGHEST_PITCH = 24, 96  # MIDI: 32.7 Hz - 2093 Hz
PITCH_COUNT = HIGHEST_PITCH - LOWEST_PITCH + 1
BANDS, FRAMES = 128, 64
N_FFT, HOP = 2048, 256
BINS = N_FFT // 2 + 1
FLOOR_DB, TOP_DB = -78.0, 2.0
PADDED_SAMPLES = (FRAMES - 1) * HOP  # the last frame is centred on the end of the padded sound


@dataclass(frozen=True)
class SpectrogramFacts:
    """Everything that fixes the representation, as stored beside the data."""

    rate_hz: int = RATE_HZ
    samples: int = SAMPLES
    n_fft: int = N_FFT
    hop: int = HOP
    bands: int = BANDS
    frames: int = FRAMES
    lowest_hz: float = 30.0
    highest_hz: float = 8000.0
    floor_db: float = FLOOR_DB
    top_db: float = TOP_DB

    def describe(self) -> dict:
        """Plain JSON."""
        return asdict(self)


FACTS = SpectrogramFacts()


@lru_cache(maxsize=1)
def mel_filters() -> Tensor:
    """Triangular filters (1025 bins, 128 bands), lowest band first, peak 1: a sine between two bands is shared by them."""
    low, high = (2595 * math.log10(1 + hz / 700) for hz in (FACTS.lowest_hz, FACTS.highest_hz))  # in mel
    corners = 700 * (10 ** (torch.linspace(low, high, BANDS + 2) / 2595) - 1)  # back in hertz
    above = corners - torch.linspace(0, RATE_HZ / 2, BINS)[:, None]
    width = corners.diff()
    return torch.minimum(-above[:, :-2] / width[:-1], above[:, 2:] / width[1:]).clamp_min(0)


@lru_cache(maxsize=1)
def _power_transform() -> Callable[[Tensor], Tensor]:
    # Imported only now: torchaudio takes a tenth of a second, and the networks of notes need no more than the filters.
    import playground.formats.torchaudio_guard  # noqa: F401  (before torchaudio)

    # isort: split
    from torchaudio.transforms import Spectrogram

    return Spectrogram(n_fft=N_FFT, hop_length=HOP, power=2.0, pad_mode="constant")


def power_spectrogram(wave: Tensor) -> Tensor:
    """Sound (n, samples <= 16128) to power (n, 1025, 64); 1 = a sine of amplitude 1 in the middle of its bin."""
    wave = torch.nn.functional.pad(wave, (0, PADDED_SAMPLES - wave.shape[-1]))
    return (
        _power_transform()(wave) / (N_FFT / 4) ** 2
    )  # a Hann window sums to N / 2, a sine has half in each half-plane


def mel_power(wave: Tensor) -> Tensor:
    """Sound (n, samples) to mel power (n, 128, 64), lowest band first."""
    return torch.einsum("nkt,kb->nbt", power_spectrogram(wave), mel_filters())


def picture_of(wave: Tensor) -> Tensor:
    """Sound (n, samples) at 16 kHz to pictures (n, 1, 128, 64) in [0, 1]."""
    return picture_of_power(mel_power(wave))


def picture_of_power(power: Tensor) -> Tensor:
    """Mel power (n, 128, 64), lowest band first, to pictures (n, 1, 128, 64) in [0, 1]."""
    decibels = 10 * torch.log10(power.clamp_min(1e-12))
    return ((decibels - FLOOR_DB) / (TOP_DB - FLOOR_DB)).clamp(0, 1).flip(1)[:, None]


def power_of_picture(picture: Tensor) -> Tensor:
    """Pictures (n, 1, 128, 64) to mel power (n, 128, 64), lowest band first; the inverse of ``picture_of_power`` in range."""
    return 10 ** ((picture[:, 0].flip(1) * (TOP_DB - FLOOR_DB) + FLOOR_DB) / 10)


def frequency_hz(pitch: Tensor) -> Tensor:
    """Hertz of MIDI pitches."""
    return 440.0 * 2.0 ** ((pitch.double() - 69) / 12)


def harmonic_bands(harmonics: int, step: float = 1.0) -> Tensor:
    """Where multiples of each pitch lie: (73 pitches, harmonics, 128 bands), bands as in a picture (highest first).

    Entry = share of the power of a sine at ``step``, 2 ``step``, ... times the fundamental that falls into the band, the Hann
    window's main lobe included; zero above 8 kHz. The networks are given pitch through these, so that they need not learn it.
    """
    fundamental = frequency_hz(torch.arange(LOWEST_PITCH, HIGHEST_PITCH + 1))
    hertz = fundamental[:, None] * torch.arange(1, harmonics + 1) * step  # (pitches, harmonics)
    place = hertz * N_FFT / RATE_HZ  # in bins
    bins = place.floor().long()[..., None] + torch.tensor([-1, 0, 1, 2])  # all that the main lobe reaches
    lobe = _hann_lobe(bins - place[..., None]) * (hertz < FACTS.highest_hz)[..., None]
    return torch.einsum("phk,phkb->phb", lobe.float(), mel_filters()[bins.clamp(0, BINS - 1)]).flip(2)


def _hann_lobe(offset: Tensor) -> Tensor:
    """Power response of a Hann window at ``offset`` bins, 1 at zero, within the main lobe (two bins to each side)."""
    response = torch.sinc(offset) + 0.5 * torch.sinc(offset - 1) + 0.5 * torch.sinc(offset + 1)
    return response.square()


@lru_cache(maxsize=1)
def band_centres_hz() -> Tensor:
    """Peak frequency of every band (128,), bands as in a picture (highest first)."""
    return (mel_filters().double().argmax(0).flip(0) * (RATE_HZ / N_FFT)).float()
