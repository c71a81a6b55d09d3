"""Parallels and leaps, in pieces written by hand."""

import numpy as np
import pytest

from playground.metrics.voice_leading import shuffled_frames, voice_leading


def notes(*frames: list[int]) -> np.ndarray:
    return np.array(frames, np.int8)


def test_a_fifth_moved_as_it_stands_is_one_parallel_fifth():
    # Soprano and bass are an octave and a fifth apart; alto and tenor stay.
    found = voice_leading([notes([79, 69, 65, 60], [81, 69, 65, 62])])
    assert (found.similar_motions, found.parallel_fifths, found.parallel_octaves) == (1, 1, 0)
    assert found.fifths_per_100 == 100 and found.octaves_per_100 == 0


def test_an_octave_moved_as_it_stands_is_one_parallel_octave_whether_struck_or_held():
    found = voice_leading([notes([72, 67, -64, 60], [-74, -67, -64, 62])])
    assert (found.similar_motions, found.parallel_fifths, found.parallel_octaves) == (1, 0, 1)


def test_four_voices_that_slide_make_every_pair_similar():
    # C major in root position, up a tone: soprano and bass an octave, tenor-bass and soprano-alto neither, alto-bass a fifth.
    found = voice_leading([notes([72, 67, 64, 60], [74, 69, 66, 62])])
    assert (found.similar_motions, found.parallel_fifths, found.parallel_octaves) == (6, 1, 1)


def test_contrary_oblique_and_hidden_motion_are_no_parallels():
    contrary = notes([79, 69, 65, 60], [72, 69, 65, 65])  # a fifth to a fifth, against each other
    oblique = notes([79, 69, 65, 60], [79, 69, 65, 55])
    hidden = notes([76, 69, 65, 60], [81, 69, 65, 62])  # from another interval to a fifth
    assert [voice_leading([piece]).similar_motions for piece in (contrary, oblique, hidden)] == [0, 0, 1]
    assert not any(voice_leading([piece]).parallel_fifths for piece in (contrary, oblique, hidden))


def test_a_leap_is_more_than_a_fifth_and_a_held_note_is_no_step():
    found = voice_leading([notes([72, 67, 64, 48], [72, 67, 64, 55], [72, 67, 64, 47])])
    assert (found.steps, found.leaps, found.leap_share) == (2, 1, 0.5)


def test_frames_with_another_number_of_notes_are_not_compared_and_pieces_do_not_run_into_each_other():
    gap = notes([79, 69, 65, 60], [81, 69, 65, 0], [83, 69, 65, 64])
    assert voice_leading([gap]).steps == 0
    three = notes([79, 69, 60, 0], [81, 69, 62, 0])  # a fifth between the voices that there are
    assert (voice_leading([three]).similar_motions, voice_leading([three]).parallel_fifths) == (1, 1)
    assert voice_leading([np.pad(three, ((0, 0), (0, 3)))]) == voice_leading([three])
    ends = [notes([79, 69, 65, 60]), notes([81, 69, 65, 62])]
    assert voice_leading(ends).similar_motions == 0 and voice_leading([]).leap_share == 0


def test_counts_of_pieces_add_up_and_shuffling_keeps_frames():
    one, other = notes([79, 69, 65, 60], [81, 69, 65, 62]), notes([72, 67, 64, 60], [74, 69, 66, 62])
    both = voice_leading([one, other])
    assert both.similar_motions == 7 and both.parallel_fifths == 2
    (mixed,) = shuffled_frames([one], np.random.default_rng(0))
    assert sorted(map(tuple, mixed)) == sorted(map(tuple, one))


def test_notes_out_of_order_are_refused():
    with pytest.raises(ValueError, match="from the highest to the lowest"):
        voice_leading([notes([60, 72, 65, 62])])
