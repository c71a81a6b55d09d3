"""notes: 104 instruments of the FluidR3 soundfont, one second a note, 16 kHz, as log-mel pictures and as sound.

FluidR3 GM by Frank Wen (MIT licence). Built from the Debian package fluid-soundfont-gm and the PyPI package tinysoundfont, both
fetched and unpacked into a temporary folder, never installed. Each General MIDI program plays every semitone of its family's
range: velocity 100, held 0.8 s, released 0.2 s, rendered at 48 kHz (directly at 16 kHz it would alias), mixed to mono,
resampled and peak-normalised. The split is by instrument: a test note comes from an instrument never trained on.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import playground.formats.torchaudio_guard  # noqa: F401  (before torchaudio)

# isort: split
import torchaudio

from playground.datasets.packages import check_sha256, fetch, imported, unpack_deb
from playground.datasets.storage import built, save_arrays
from playground.errors import PlaygroundError
from playground.formats.spectrogram import BANDS, FACTS, FRAMES, LOWEST_PITCH, PITCH_COUNT, RATE_HZ, SAMPLES, picture_of

DEBIAN_PACKAGE = "fluid-soundfont-gm"
WHEEL = "tinysoundfont==0.3.7"
SOUNDFONT = "usr/share/sounds/sf2/FluidR3_GM.sf2"
SOUNDFONT_SHA256 = "74594e8f4250680adf590507a306655a299935343583256f3b722c48a1bc1cb0"
RENDER_HZ = 48_000
VELOCITY, HELD_S, RELEASED_S = 100, 0.8, 0.2
PEAK = 0.95
SPLIT_SEED = 0
TRAIN, VALIDATION, TEST = 0, 1, 2

# Near-duplicates of a neighbour, or without a pitch.
LEFT_OUT = frozenset({1, 44, 47, 49, 55, 63, 110, 111})
SOUNDS_ABOVE = {31: 24}  # guitar harmonics sound two octaves above the key played; "pitch" is what sounds
FAMILIES = {  # family (General MIDI program // 8) -> MIDI range played
    "piano": (36, 84),
    "chromatic percussion": (55, 96),
    "organ": (36, 84),
    "guitar": (40, 84),
    "bass": (24, 60),
    "strings": (36, 84),
    "ensemble": (40, 84),
    "brass": (36, 79),
    "reed": (44, 84),
    "pipe": (60, 96),
    "synth lead": (36, 84),
    "synth pad": (36, 84),
    "synth effects": (36, 84),
    "ethnic": (40, 84),
}


@dataclass(frozen=True)
class Notes:
    """All notes in one order: pictures uint8 (n, 128, 64) with 255 = +2 dB; pitch (MIDI), program, split (0, 1, 2) uint8 (n,).

    Sound is a memory-mapped int16 array (n, 16000), full scale = 32767.
    """

    pictures: np.ndarray
    pitch: np.ndarray
    program: np.ndarray
    split: np.ndarray
    sound: np.ndarray

    @property
    def family(self) -> np.ndarray:
        """Index into FAMILIES of every note."""
        return self.program // 8

    def rows(self, split: int) -> np.ndarray:
        """Indices of the notes of one part."""
        return np.flatnonzero(self.split == split)

    def training_tensors(self) -> tuple[Tensor, Tensor]:
        """uint8 pictures (n, 1, 128, 64) and int64 labels (n,) of the training part: label = MIDI pitch - 24 + 73 * family."""
        rows = self.rows(TRAIN)
        labels = label_of(self.pitch[rows], self.family[rows])
        return torch.from_numpy(self.pictures[rows])[:, None], torch.from_numpy(labels)

    def counts(self) -> str:
        """One line for the command line."""
        parts = ", ".join(
            f"{(self.split == part).sum():,} {name}" for part, name in enumerate(("train", "validation", "test"))
        )
        held_out = len(np.unique(self.program[self.split == TEST]))
        return (
            f"{len(self.pitch):,} notes of {len(np.unique(self.program))} instruments: {parts} ({held_out} instruments)"
        )


def label_of(pitch: np.ndarray, family: np.ndarray) -> np.ndarray:
    """One int64 label of pitch and family, as the training loop carries it."""
    return pitch.astype(np.int64) - LOWEST_PITCH + PITCH_COUNT * family.astype(np.int64)


def instruments() -> list[int]:
    """The 104 General MIDI programs that are played."""
    return [program for program in range(8 * len(FAMILIES)) if program not in LEFT_OUT]


def held_out_instruments() -> list[int]:
    """The 20 test programs: one of every family and a second of six, drawn with a fixed seed."""
    generator = np.random.default_rng(SPLIT_SEED)
    second = set(generator.choice(len(FAMILIES), 6, replace=False).tolist())
    chosen = []
    for family in range(len(FAMILIES)):
        own = [program for program in instruments() if program // 8 == family]
        chosen += generator.choice(own, 2 if family in second else 1, replace=False).tolist()
    return sorted(chosen)


def load() -> Notes:
    """The data set from the cache, built first when it is not there (about a minute).

    Raises PlaygroundError when it has to be built and apt-get, dpkg or pip is missing or fails.
    """
    path = built("notes", build_notes)
    with np.load(path, allow_pickle=False) as arrays:
        if json.loads(str(arrays["facts"])) != FACTS.describe():
            raise PlaygroundError(f"{path} was made with another spectrogram: remove it, and it is built anew.")
        sound = np.load(path.with_name("notes-sound.npy"), mmap_mode="r", allow_pickle=False)
        return Notes(arrays["pictures"], arrays["pitch"], arrays["program"], arrays["split"], sound)


def build_notes(path: Path) -> None:
    """Fetch soundfont and synthesiser, render every note, write ``path`` and the sound beside it."""
    played = [(program, pitch) for program in instruments() for pitch in _range_of(program)]
    sound = np.zeros((len(played), SAMPLES), np.int16)
    with tempfile.TemporaryDirectory() as folder:
        soundfont = fetch_soundfont(Path(folder))
        with imported("tinysoundfont", "notes", WHEEL) as (tinysoundfont, _):
            for i, wave in enumerate(render_notes(tinysoundfont, soundfont, played)):
                sound[i] = np.round(wave * 32767)
    audible = sound.any(1)  # contrabass, tuba and baritone saxophone have no samples at the top of their family's range
    sound, (program, pitch) = sound[audible], np.array(played, np.uint8)[audible].T
    pictures = np.concatenate([_pictures(part) for part in np.array_split(sound, len(sound) // 100)])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path.with_name("notes-sound.npy"), sound)
    facts = np.array(json.dumps(FACTS.describe()))
    save_arrays(path, pictures=pictures, pitch=pitch, program=program, split=split_of(program), facts=facts)


def split_of(program: np.ndarray) -> np.ndarray:
    """Part of every note (n,) uint8: the held-out instruments are the test; a tenth of the other notes validates."""
    split = np.where(np.isin(program, held_out_instruments()), TEST, TRAIN).astype(np.uint8)
    training = np.flatnonzero(split == TRAIN)
    chosen = np.random.default_rng(SPLIT_SEED + 1).choice(training, len(training) // 10, replace=False)
    split[chosen] = VALIDATION
    return split


def render_notes(tinysoundfont: Any, soundfont: Path, pitches: list[tuple[int, int]]) -> Iterator[np.ndarray]:
    """Each (program, pitch) as float32 (16000,) peaking at 0.95."""
    synth = tinysoundfont.Synth(samplerate=RENDER_HZ, gain=-12.0)
    bank = synth.sfload(str(soundfont))
    for program, pitch in pitches:
        synth.program_select(0, bank, 0, program)
        key = pitch - SOUNDS_ABOVE.get(program, 0)
        synth.noteon(0, key, VELOCITY)
        held = _stereo(synth.generate(round(HELD_S * RENDER_HZ)))
        synth.noteoff(0, key)
        released = _stereo(synth.generate(round(RELEASED_S * RENDER_HZ)))
        synth.sounds_off(0)
        synth.generate(RENDER_HZ // 10)  # let the voice end: the next note starts from silence
        wave = torch.from_numpy(np.concatenate([held, released]).mean(1))
        yield _resample(wave)


def _resample(wave: Tensor) -> np.ndarray:
    """48 kHz to 16 kHz, peak-normalised; silence stays silent."""
    resampled = torchaudio.functional.resample(wave, RENDER_HZ, RATE_HZ, lowpass_filter_width=64, rolloff=0.95)
    resampled = resampled[:SAMPLES]
    peak = float(resampled.abs().max())
    return (resampled * (PEAK / peak if peak > 1e-4 else 0.0)).numpy()


def _stereo(buffer: memoryview) -> np.ndarray:
    return np.frombuffer(buffer, np.float32).reshape(-1, 2)


def _pictures(sound: np.ndarray) -> np.ndarray:
    """int16 (n, 16000) to uint8 pictures (n, 128, 64)."""
    pictures = picture_of(torch.from_numpy(sound.astype(np.float32) / 32767))
    assert pictures.shape[1:] == (1, BANDS, FRAMES)
    return (pictures[:, 0] * 255).round().byte().numpy()


def _range_of(program: int) -> range:
    low, high = list(FAMILIES.values())[program // 8]
    return range(low, high + 1)


def fetch_soundfont(folder: Path) -> Path:
    """Download the Debian package into ``folder``, unpack it there, and return the checked soundfont."""
    archive = fetch("deb", DEBIAN_PACKAGE, "notes", folder)
    soundfont = unpack_deb(archive, folder / "soundfont") / SOUNDFONT
    check_sha256(soundfont, SOUNDFONT_SHA256)
    return soundfont
