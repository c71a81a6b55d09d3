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
from playground.formats.sound_containers import with_sound_chunks, without_tags
from playground.formats.spectrogram import RATE_HZ, SAMPLES

MAX_SECONDS = 60.0
MAX_VALUES = 24_000_000  # decoded in all, over all channels: a minute at 48 kHz and 8 channels, under a second of work
MAX_CHANNELS = 8
MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 192_000
SHORTEST_S = 0.05  # of a note that can be told from a click
HOP_S = 0.01  # loudness is looked at in steps of
LOUD_DB = 30.0  # a note begins where it comes within this of the loudest place
SILENT = 5e-5  # root mean square: -86 dB of full scale
CANCELLED = 0.25  # a mix of channels below this share of the power of unrelated ones: they cancel each other
BEND = 2  # degree of the curve that is no sound in two steps: what a microphone that has just been switched on gives
DRIFT_BENDS = 3  # degree of such a curve in a second
DRIFT = 0.1  # of the height of a note, from which on such a curve is taken out
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
    content = without_tags(bytes(content))
    if not _known(content):
        raise BadRequest(f"The upload is not a {KINDS} file: choose another file.")
    if content[:4] == b"RIFF":
        content = with_sound_chunks(content)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            _check_limits(file)
            wave, mixing = _read_mono(content, file)
            return to_note(wave, file.samplerate, max(file.frames, len(wave)) / file.samplerate, mixing)
    except soundfile.SoundFileError as error:
        raise BadRequest(DAMAGED) from error


def _known(content: bytes) -> bool:
    """Whether the first bytes are those of an accepted format: nothing else reaches the decoders."""
    if content[:4] == b"RIFF":
        return content[8:12] == b"WAVE"
    frame_of_mp3 = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return content[:4] in (b"fLaC", b"OggS") or frame_of_mp3


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


def _read_mono(content: bytes, file: soundfile.SoundFile) -> tuple[NDArray[np.float32], str]:
    """At most the first minute, what a truncated file still holds: the mean of the channels, and what was done, in words.

    Of channels that cancel each other in the mean, such as a stereo pair one of which is turned over, the loudest alone.
    """
    wave, powers, mixed = _decode(file, None)
    if file.channels == 1:
        return wave, ""
    if mixed >= CANCELLED * powers.mean() / file.channels:
        return wave, "mixed to mono"
    with soundfile.SoundFile(io.BytesIO(content)) as again:
        return _decode(again, int(powers.argmax()))[0], "one channel taken, because the channels cancel each other"


def _decode(file: soundfile.SoundFile, channel: int | None) -> tuple[NDArray[np.float32], NDArray[np.float64], float]:
    """One channel or the mean of all, (samples,); the power of each channel, and that of the mean, apart from their offset."""
    longest = min(round(MAX_SECONDS * file.samplerate), MAX_VALUES // file.channels)
    wave, count = np.empty(longest, np.float32), 0  # memory is taken as it is filled
    powers, mixed = np.zeros(file.channels), 0.0
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
        mean = block.mean(1, dtype=np.float64)
        wave[count : count + len(block)] = mean if channel is None else block[:, channel]
        powers += len(block) * block.var(0, dtype=np.float64)
        mixed += len(block) * mean.var()
        count += len(block)
    if not count:
        raise BadRequest(DAMAGED)
    return wave[:count], powers, mixed


def to_note(wave: NDArray[np.float32], rate_hz: int, seconds: float, mixing: str = "") -> Sound:
    """The first loud second of mono sound (samples,) at ``rate_hz``, resampled to 16 kHz.

    seconds: how long the whole is; mixing: what was done to its channels, in words. Raises BadRequest when there is nothing to
    hear, or less than 50 ms of it.
    """
    if len(wave) < SHORTEST_S * rate_hz:
        raise BadRequest(_too_short(len(wave) / rate_hz))
    hop = round(HOP_S * rate_hz)
    power = _loudness(wave, hop)
    if power.max() < SILENT**2:
        which = (
            "sound is" if seconds * rate_hz < len(wave) + 1 else f"first {len(wave) / rate_hz:.0f} s of the sound are"
        )
        raise BadRequest(f"The {which} silent: choose or record one with a note in it.")
    # The first place reaches one step ahead of what made it loud: the attack is not cut.
    start = int(np.argmax(power >= power.max() * 10 ** (-LOUD_DB / 10))) * hop
    piece = wave[start : start + round(1.02 * rate_hz)].astype(np.float64)
    if len(piece) < SHORTEST_S * rate_hz:
        raise BadRequest(_too_short(len(piece) / rate_hz))
    piece, drifted = _without_drift(piece, rate_hz)
    cut = len(piece) > rate_hz
    note = resample(piece, rate_hz)[:SAMPLES]
    _fade(note, start > 0, cut)
    note = np.pad(note, (0, SAMPLES - len(note)))
    loudest = float(np.abs(note).max())
    if loudest < SILENT:
        raise BadRequest("The sound has nothing below 8 kHz to hear: choose or record another.")
    told = _describe(seconds, start / rate_hz, rate_hz, cut, mixing, drifted)
    return Sound((note * (PEAK / loudest)).astype(np.float32), told)


def _too_short(seconds: float) -> str:
    return f"Only {1000 * seconds:.0f} ms of sound can be heard: a note needs at least {1000 * SHORTEST_S:.0f} ms."


def _loudness(wave: NDArray[np.float32], hop: int) -> NDArray[np.float64]:
    """The power of every two steps of ``hop`` samples, one step apart, without what bends too slowly to be a sound."""
    places = np.lib.stride_tricks.sliding_window_view(wave, 2 * hop)[::hop]
    at_once = max(1, BLOCK // hop)
    parts = [places[first : first + at_once].astype(np.float64) for first in range(0, len(places), at_once)]
    return np.concatenate([np.square(part - _bends(part, BEND)).mean(1) for part in parts])


def _bends(wave: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """The curve of this degree that fits sound (..., samples) best."""
    curves = np.linalg.qr(np.vander(np.linspace(-1, 1, wave.shape[-1]), degree + 1))[0]
    return wave @ curves @ curves.T


def _without_drift(piece: NDArray[np.float64], rate_hz: int) -> tuple[NDArray[np.float64], bool]:
    """A piece of sound (samples,) without its offset, and without its drift where it has much; whether it had."""
    drift = _bends(piece, int(DRIFT_BENDS * len(piece) / rate_hz))
    drifted = float(np.ptp(drift)) > DRIFT * float(np.ptp(piece))
    return piece - (drift if drifted else piece.mean()), drifted


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


def _describe(seconds: float, start_s: float, rate_hz: int, cut: bool, mixing: str, drifted: bool) -> str:
    done = []
    if cut:
        done.append(f"Of {seconds:.1f} s the first loud second was taken, from {start_s:.2f} s on")
    elif start_s > 0:
        done.append(f"{1000 * start_s:.0f} ms before the note were cut")
    if mixing:
        done.append(mixing)
    if drifted:
        done.append("freed from a slow drift")
    if rate_hz != RATE_HZ:
        done.append(f"resampled from {rate_hz / 1000:g} to {RATE_HZ // 1000} kHz")
    done.append("brought to the loudness of the training notes")
    text = ", ".join(done[:-1]) + (" and " if done[1:] else "") + done[-1]
    return text[0].upper() + text[1:] + "."
