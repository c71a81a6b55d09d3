"""Sounds on their way in: an uploaded or recorded sound made to look like a training note of one second at 16 kHz.

Files are WAV, FLAC, OGG (Vorbis, Opus) or MP3. Format, channels and sample rate are checked before anything is decoded, and at
most a minute is decoded, in pieces: an hour of sound costs no more memory than that.
"""

import io
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from playground.errors import BadRequest, TooLarge
from playground.formats.playback import from_samples, to_samples
from playground.formats.spectrogram import RATE_HZ, SAMPLES

MAX_SECONDS = 60.0
MAX_VALUES = 24_000_000  # decoded in all, over all channels: a minute at 48 kHz and 8 channels, under a second of work
MAX_CHANNELS = 8
MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 192_000
SHORTEST_S = 0.05  # of a note that can be told from a click
HOP_S = 0.01  # loudness is looked at in steps of
LOUD_DB = 30.0  # a note begins where it comes within this of the loudest step
SILENT = 1e-4  # -80 dB of full scale
PEAK = 0.95  # as the training notes
FADE_IN_S, FADE_OUT_S = 0.002, 0.15  # at cuts: a note that goes on is let go, as the training notes are after 0.8 s
BLOCK = 1 << 16  # frames decoded at once
ODD_RATIO = 1000  # sample rates are taken as ratios with terms about so large: 0.02 cents off at most
KINDS = "WAV, FLAC, OGG or MP3"
DAMAGED = "The upload is a damaged sound file and cannot be read: save it again or choose another."
FORMATS = {"WAV", "WAVEX", "FLAC", "OGG", "MP3", "MPEG"}


@dataclass(frozen=True)
class Sound:
    """wave (16000,) float32 in [-1, 1] at 16 kHz, peak 0.95; ``note`` says in a sentence what was done to it."""

    wave: NDArray[np.float32]
    note: str

    def pcm(self) -> bytes:
        """16,000 samples of int16."""
        return to_pcm(self.wave)


def to_pcm(wave: NDArray[np.floating]) -> bytes:
    """Sound in [-1, 1] of any shape as little-endian int16, full scale 32767."""
    return to_samples(wave).tobytes()


def from_pcm(body: bytes | memoryview) -> NDArray[np.float32]:
    """Little-endian int16 to float32 in [-1, 1]."""
    if len(body) % 2:
        raise BadRequest(
            f"Recorded sound has two bytes a sample, got {len(body)} bytes: send 16-bit samples at 16 kHz."
        )
    return from_samples(body)


def read_recording(body: bytes | memoryview) -> Sound:
    """int16 samples at 16 kHz, as the page records them, made a note."""
    wave = from_pcm(body)
    if not len(wave):
        raise BadRequest("A sound is needed: record one, or upload a file.")
    return to_note(wave[: round(MAX_SECONDS * RATE_HZ)], RATE_HZ, len(wave) / RATE_HZ)


def read_file(content: bytes | memoryview) -> Sound:
    """An uploaded file made a note; BadRequest or TooLarge in one sentence."""
    content = bytes(content)
    if not _known(content):
        raise BadRequest(f"The upload is not a {KINDS} file: choose another file.")
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            _check_limits(file)
            wave = _read_mono(file)
            return to_note(wave, file.samplerate, max(file.frames, len(wave)) / file.samplerate)
    except soundfile.SoundFileError as error:
        raise BadRequest(DAMAGED) from error


def _known(content: bytes) -> bool:
    """Whether the first bytes are those of an accepted format: nothing else reaches the decoders."""
    if content[:4] == b"RIFF":
        return content[8:12] == b"WAVE"
    frame_of_mp3 = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return content[:4] in (b"fLaC", b"OggS") or content[:3] == b"ID3" or frame_of_mp3


def _check_limits(file: soundfile.SoundFile) -> None:
    if file.format not in FORMATS:
        raise BadRequest(f"The upload is not a {KINDS} file: choose another file.")
    if file.channels > MAX_CHANNELS:
        raise TooLarge(f"A sound may have at most {MAX_CHANNELS} channels, this one has {file.channels}: mix it down.")
    if not MIN_RATE_HZ <= file.samplerate <= MAX_RATE_HZ:
        raise TooLarge(
            f"A sound may have {MIN_RATE_HZ:,} to {MAX_RATE_HZ:,} samples a second, this one has {file.samplerate:,}: "
            "resample it."
        )


def _read_mono(file: soundfile.SoundFile) -> NDArray[np.float32]:
    """At most the first minute, channels averaged; what a truncated file still holds."""
    longest = min(round(MAX_SECONDS * file.samplerate), MAX_VALUES // file.channels)
    wave, count = np.empty(longest, np.float32), 0  # memory is taken as it is filled
    while count < len(wave):
        try:
            block = file.read(min(BLOCK, len(wave) - count), dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            if not count:
                raise
            break  # the rest is damaged
        if not len(block):
            break
        if not np.isfinite(block).all():
            raise BadRequest("The sound holds values that are no numbers (NaN or infinite): save it again.")
        wave[count : count + len(block)] = block.mean(1, dtype=np.float64)
        count += len(block)
    if not count:
        raise BadRequest(DAMAGED)
    return wave[:count]


def to_note(wave: NDArray[np.float32], rate_hz: int, seconds: float) -> Sound:
    """The first loud second of mono sound (samples,) at ``rate_hz``, resampled to 16 kHz; ``seconds`` is the whole length.

    Raises BadRequest when there is nothing to hear, or less than 50 ms of it.
    """
    if len(wave) < SHORTEST_S * rate_hz:
        raise BadRequest(_too_short(len(wave) / rate_hz))
    scale = float(np.abs(wave).max())
    if scale >= SILENT:
        wave = wave / scale
        wave -= wave.mean(dtype=np.float64)
    if scale * float(np.abs(wave).max()) < SILENT:
        which = (
            "sound is" if seconds * rate_hz < len(wave) + 1 else f"first {len(wave) / rate_hz:.0f} s of the sound are"
        )
        raise BadRequest(f"The {which} silent: choose or record one with a note in it.")
    start = _onset(wave, rate_hz)
    piece = wave[start : start + round(1.02 * rate_hz)].astype(np.float64)
    if len(piece) < SHORTEST_S * rate_hz:
        raise BadRequest(_too_short(len(piece) / rate_hz))
    cut = len(piece) > rate_hz
    note = resample(piece, rate_hz)[:SAMPLES]
    _fade(note, start > 0, cut)
    note = np.pad(note, (0, SAMPLES - len(note)))
    loudest = float(np.abs(note).max())
    if loudest < SILENT:
        raise BadRequest("The sound has nothing below 8 kHz to hear: choose or record another.")
    return Sound((note * (PEAK / loudest)).astype(np.float32), _describe(seconds, start / rate_hz, rate_hz, cut))


def _too_short(seconds: float) -> str:
    return f"Only {1000 * seconds:.0f} ms of sound can be heard: a note needs at least {1000 * SHORTEST_S:.0f} ms."


def _onset(wave: NDArray[np.float32], rate_hz: int) -> int:
    """Where the first step begins that is within 30 dB of the loudest, one step earlier so as not to cut the attack."""
    hop = round(HOP_S * rate_hz)
    steps = wave[: len(wave) // hop * hop].reshape(-1, hop)
    power = np.einsum("sh,sh->s", steps, steps)
    first = int(np.argmax(power >= power.max() * 10 ** (-LOUD_DB / 10)))
    return max(0, first - 1) * hop


def resample(wave: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Sound (samples,) at ``rate_hz`` to 16 kHz by a windowed sinc."""
    ratio = Fraction(RATE_HZ, rate_hz).limit_denominator(ODD_RATIO)
    if ratio == 1:
        return wave.copy()
    import playground.formats.torchaudio_guard  # noqa: F401  (before torchaudio, which only uploads need)

    # isort: split
    import torchaudio

    resampled = torchaudio.functional.resample(
        torch.from_numpy(wave), ratio.denominator, ratio.numerator, lowpass_filter_width=32, rolloff=0.95
    )
    return resampled.numpy()


def _fade(wave: NDArray[np.float64], begins_inside: bool, ends_inside: bool) -> None:
    """Soft ends in place, where the sound was cut."""
    if begins_inside:
        rise = round(FADE_IN_S * RATE_HZ)
        wave[:rise] *= np.linspace(0, 1, rise)[: len(wave)]
    if ends_inside:
        fall = round(FADE_OUT_S * RATE_HZ)
        wave[-fall:] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fall))


def _describe(seconds: float, start_s: float, rate_hz: int, cut: bool) -> str:
    done = ["mixed to mono"]
    if rate_hz != RATE_HZ:
        done.append(f"resampled from {rate_hz / 1000:g} to {RATE_HZ // 1000} kHz")
    if cut:
        done.insert(0, f"Of {seconds:.1f} s the first loud second was taken, from {start_s:.2f} s on")
    elif start_s > 0:
        done.insert(0, f"{1000 * start_s:.0f} ms of silence before the note were cut")
    done.append("brought to the loudness of the training notes")
    text = ", ".join(done[:-1]) + " and " + done[-1]
    return text[0].upper() + text[1:] + "."
