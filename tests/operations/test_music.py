"""Music: bar by bar equals at once, a soprano is kept, rolls are scored and rendered safely, nonsense is refused."""

import numpy as np
import pytest
import torch

from playground.errors import BadRequest, TooLarge
from playground.formats.rolls import MELODY_GRID, rolls_of
from playground.operations import kinds, midi, music, music_score, render
from playground.operations.worker import Worker
from playground.protocol.fields import settings_of
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny_music import MODELS, make_music_model, midi_notes, save_tiny_music
from tests.tiny_notes import make_model

CHORALE_MODELS = ("audio/chorales-rbm", "audio/chorales-transformer")
RBM, MELODIES = "audio/chorales-rbm", "audio/melodies-vae"
models = {name: make_music_model(name) for name in MODELS}
SOPRANO = [70, -70, 72, 0, 0, 67, -67, -67] * 2


def ask(run, model, request, body=b"", *more):
    with torch.inference_mode():
        header, content = unpack(run(models.get(model, model), Item("m", "op", request, body), *more))
    return header, bytes(content)


def line(notes) -> bytes:
    return np.array(notes, "<i2").tobytes()


def compose(model: str, bars: int, soprano=None, **request) -> np.ndarray:
    """A piece as the page asks for it."""
    roll, header = b"", {}
    for bar in range(bars):
        body = roll + (line(soprano) if soprano else b"")
        wish = {"seed": 5, "bars": bars, "from": 8 * bar, "harmonise": bool(soprano), **request}
        header, roll = ask(music.run_compose, model, wish, body)
        assert header["width"] == 8 * (bar + 1) and header["done"] == (bar == bars - 1)
    return np.frombuffer(roll, np.uint8).reshape(46, header["width"])


@pytest.mark.parametrize("model", CHORALE_MODELS)
@pytest.mark.parametrize("soprano", [None, SOPRANO])
def test_a_piece_made_bar_by_bar_equals_the_piece_made_at_once(model, soprano):
    at_once = models[model].compose(torch.zeros(46, 0), soprano, 16, 5, settings_of(models[model], {}))
    assert np.array_equal(compose(model, 2, soprano), (at_once * 255).round().numpy())


@pytest.mark.parametrize("model", CHORALE_MODELS)
def test_a_harmonised_soprano_is_the_highest_line_and_kept_note_for_note(model):
    roll = compose(model, 2, SOPRANO)
    for step, note in enumerate(SOPRANO):
        rows = np.flatnonzero(roll[:, step])
        if note:
            assert rows[0] == 81 - abs(note) and roll[rows[0], step] == (255 if note > 0 else 153)
        else:
            assert not len(rows) or rows[0] > 81 - 72  # the others stay below the last note


def test_seed_and_key_decide_the_piece_and_the_header_names_the_key():
    assert not np.array_equal(compose(RBM, 1), compose(RBM, 1, seed=6))
    header, _ = ask(music.run_compose, RBM, {"bars": 1, "settings": {"key": "E♭"}})
    assert header["key"] == "E♭"
    header, _ = ask(music.run_compose, RBM, {"bars": 1, "harmonise": True}, line([60, 62, 64, 65, 67, 69, 71, 72]))
    assert header["key"] == "C"


@pytest.mark.parametrize(
    ("request_", "body", "message"),
    [
        ({"bars": 17}, b"", "'bars' must be a whole number from 1 to 16, got 17."),
        ({"bars": 2, "from": 16}, b"", "'from' must be whole bars of 8 steps before the end of 2 bars, got 16"),
        ({"bars": 2, "from": 3}, b"", "'from' must be whole bars"),
        ({"bars": 2, "from": 8}, b"abc", r"The roll so far must have 46 rows of 8 steps \(368 bytes\), got 3."),
        ({"bars": 2}, bytes(5), "The roll so far must have 46 rows of 0 steps"),
        ({"harmonise": True}, b"", "Harmonising needs a soprano"),
        ({"harmonise": True}, bytes(3), "Harmonising needs a soprano"),
        ({"harmonise": True}, line([60] * 7), "A soprano has whole bars of 8 steps, at most 8 .* got 7 steps"),
        ({"harmonise": True, "bars": 1}, line([60] * 16), "at most 1 of them as asked for, got 16 steps"),
        ({"harmonise": True}, line([0] * 8), "The soprano is silent throughout"),
        (
            {"harmonise": True},
            line([60, 0, 90, 0, 0, 0, 0, 0]),
            r"sings from MIDI 57 \(A3\) to 81 \(A5\), got 90 at step 2",
        ),
        ({"harmonise": True}, line([60, -62, 0, 0, 0, 0, 0, 0]), "Step 1 of the soprano holds 62 on"),
        ({"harmonise": True}, line([-60, -60, 0, 0, 0, 0, 0, 0]), "Step 0 of the soprano holds 60 on"),
        ({"settings": {"key": "H"}}, b"", "'key' must be one of any, C, "),
    ],
)
def test_bad_compositions_are_refused_in_one_sentence(request_, body, message):
    with pytest.raises(BadRequest, match=message):
        ask(music.run_compose, RBM, request_, body)


def test_a_chain_starts_where_it_is_told_and_holds_its_soprano():
    roll = compose(RBM, 1).tobytes()
    request = {"seed": 1, "bars": 1, "frames": 4, "every": 2, "start": True, "harmonise": True}
    header, body = ask(kinds.run_chain, RBM, request, roll + line(SOPRANO[:8]))
    frames = np.frombuffer(body, np.uint8).reshape(4, 46, 8)
    assert (header["frames"], header["width"], header["every"]) == (4, 8, 2)
    assert frames[0].tobytes() == roll
    for frame in frames[1:]:
        tops = [np.flatnonzero(frame[:, step])[0] for step in (0, 1, 2, 5, 6, 7)]
        assert tops == [81 - abs(SOPRANO[step]) for step in (0, 1, 2, 5, 6, 7)]


def test_a_chain_from_noise_depends_on_its_seed_alone():
    one, again, other = (ask(kinds.run_chain, RBM, {"seed": seed, "frames": 3})[1] for seed in (1, 1, 2))
    assert one == again != other
    with pytest.raises(BadRequest, match="A chain over 2 bars starts from 736 roll bytes, got 5 bytes"):
        ask(kinds.run_chain, RBM, {"start": True}, bytes(5))
    with pytest.raises(BadRequest, match="writes its notes one by one and has no chain"):
        ask(kinds.run_chain, "audio/chorales-transformer", {})


@pytest.mark.parametrize(("model", "how"), [(RBM, "estimate"), ("audio/chorales-transformer", "exact")])
def test_a_score_is_the_mean_of_its_frames(model, how):
    roll = compose("audio/chorales-transformer", 1)
    header, _ = ask(music_score.run_score, model, {}, roll.tobytes())
    assert header["how"] == how and header["frames"] == len(header["nats"]) == 8
    assert header["nats_per_frame"] == pytest.approx(np.mean(header["nats"]), abs=2e-3)


def test_notes_held_on_from_nothing_are_scored_as_struck():
    held, struck = (np.zeros((46, 8), np.uint8) for _ in range(2))
    held[20, 3:5], struck[20, 3], struck[20, 4] = 153, 255, 153
    model = "audio/chorales-transformer"
    assert ask(music_score.run_score, model, {}, held.tobytes()) == ask(
        music_score.run_score, model, {}, struck.tobytes()
    )


def test_a_melody_is_scored_by_a_bound_and_only_as_a_whole():
    header, _ = ask(music_score.run_score, MELODIES, {}, bytes(44 * 32))
    assert header["how"] == "bound" and header["nats"] == [] and header["nats_per_frame"] > 0
    with pytest.raises(BadRequest, match="A roll to score has 32 steps, got 31"):
        ask(music_score.run_score, MELODIES, {}, bytes(44 * 31))
    with pytest.raises(BadRequest, match="A roll has 44 rows of equal length, got 45 bytes"):
        ask(music_score.run_score, MELODIES, {}, bytes(45))


def melody_roll(pitches=(60, 64, 67, 72)) -> bytes:
    """One note a quarter."""
    notes = np.zeros((1, 32, 1), np.int8)
    for i, pitch in enumerate(pitches):
        notes[0, 4 * i, 0], notes[0, 4 * i + 1 : 4 * i + 4, 0] = pitch, -pitch
    return rolls_of(notes, MELODY_GRID).tobytes()


def no_instrument(name: str):
    raise AssertionError("nothing is to be loaded")


def play(request: dict, roll: bytes, load=no_instrument, model=MELODIES) -> tuple[dict, np.ndarray]:
    header, body = ask(render.run_render, model, request, roll, load)
    assert header["samples"] == len(body) // 2 and header["rate"] == 16000
    return header, np.frombuffer(body, "<i2") / 32767


def loudest_hz(wave: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(spectrum.argmax() * 16000 / len(wave))


def test_a_rendered_melody_has_its_pitches_at_its_tempo_without_clicks():
    header, sound = play({"tempo_bpm": 120}, melody_roll())
    assert header["notes"] == 4 and header["seconds"] == pytest.approx(2.09, abs=0.01)
    for i, pitch in enumerate((60, 64, 67, 72)):
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        assert loudest_hz(sound[8000 * i + 800 : 8000 * i + 7200]) == pytest.approx(hertz, rel=0.01)
    assert sound[0] == 0 and sound[-1] == 0 and 0.3 < np.abs(sound).max() <= 0.9


def test_a_full_chord_is_limited_and_repeats_of_a_note_are_heard_as_such():
    roll = np.full((46, 16), 153, np.uint8)
    roll[:, ::2] = 255
    _, sound = play({"tempo_bpm": 60}, roll.tobytes(), model=RBM)
    assert np.abs(sound).max() <= 0.9 and np.isfinite(sound).all()


def test_a_notes_model_plays_at_its_pitch_held_notes_longer_than_recorded():
    timbre = make_model("audio/notes-vae")
    roll = np.zeros((46, 16), np.uint8)
    roll[12, 0], roll[12, 1:] = 255, 153  # A4 for eight quarters
    instrument = {"model": "audio/notes-vae", "latent": {"seed": 1}}
    header, sound = play({"tempo_bpm": 120, "instrument": instrument}, roll.tobytes(), lambda name: timbre, RBM)
    assert header["seconds"] == pytest.approx(4.09, abs=0.02) and np.abs(sound).max() <= 0.9
    assert np.abs(sound[16000 * 3 : 16000 * 4]).max() > 0.05  # still sounding after three seconds


def test_more_than_sixteen_pitches_are_played_by_sixteen_recorded_ones():
    chosen = render.spread_pitches(list(range(40, 80)), render.RECORDED_PITCHES)
    assert len(chosen) == 16 and chosen[0] == 40 and chosen[-1] == 79
    assert max(min(abs(pitch - one) for one in chosen) for pitch in range(40, 80)) <= 2


@pytest.mark.parametrize(
    ("request_", "roll", "kind", "message"),
    [
        ({}, bytes(44 * 32), BadRequest, "The roll is silent"),
        ({}, b"", BadRequest, "The roll is silent"),
        ({}, bytes(43), BadRequest, "A roll has 44 rows of equal length, got 43 bytes"),
        ({"tempo_bpm": 1}, bytes(44), BadRequest, "'tempo_bpm' must be a number from 30 to 300, got 1."),
        ({"tempo_bpm": 30}, bytes([255]) * 44 * 400, TooLarge, "A piece may last 120 s, this one would last 200 s"),
        ({"tempo_bpm": 300}, bytes([255]) * 44 * 1000, TooLarge, "A piece may have 10,000 notes, this one has 44,000"),
        ({"instrument": 3}, bytes([255]) * 44, BadRequest, "'instrument' must be null or an object"),
        ({"instrument": {}}, bytes([255]) * 44, BadRequest, "An instrument needs the id of its notes model"),
        ({"instrument": {"model": "audio/melodies-vae"}}, bytes([255]) * 44, BadRequest, "This model makes no notes"),
    ],
)
def test_bad_renderings_are_refused_in_one_sentence(request_, roll, kind, message):
    with pytest.raises(kind, match=message):
        play(request_, roll, lambda name: models[name])


def test_a_midi_file_becomes_a_melody_that_can_be_encoded():
    header, roll = ask(midi.run_read_midi, MELODIES, {}, midi_notes((60, 62, 64, 65, 67, 69, 71, 72)))
    assert (header["notes"], header["bars"], header["transposed"]) == (8, 2, 0)
    assert header["note"] == "The highest line of 8 notes from bar 1 on, in sixteenths of 4/4."
    assert roll == melody_roll((60, 62, 64, 65, 67, 69, 71, 72))
    worker_reply = ask(music_score.run_score, MELODIES, {}, roll)
    assert worker_reply[0]["frames"] == 32


def test_a_midi_file_becomes_a_soprano_in_whole_bars_moved_by_octaves():
    header, body = ask(midi.run_read_midi, RBM, {}, midi_notes((36, 38, 40, 41, 43)))
    soprano = np.frombuffer(body, "<i2")
    assert header["steps"] == len(soprano) == 16 and header["transposed"] == 24
    assert soprano[:4].tolist() == [60, -60, 62, -62] and soprano[8:11].tolist() == [67, -67, 0]
    assert "moved up 2 octaves" in header["note"]
    ask(music.run_compose, RBM, {"bars": 2, "harmonise": True}, body)


def test_soprano_lines_are_whole_bars_that_can_be_sung():
    header, body = ask(music.run_soprano_lines, RBM, {})
    start = 0
    for one in header["lines"]:
        part = np.frombuffer(body, "<i2", count=one["steps"], offset=2 * start)
        assert one["steps"] % 8 == 0 and music.check_soprano(part.tolist())
        start += one["steps"]
    assert len(header["lines"]) >= 30 and 2 * start == len(body)


def test_the_worker_answers_all_of_it_and_a_card_tells_how_to_read_its_rolls(tmp_path):
    save_tiny_music(tmp_path)
    worker = Worker(root=str(tmp_path))

    def run(model: str, operation: str, request: dict, body: bytes = b"") -> tuple[dict, bytes]:
        (reply,) = worker.run([Item(model, operation, request, body)])
        assert isinstance(reply, bytes), reply
        header, content = unpack(reply)
        return header, bytes(content)

    cards = {card["id"]: card for card in run("", "models", {})[0]["models"]}
    assert {"compose", "chain", "score", "render", "soprano_lines", "read_midi"} <= set(cards[RBM]["operations"])
    assert cards[MELODIES]["output"]["highest"] == 91 and cards[RBM]["output"]["steps_per_quarter"] == 2
    _, roll = run(RBM, "compose", {"bars": 1})
    run(RBM, "score", {}, roll)
    run(RBM, "render", {}, roll)
    header, _ = run(MELODIES, "encode", {}, midi_notes((60, 64, 67, 72)))
    assert len(header["z"]) == 4 and 0 <= header["steps_kept"] <= 1
    header, body = run(MELODIES, "encode", {"raw": True}, melody_roll())
    assert body[: 44 * 32] == melody_roll() and header["note"] == "Used as written."
