"""Sound made of notes: in tune, held as long as asked, mixed without passing the limit, without clicks at the ends."""

import numpy as np
import pytest

from playground.formats.playback import (
    KNEE,
    PEAK,
    RATE_HZ,
    finish,
    frequency_hz,
    from_samples,
    hold_note,
    join_notes,
    limit,
    mix_notes,
    morph_notes,
    piano_note,
    retune,
    spread_pitches,
    to_samples,
)
from playground.formats.scores import Note


def steady(pitch: int, seconds: float = 1.0, decay: float = 0.0) -> np.ndarray:
    """A tone of three harmonics."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * frequency_hz(pitch) * k * time) / k for k in (1, 2, 3))
    return (0.4 * wave * np.exp(-decay * time)).astype(np.float32)


def loudness(sound: np.ndarray, part_s: float = 0.05) -> np.ndarray:
    size = round(part_s * RATE_HZ)
    return np.sqrt(np.square(sound[: len(sound) // size * size]).reshape(-1, size).mean(1))


@pytest.mark.parametrize("pitch", [36, 60, 81, 96])
def test_a_piano_note_is_in_tune_and_dies_away(pitch):
    note = piano_note(pitch, 2.0)
    spectrum = np.abs(np.fft.rfft(note[:16000]))
    lowest = np.flatnonzero(spectrum > 0.3 * spectrum.max())[0]
    assert lowest == pytest.approx(frequency_hz(pitch), abs=1.5)
    levels = loudness(note)
    assert note[0] == 0 and np.abs(note).max() == pytest.approx(1.0) and levels[-1] < 0.5 * levels[1]


def test_a_held_note_goes_on_in_phase_at_its_own_level():
    levels = loudness(hold_note(steady(57), 57, 3.0))
    assert len(levels) == 60 and levels.min() > 0.97 * levels.max()


def test_a_held_note_that_dies_away_goes_on_dying_away():
    held, true = loudness(hold_note(steady(57, decay=2.0), 57, 2.5)), loudness(steady(57, 2.5, decay=2.0))
    assert np.all(held < 1.3 * true + 0.01) and np.all(held > true / 1.3 - 0.01)


def test_a_short_note_is_left_as_it_was():
    note = steady(60)
    assert hold_note(note, 60, 0.4) is note and retune(note, 0) is note


def test_a_retuned_note_sounds_where_it_should():
    moved = retune(steady(60), 7)
    spectrum = np.abs(np.fft.rfft(moved))
    assert spectrum.argmax() * RATE_HZ / len(moved) == pytest.approx(frequency_hz(67), rel=0.01)


def test_at_most_so_many_pitches_are_chosen_evenly():
    assert spread_pitches([60, 64, 60, 67], 16) == [60, 64, 67]
    assert spread_pitches(list(range(40, 71)), 4) == [40, 50, 60, 70]


def test_the_limiter_leaves_quiet_sound_alone_and_never_passes_its_peak():
    ramp = np.linspace(-5, 5, 1001, dtype=np.float32)
    limited = limit(ramp)
    quiet = np.abs(ramp) <= KNEE
    assert np.array_equal(limited[quiet], ramp[quiet]) and np.abs(limited).max() <= PEAK + 1e-6
    assert np.all(np.diff(limited) >= 0)


def test_a_mix_has_each_note_at_its_time_and_silence_at_both_ends():
    sounds = {60: steady(60), 67: steady(67)}
    mix = mix_notes([Note(0, 4, 60), Note(8, 4, 67)], 0.125, sounds)
    levels = loudness(mix)
    assert levels[2:9].min() > 10 * levels[12:19].max() and levels[22:29].min() > 0.05
    assert mix[0] == 0 and mix[-1] == 0 and len(mix) == round((1.5 + 0.09) * RATE_HZ)


def test_silence_stays_silence():
    assert not finish(np.zeros(100, np.float32)).any() and not len(finish(np.zeros(0, np.float32)))


def test_a_morph_begins_with_the_first_note_and_ends_with_the_last():
    notes = [steady(57) * (1 - share) + share * np.sign(steady(57)) * np.float32(0.3) for share in np.linspace(0, 1, 9)]
    morph = morph_notes(notes, 57)
    assert 2.9 < len(morph) / RATE_HZ < 3.3 and np.abs(morph).max() <= PEAK

    def brightness(part: np.ndarray) -> float:
        spectrum = np.abs(np.fft.rfft(part))
        return float(spectrum[len(spectrum) // 4 :].sum() / spectrum.sum())

    parts = [brightness(part) for part in np.array_split(morph[1600:-1600], 6)]
    assert parts == sorted(parts) and parts[-1] > 3 * parts[0]
    assert len(join_notes(notes)) == 9 * RATE_HZ and len(morph_notes(notes[:1], 57)) == RATE_HZ


def test_notes_that_are_silent_make_no_noise():
    morph = morph_notes([np.zeros(16000, np.float32)] * 3, 60)
    assert np.isfinite(morph).all() and not morph.any()


def test_samples_survive_their_bytes():
    sound = np.array([0.0, 1.0, -1.0, 0.25, 2.0], np.float32)
    assert from_samples(to_samples(sound).tobytes()) == pytest.approx([0, 1, -1, 0.25, 1], abs=1e-4)
