"""The notes data set: which instruments, how they are split, rendered and labelled. Nothing is fetched."""

import hashlib

import numpy as np
import pytest
import torch

from playground.datasets.notes import build as notes
from playground.datasets.notes.build import FAMILIES, TEST, TRAIN, VALIDATION, Notes
from playground.errors import PlaygroundError


class FakeSynth:
    """Sings a sine at the key that is down, in stereo float32."""

    def __init__(self, samplerate: int, gain: float):
        self.rate, self.key = samplerate, None

    def sfload(self, path: str) -> int:
        return 0

    def program_select(self, channel: int, bank: int, preset_bank: int, program: int) -> None:
        self.program = program

    def noteon(self, channel: int, key: int, velocity: int) -> None:
        self.key = key

    def noteoff(self, channel: int, key: int) -> None:
        assert key == self.key

    def sounds_off(self, channel: int) -> None:
        self.key = None

    def generate(self, samples: int) -> memoryview:
        hertz = 0 if self.key is None or self.program == 43 else 440 * 2 ** ((self.key - 69) / 12)
        wave = 0.1 * np.sin(2 * np.pi * hertz * np.arange(samples) / self.rate)
        return memoryview(np.repeat(wave[:, None], 2, axis=1).astype(np.float32).tobytes())


class FakeModule:
    Synth = FakeSynth


def test_there_are_104_instruments_in_14_families():
    programs = notes.instruments()
    assert len(programs) == 104
    assert {program // 8 for program in programs} == set(range(len(FAMILIES))) == set(range(14))


def test_20_instruments_are_held_out_one_or_two_of_every_family():
    chosen = notes.held_out_instruments()
    assert len(set(chosen)) == 20 and set(chosen) <= set(notes.instruments())
    per_family = np.bincount(np.array(chosen) // 8, minlength=14)
    assert per_family.min() == 1 and per_family.max() == 2
    assert chosen == notes.held_out_instruments()


def test_no_instrument_is_in_two_parts_and_a_tenth_of_the_rest_validates():
    program = np.repeat(np.array(notes.instruments(), np.uint8), 10)
    split = notes.split_of(program)
    assert set(program[split == TEST]) == set(notes.held_out_instruments())
    assert not set(program[split == TRAIN]) & set(notes.held_out_instruments())
    assert (split == VALIDATION).sum() == (split != TEST).sum() // 10


def test_notes_are_rendered_at_their_pitch_and_peak():
    waves = list(notes.render_notes(FakeModule, notes.Path("font.sf2"), [(0, 69), (31, 69), (43, 60)]))
    spectrum = [np.abs(np.fft.rfft(wave)).argmax() for wave in waves]
    assert abs(spectrum[0] - 440) <= 1
    assert abs(spectrum[1] - 110) <= 1  # guitar harmonics: two keys' octaves lower, because they sound so much higher
    assert waves[0].shape == (16000,) and np.abs(waves[0]).max() == pytest.approx(0.95)
    assert not waves[2].any()  # silence is not blown up


def test_labels_carry_pitch_and_family():
    label = notes.label_of(np.array([24, 96], np.uint8), np.array([0, 13], np.uint8))
    assert label.dtype == np.int64 and label.tolist() == [0, 72 + 73 * 13]


def test_training_tensors_are_the_training_part_only():
    data = Notes(
        pictures=np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((1, 128, 64), np.uint8),
        pitch=np.array([30, 40, 50], np.uint8),
        program=np.array([0, 8, 111], np.uint8),
        split=np.array([TRAIN, TEST, TRAIN], np.uint8),
        sound=np.zeros((3, 16000), np.int16),
    )
    inputs, labels = data.training_tensors()
    assert inputs.shape == (2, 1, 128, 64) and inputs.dtype == torch.uint8
    assert inputs[:, 0, 0, 0].tolist() == [0, 2]
    assert (labels % 73).tolist() == [6, 26] and (labels // 73).tolist() == [0, 13]
    assert data.counts() == "3 notes of 3 instruments: 2 train, 0 validation, 1 test (1 instruments)"


def test_another_soundfont_is_refused(tmp_path, monkeypatch):
    font = tmp_path / "soundfont" / notes.SOUNDFONT

    def unpack(archive, folder):
        font.parent.mkdir(parents=True)
        font.write_bytes(b"not the soundfont")
        return folder

    monkeypatch.setattr(notes, "fetch", lambda kind, package, dataset, folder: folder / "x.deb")
    monkeypatch.setattr(notes, "unpack_deb", unpack)
    found = hashlib.sha256(b"not the soundfont").hexdigest()[:12]
    with pytest.raises(PlaygroundError, match=f"not the expected file: its SHA-256 is {found}"):
        notes.fetch_soundfont(tmp_path)
