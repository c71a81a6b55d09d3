"""The pitch of a recorded note by YIN (de Cheveigne & Kawahara 2002), an autocorrelation method made safe against octaves.

A periodic sound equals itself one period later. YIN sums the squared difference of the sound and its own delayed copy,
divides it by its mean over all shorter delays, and takes the first delay at which the quotient dips low.
"""

import numpy as np
from numpy.typing import NDArray

WINDOW = 1024  # samples compared: two periods of the lowest pitch at 16 kHz
LONGEST = 544  # samples of delay: 29.4 Hz at 16 kHz
SHORTEST = 5  # 3.2 kHz at 16 kHz
HOP = 256
DIP = 0.12  # the quotient below which a delay counts as a period (0.1 in the paper)
UNCLEAR = 0.5  # a quotient that never falls below this means noise
QUIET_DB = 30.0  # frames so far below the loudest do not count


def hear_pitch(wave: NDArray[np.floating], rate_hz: int = 16_000) -> float | None:
    """The pitch of a single note as a MIDI number with its fraction; None when none is heard. wave (samples,) at ``rate_hz``."""
    frames = _frames(np.asarray(wave, np.float64))
    energy = np.square(frames[:, :WINDOW]).mean(1)
    loud = energy > max(energy.max() * 10 ** (-QUIET_DB / 10), 1e-12)
    if not loud.any():
        return None
    frames = frames[loud]
    difference = _difference(frames)
    quotient = _normalised(difference)
    found = [_period(own, raw) for own, raw in zip(quotient, difference, strict=True)]
    periods, depth = (np.array(column) for column in zip(*found, strict=True))
    clearest = np.quantile(depth, 0.25)
    if clearest > UNCLEAR:
        return None
    chosen = depth <= max(clearest, DIP)  # attack noise and mixed frames stay out
    return float(np.median(69 + 12 * np.log2(rate_hz / periods[chosen] / 440)))


def _frames(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """Overlapping pieces (frames, WINDOW + LONGEST); a short sound is one piece, padded with silence."""
    size = WINDOW + LONGEST
    if len(wave) < size:
        wave = np.pad(wave, (0, size - len(wave)))
    return np.lib.stride_tricks.sliding_window_view(wave, size)[::HOP]


def _difference(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """d(delay) = sum over the window of (x[j] - x[j + delay])^2, for delays 0 .. LONGEST: (frames, LONGEST + 1)."""
    size = 1 << (WINDOW + LONGEST).bit_length()
    head = np.fft.rfft(frames[:, :WINDOW], size)
    whole = np.fft.rfft(frames, size)
    product = np.fft.irfft(head.conj() * whole, size)[:, : LONGEST + 1]
    power = np.cumsum(np.pad(np.square(frames), ((0, 0), (1, 0))), axis=1)
    energy = power[:, WINDOW : WINDOW + LONGEST + 1] - power[:, : LONGEST + 1]
    return np.maximum(energy[:, :1] + energy - 2 * product, 0.0)


def _normalised(difference: NDArray[np.float64]) -> NDArray[np.float64]:
    """The difference over its mean at all shorter delays; 1 at delay 0."""
    delays = np.arange(1, difference.shape[1])
    mean = np.cumsum(difference[:, 1:], axis=1) / delays
    quotient = np.ones_like(difference)
    np.divide(difference[:, 1:], mean, out=quotient[:, 1:], where=mean > 0)
    return quotient


def _period(quotient: NDArray[np.float64], difference: NDArray[np.float64]) -> tuple[float, float]:
    """The period in samples, between samples by a parabola, and the quotient there."""
    low = np.flatnonzero(quotient[SHORTEST:LONGEST] < DIP)
    if len(low):
        delay = SHORTEST + int(low[0])
        while delay + 1 < LONGEST and quotient[delay + 1] < quotient[delay]:
            delay += 1
    else:
        delay = SHORTEST + int(quotient[SHORTEST:LONGEST].argmin())
    before, here, after = difference[delay - 1 : delay + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend > 0 else 0.0
    return delay + float(np.clip(shift, -0.5, 0.5)), float(quotient[delay])
