"""Notes to one piece of sound: a synthesised piano, notes held longer or shorter than they were recorded, and a safe mix.

Everything is float32 at 16 kHz in [-1, 1], one channel. A mix peaks at 0.9 at most and begins and ends in silence.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import BadRequest
from playground.formats.scores import Note

Sound = NDArray[np.float32]

RATE_HZ = 16_000
SLOWEST_BPM, FASTEST_BPM, TEMPO_BPM = 30, 300, 96  # quarters a minute
PEAK = 0.9
KNEE = 0.6  # up to here a mix is left as it is
FADE_S = 0.005  # at both ends of the whole
RELEASE_S = 0.09  # of each note, after its end
LOOP_S = (0.3, 0.65)  # the part of a recorded note that goes on while it is held beyond its second
PARTIALS = 24
MORPH_FROM_S, MORPH_STEP_S = 0.1, 0.3  # each note of a morph is heard from here on, and is in the middle so much later
ENVELOPE_S = 0.05
LOUDNESS = 0.35  # of a typical moment of a mix, before the limiter


def check_tempo(tempo_bpm: Any) -> float:
    """Quarters a minute, or BadRequest."""
    if type(tempo_bpm) not in (int, float) or not SLOWEST_BPM <= tempo_bpm <= FASTEST_BPM:
        raise BadRequest(
            f"tempo_bpm must be a number from {SLOWEST_BPM} to {FASTEST_BPM}, got {str(tempo_bpm)[:20]}; change it."
        )
    return tempo_bpm


def frequency_hz(pitch: float) -> float:
    """Hertz of a MIDI pitch."""
    return 440.0 * 2.0 ** ((pitch - 69) / 12)


def piano_note(pitch: int, seconds: float) -> Sound:
    """A struck string: stiff, so that its partials are stretched, and dying away sooner the higher the partial."""
    fundamental = frequency_hz(pitch)
    stiffness = 7e-5 * 2.0 ** ((pitch - 48) / 12)
    number = np.arange(1, PARTIALS + 1)
    hertz = fundamental * number * np.sqrt(1 + stiffness * number**2)
    number, hertz = number[hertz < 0.45 * RATE_HZ], hertz[hertz < 0.45 * RATE_HZ]
    # The hammer strikes at an eighth of the string, where every eighth partial has a node, and is softer than a point.
    strength = np.abs(np.sin(np.pi * number / 8)) / number**1.15 * np.exp(-hertz / 4500)
    slow_s = 9.0 * 2.0 ** (-(pitch - 36) / 14) / (1 + 0.25 * (number - 1)) + 0.08
    time = np.arange(round(seconds * RATE_HZ), dtype=np.float32) / RATE_HZ
    wave = np.zeros(len(time), np.float32)
    for hz, level, decay_s in zip(hertz, strength, slow_s):
        # Two stages: the strings of a key first push together, then against each other.
        fall = 0.75 * np.exp(-time / (0.22 * decay_s)) + 0.25 * np.exp(-time / decay_s)
        wave += level * fall * np.sin(2 * np.pi * hz * time, dtype=np.float32)
    attack = round(0.003 * RATE_HZ)
    wave[:attack] *= np.linspace(0, 1, attack, dtype=np.float32)
    return wave / max(np.abs(wave).max(initial=0), 1e-6)


def hold_note(recorded: Sound, pitch: int, seconds: float) -> Sound:
    """A recorded note made to last at least so long: a part of whole periods goes round, dying away as it did in itself."""
    wanted = round(seconds * RATE_HZ)
    start = round(LOOP_S[0] * RATE_HZ)
    period = RATE_HZ / frequency_hz(pitch)
    length = round(round((LOOP_S[1] - LOOP_S[0]) * RATE_HZ / period) * period)  # whole periods, so that phases meet
    overlap = length // 3
    if wanted <= start + length or len(recorded) < start + length + overlap:
        return recorded
    fade = np.linspace(0, 1, overlap, dtype=np.float32)
    loop = recorded[start : start + length + overlap].copy()
    early, late = _loudness(loop[:overlap]), _loudness(loop[length:])
    ratio = min(1.0, late / max(early, 1e-6))  # how far it dies away in one round
    pieces, gain, filled = [recorded[: start + length]], np.float32(1), start + length
    while filled < wanted:
        gain = np.float32(gain * ratio)
        here = gain * loop[:length]
        before = gain / max(ratio, 1e-6) * loop[length:]
        here[:overlap] = here[:overlap] * fade + before * (1 - fade)
        pieces.append(here)
        filled += length
    return np.concatenate(pieces)[:wanted]


def morph_notes(notes: Sequence[Sound], pitch: float) -> Sound:
    """Notes of one pitch crossfaded into one: it begins with the first one's attack and ends with the last one's end.

    Steps are whole periods, so that harmonics meet in phase; what dies away inside a step is lifted to the first one's level.
    """
    period = RATE_HZ / frequency_hz(pitch)
    begin, step = (round(round(seconds * RATE_HZ / period) * period) for seconds in (MORPH_FROM_S, MORPH_STEP_S))
    if len(notes) < 2:
        return finish(np.concatenate(notes))
    fade = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, step))).astype(np.float32)
    level = max(_loudness(notes[0][begin : begin + step]), 1e-6)
    mix = np.zeros(begin + (len(notes) - 2) * step + len(notes[-1]) - begin, np.float32)
    first = notes[0][: begin + step].copy()
    first[begin:] *= fade[::-1]
    mix[: len(first)] = first
    for i, note in enumerate(notes[1:-1]):
        grain = note[begin : begin + 2 * step]
        grain = grain * (level / np.maximum(_envelope(grain), level / 8)) * np.concatenate([fade, fade[::-1]])
        mix[begin + i * step :][: len(grain)] += grain
    last = notes[-1][begin:] * np.float32(level / max(_loudness(notes[-1][begin : begin + step]), level / 8))
    last[:step] *= fade
    mix[begin + (len(notes) - 2) * step :][: len(last)] += last
    return finish(mix)


def join_notes(notes: Sequence[Sound], pitch: float = 0) -> Sound:
    """One note after the other, of any pitch."""
    return finish(np.concatenate(notes))


def retune(recorded: Sound, semitones: float) -> Sound:
    """A recorded note played faster or slower."""
    if semitones == 0:
        return recorded
    speed = 2.0 ** (semitones / 12)
    places = np.arange(0, len(recorded) - 1, speed)
    return np.interp(places, np.arange(len(recorded)), recorded).astype(np.float32)


def spread_pitches(pitches: Sequence[int], most: int) -> list[int]:
    """At most ``most`` of the distinct pitches, evenly over them in order, the lowest and highest among them."""
    distinct = sorted(set(pitches))
    places = np.linspace(0, len(distinct) - 1, min(most, len(distinct))).round().astype(int)
    return [distinct[place] for place in places]


def mix_notes(notes: Sequence[Note], step_s: float, sounds: Mapping[int, Sound]) -> Sound:
    """Notes on steps of ``step_s`` and the sound of every pitch, each as long as its longest note, to one sound.

    Ends after the last note has died away. Levelled, limited, faded at the ends.
    """
    release = round(RELEASE_S * RATE_HZ)
    last = max((note.start + note.length for note in notes), default=0)
    mix = np.zeros(round(last * step_s * RATE_HZ) + release, np.float32)
    down = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, release, dtype=np.float32))
    for note in notes:
        begin, end = (round(step * step_s * RATE_HZ) for step in (note.start, note.start + note.length))
        played = sounds[note.pitch][: end - begin + release].copy()
        # A note that was recorded shorter than it is held has ended by itself.
        tail = min(release, len(played))
        played[len(played) - tail :] *= down[:tail] if tail == release else np.linspace(1, 0, tail, dtype=np.float32)
        mix[begin : begin + len(played)] += played
    return finish(mix)


def finish(mix: Sound) -> Sound:
    """Level a mix, limit it softly at 0.9, and fade its ends."""
    loud = np.quantile(np.abs(mix), 0.98) if len(mix) else 0.0
    limited = limit(mix * np.float32(LOUDNESS / max(loud, 1e-4)))
    fade = np.linspace(0, 1, min(round(FADE_S * RATE_HZ), len(mix)), dtype=np.float32)
    limited[: len(fade)] *= fade
    limited[len(mix) - len(fade) :] *= fade[::-1]
    return limited


def limit(sound: Sound) -> Sound:
    """As it is up to 0.6, then bent by a tanh towards 0.9, which is never passed."""
    over = np.abs(sound) - np.float32(KNEE)
    bent = KNEE + (PEAK - KNEE) * np.tanh(np.maximum(over, 0) / (PEAK - KNEE))
    return np.where(over > 0, np.sign(sound) * bent, sound).astype(np.float32)


def to_samples(sound: NDArray[np.floating]) -> NDArray[np.int16]:
    """Sound of any shape as little-endian 16-bit samples, full scale 32767."""
    return (np.clip(sound, -1, 1) * 32767).round().astype("<i2")


def from_samples(samples: bytes | memoryview) -> Sound:
    """Little-endian 16-bit samples as sound in [-1, 1]."""
    return np.frombuffer(samples, "<i2").astype(np.float32) / np.float32(32767)


def _envelope(sound: Sound) -> Sound:
    """Loudness (root mean square) around each sample, over 50 ms."""
    width = round(ENVELOPE_S * RATE_HZ)
    power = np.convolve(np.pad(np.square(sound), width // 2, mode="edge"), np.full(width, 1 / width), mode="same")
    return np.sqrt(power[width // 2 :][: len(sound)]).astype(np.float32)


def _loudness(sound: Sound) -> float:
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))
