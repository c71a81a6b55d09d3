"""Notes made audible, found again and compared: identities between operations, batch invariance, clear refusals. Tiny models."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from playground.datasets.metric_suite import reference_order
from playground.datasets.notes import build_reference as notes_build_reference
from playground.datasets.notes import reference as notes_reference
from playground.datasets.notes.build import TEST
from playground.datasets.notes.metrics import SUITE as NOTES
from playground.datasets.notes.metrics import NotesMetricSuite, harmonicity
from playground.datasets.notes.reference import enlarge, load_notes_reference, shrink
from playground.errors import BadRequest, PlaygroundError
from playground.models.vae import VAE, VAEConfig
from playground.operations import compare, inverse, notes
from playground.operations.describe import operations_of
from playground.operations.generate import plan_decode, run_decoding
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.tiny import SHAPE
from tests.tiny_notes import made_up_notes, make_model, save_tiny_notes, tone

FRAME, PCM = 128 * 64, 2 * 16000


@pytest.fixture(scope="module")
def vae() -> Any:
    return make_model("audio/notes-vae")


@pytest.fixture(scope="module")
def gan() -> Any:
    return make_model("audio/notes-gan")


def ask_sound(model: Any, *requests: dict) -> list[Any]:
    return notes.run_sound(model, [Item("m", "sound", request) for request in requests])


def parts(reply: Any) -> tuple[dict, np.ndarray, np.ndarray]:
    """Header, frames (n, 128, 64) and sound (n, 16000) of a reply."""
    if isinstance(reply, Exception):
        raise reply
    header, body = unpack(reply)
    count = header["count"]
    frames = np.frombuffer(body[: count * FRAME], np.uint8).reshape(count, 128, 64)
    return header, frames, np.frombuffer(body[count * FRAME :], "<i2").reshape(count, -1)


def test_each_latent_sounds_at_each_pitch_latent_by_latent(vae):
    request = {"latents": [{"seed": 1}, {"seed": 2}], "pitches": [40, 64, 90]}
    header, frames, sound = parts(ask_sound(vae, request)[0])
    assert header == {
        "kind": "sound", "frames": 6, "height": 128, "width": 64, "channels": 1, "count": 6, "pitches": [40, 64, 90] * 2,
        "rate": 16000, "samples": 16000,
    }  # fmt: skip
    assert sound.shape == (6, 16000)
    for i, spec in enumerate(request["latents"]):
        for j, pitch in enumerate(request["pitches"]):
            item = Item("m", "decode", {"latents": [spec], "settings": {"pitch": pitch}})
            reply = run_decoding(vae, [item], plan_decode)[0]
            assert isinstance(reply, bytes)
            decoded = np.frombuffer(unpack(reply)[1], np.uint8).reshape(128, 64)
            assert np.abs(decoded.astype(int) - frames[3 * i + j]).max() <= 1


def test_without_pitches_the_setting_decides(vae):
    alone = parts(ask_sound(vae, {"latents": [{"seed": 3}], "settings": {"pitch": 50}})[0])
    named = parts(ask_sound(vae, {"latents": [{"seed": 3}], "pitches": [50]})[0])
    assert alone[0]["pitches"] == [50] and np.array_equal(alone[2], named[2])


def test_no_sound_is_louder_than_nine_tenths_or_clicks_at_its_ends(gan):
    _, _, sound = parts(ask_sound(gan, {"latents": [{"seed": i} for i in range(4)], "pitches": [30, 60, 72, 96]})[0])
    assert np.abs(sound).max() <= 0.9 * 32767 + 1
    assert not sound[:, 0].any() and not sound[:, -1].any()


def test_a_note_is_the_same_alone_and_among_others_of_any_settings(vae):
    requests = [
        {"latents": [{"seed": 5, "offsets": {"1": 1.5}}], "pitches": [47]},
        {"latents": [{"seed": i} for i in range(5)], "settings": {"temperature": 0.5}},
        {"latents": [{"z": [0.1, -1.0, 2.0, 0.3]}], "pitches": [60, 84]},
    ]
    for alone, among in zip([ask_sound(vae, one)[0] for one in requests], ask_sound(vae, *requests)):
        (_, frames, sound), (_, others, other_sound) = parts(alone), parts(among)
        # Where rounding to 256 levels hides the order of floating-point sums, all bytes are equal.
        assert np.abs(frames.astype(int) - others).max() <= 1
        for own, other, heard, also in zip(frames, others, sound, other_sound):
            if np.array_equal(own, other):
                assert np.abs(heard.astype(int) - also).max() <= 2


def test_a_bad_item_leaves_its_batch_mates_alone(vae):
    good = {"latents": [{"seed": 1}]}
    first, second, third = ask_sound(vae, good, {"latents": [{"z": [1.0]}]}, good)
    assert isinstance(second, BadRequest) and "'z' must be a list of 4 entries" in str(second)
    assert first == third and isinstance(first, bytes)
    assert all(isinstance(reply, BadRequest) for reply in ask_sound(vae, {"latents": []}, {"latents": 7}))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "'latents' must be a list of 1 to 16 entries, got None."),
        ({"latents": [{}] * 17}, "'latents' must be a list of 1 to 16 entries, got 17 entries."),
        ({"latents": [{}] * 5, "pitches": [60] * 4}, "A request may ask for 16 notes, got 5 latents at 4 pitches"),
        ({"latents": [{}], "pitches": [97]}, "'pitches' must be a whole number from 24 to 96, got 97."),
        ({"latents": [{}], "pitches": [60.5]}, "'pitches' must be a whole number from 24 to 96, got 60.5."),
        ({"latents": [{}], "settings": {"pitch": 5}}, "'pitch' must be a whole number from 24 to 96, got 5."),
        ({"latents": [{}], "settings": {"digit": "3"}}, "'digit' is not a setting of this model"),
    ],
)
def test_bad_fields_of_sound_are_refused_in_one_sentence(vae, request_, message):
    (reply,) = ask_sound(vae, request_)
    assert isinstance(reply, BadRequest) and str(reply).startswith(message) and str(reply).endswith(".")


def test_a_model_of_pictures_makes_no_sound():
    model = VAE(VAEConfig(latent=2, width=4, hidden=8, shape=SHAPE)).eval()
    (reply,) = ask_sound(model, {"latents": [{}]})
    assert isinstance(reply, BadRequest) and str(reply) == "This model makes no notes: choose a model of notes."


def test_listening_to_the_frames_of_a_sound_gives_that_sound(vae):
    _, frames, sound = parts(ask_sound(vae, {"latents": [{"seed": 1}, {"seed": 2}], "pitches": [55]})[0])
    header, body = unpack(notes.run_listen(Item("", "listen", {"pitches": [55, 55]}, frames.tobytes())))
    assert header.pop("seconds") > 0
    assert header == {"count": 2, "rate": 16000, "samples": 16000}
    assert np.abs(np.frombuffer(body, "<i2").reshape(2, -1).astype(int) - sound).max() <= 2
    with pytest.raises(BadRequest, match="The body must hold 1 pictures of 128 x 64 bytes"):
        notes.run_listen(Item("", "listen", {"pitches": [55]}, frames.tobytes()))


def recording(pitch: float = 57.0) -> bytes:
    return (tone(pitch) * 30000).astype("<i2").tobytes()


def split_reply(message: bytes) -> tuple[dict, bytes, bytes, bytes]:
    """Header, both frames, both sounds, the rest."""
    header, body = unpack(message)
    body = bytes(body)
    return header, body[: 2 * FRAME], body[2 * FRAME : 2 * FRAME + 2 * PCM], body[2 * FRAME + 2 * PCM :]


def test_encoding_a_recording_gives_its_latent_pitch_errors_and_both_sounds(vae):
    request = {"pcm": True, "settings": {"pitch": 90}}
    header, frames, sound, rest = split_reply(inverse.run_encode(vae, Item("m", "encode", request, recording())))
    assert header["pitch"] == 57 and len(header["z"]) == 4 and header["count"] == 2 and not rest
    assert (header["frames"], header["height"], header["width"], header["rate"]) == (2, 128, 64, 16000)
    assert 0 < header["log_mel_error_db"] <= 80 and header["spectral_convergence"] > 0
    assert header["note"].endswith("Pitch 57 (MIDI) was heard.")
    original, made = np.frombuffer(sound, "<i2").reshape(2, -1)
    played = np.frombuffer(recording(), "<i2")
    assert np.corrcoef(original, played)[0, 1] > 0.98  # faded at the ends, otherwise as it came
    item = Item("m", "sound", {"latents": [{"z": header["z"]}], "pitches": [57]})
    _, again, heard = parts(notes.run_sound(vae, [item])[0])
    assert np.abs(again[0].astype(int) - np.frombuffer(frames[FRAME:], np.uint8).reshape(128, 64)).max() <= 1
    assert np.abs(heard[0].astype(int) - made).max() <= 200  # of 32767: latents are sent with six decimals


def test_a_prepared_note_is_used_as_it_is(vae):
    first, frames, sound, _ = split_reply(inverse.run_encode(vae, Item("m", "encode", {"pcm": True}, recording(62))))
    request = {"prepared": True, "pitch": first["pitch"]}
    second, again, same, _ = split_reply(inverse.run_encode(vae, Item("m", "encode", request, sound[:PCM])))
    assert again == frames and same == sound
    assert {**second, "note": ""} == {**first, "note": ""} and second["note"] == "Used as it is. Its pitch was given."
    with pytest.raises(BadRequest, match="A prepared note has 16000 samples"):
        inverse.run_encode(vae, Item("m", "encode", {"prepared": True}, sound[:100]))


def test_encoding_improves_on_the_encoders_guess(vae):
    request = {"pcm": True, "settings": {"pitch": 57}}
    header, frames, *_ = split_reply(inverse.run_encode(vae, Item("m", "encode", request, recording(57))))
    x = torch.from_numpy(np.frombuffer(frames[:FRAME], np.uint8).copy()).view(1, 1, 128, 64).float() / 255
    labels = torch.tensor([57 - 24])
    guess = vae.encode(x, {"pitch": 57})
    found = torch.tensor(header["z"])[None]

    def worth(z: torch.Tensor) -> float:
        return (vae.net.log_likelihood(z[None], x, labels).sum() - 0.5 * z.square().sum()).item()

    assert worth(found) > worth(guess)


def test_a_given_pitch_overrides_the_one_that_is_heard(vae):
    given = {"pcm": True, "pitch": 70}
    header, *_ = split_reply(inverse.run_encode(vae, Item("m", "encode", given, recording(57))))
    assert header["pitch"] == 70
    with pytest.raises(BadRequest, match="'pitch' must be a whole number from 24 to 96, got 200"):
        inverse.run_encode(vae, Item("m", "encode", {"pcm": True, "pitch": 200}, recording()))


@pytest.mark.parametrize(
    ("wave", "expected", "words"),
    [
        (tone(57.0), 57, "Pitch 57 (MIDI) was heard."),
        (tone(57.3), 57, "Pitch 57 (MIDI) was heard, 30 cents sharp."),
        (tone(100.0), 88, "Pitch 100 (MIDI) was heard, moved 1 octave to where the models play."),
        (np.random.default_rng(0).normal(size=16000), 48, "No clear pitch was heard, so 48 (MIDI) was taken"),
    ],
)
def test_the_pitch_found_lies_where_the_models_play(wave, expected, words):
    pitch, sentence = notes.find_pitch(wave.astype(np.float32), otherwise=48)
    assert pitch == expected
    assert words in sentence or (expected == 88 and "moved 1 octave" in sentence)


def search(model: Any, body: bytes, steps: int, done: int = 0, **more: Any) -> tuple[dict, bytes, bytes]:
    """Header, the target's sound and the state."""
    request = {"steps": steps, "step": done, "seed": 0, **more}
    header, _, sound, state = split_reply(inverse.run_invert(model, Item("m", "invert", request, body)))
    assert header["state_bytes"] == len(state)
    return header, sound[:PCM], state


def test_a_search_in_slices_equals_one_search_and_lowers_the_error(gan):
    first, target, state = search(gan, recording(60), 8, pcm=True)
    second, _, sliced = search(gan, target + state, 8, 8, prepared=True, pitch=first["pitch"])
    whole, _, straight = search(gan, recording(60), 16, pcm=True)
    assert first["pitch"] == 60 and second["step"] == whole["step"] == 16 and len(second["z"]) == 5
    assert np.allclose(np.frombuffer(sliced, np.float32), np.frombuffer(straight, np.float32), atol=1e-4)
    assert second["mse"] < first["mse"]


@pytest.mark.parametrize(
    ("state", "message"), [(b"", "needs 60 state bytes after the upload, got 0"), (b"\xff" * 60, "not finite")]
)
def test_a_broken_search_state_is_refused(gan, state, message):
    with pytest.raises(BadRequest, match=message):
        search(gan, recording()[:PCM] + state, 5, 5, prepared=True, pitch=60)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NotesMetricSuite]:
    """Tiny checkpoints, and a suite built with them on made-up notes."""
    root = tmp_path_factory.mktemp("checkpoints")
    save_tiny_notes(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes_build_reference, "REPEATS", 4)
        path = notes_build_reference.build_reference(made_up_notes(), root, root / "reference.npz")
    return root, NotesMetricSuite(lambda: load_notes_reference(path))


def test_the_features_of_samples_can_be_measured_and_pitches_are_those_of_the_real_notes(made_up, vae):
    _, suite = made_up
    network = make_model("audio/notes-classifier")
    rows, predictions, pitches = b"", [], []
    for start in (0, 32):
        item = Item("m", "features", {"seed": 1, "start": start, "count": 32, "settings": {"pitch": 30}})
        header, body = unpack(compare.run_features(suite, vae, network, item))
        assert (header["features"], header["columns"], header["frames"]) == (64, 68, 32)
        rows += bytes(body[32 * FRAME :])
        predictions += header["predictions"]
        pitches += header["pitches"]
    real = suite.real().rows[reference_order(len(suite.real().rows))[:64]]
    assert pitches == real[:, 64].astype(int).tolist()
    body = rows[: 4 * 68 * 60] + np.array(predictions[:60], np.uint8).tobytes()
    header, _ = unpack(compare.run_measure(suite, Item("m", "measure", {"n": 60}, body)))
    names = {name.removesuffix("-60-notes-classifier") for name in header["metrics"]}
    assert names == set(suite.protocols) - {"ndb"}  # which needs 500 samples
    assert header["title"] == "Instrument family" and len(header["labels"]) == len(header["histogram"]) == 14
    assert all(np.isfinite(one["value"]) and one["label"] for one in header["metrics"].values())


def test_real_notes_are_within_the_bands_of_perfect_samplers(made_up):
    _, suite = made_up
    real = suite.real()
    chosen = np.setdiff1d(np.arange(len(real.rows)), reference_order(len(real.rows))[:60])[:60]
    body = real.rows[chosen].tobytes() + real.labels[chosen].tobytes()
    header, _ = unpack(compare.run_measure(suite, Item("", "measure", {"n": 60}, body)))
    for name in ("coverage", "density", "pairwise"):
        one = header["metrics"][f"{name}-60-notes-classifier"]
        low, high = one["band"]
        assert low - (high - low) - 0.2 <= one["value"] <= high + (high - low) + 0.2, name


def test_different_bins_are_counted_and_pitch_accuracy_is_the_share_of_equal_pitches(made_up):
    _, suite = made_up
    rows = np.repeat(suite.real().rows[:1], 600, axis=0).copy()
    rows[:150, 65] = rows[:150, 64] + 1
    rows[150:, 65] = rows[150:, 64]
    scores = suite.own_scores(rows, rows)
    assert scores["pitch-accuracy"] == 0.75 and scores["ndb"] >= 1
    everywhere = suite.reference.bins
    rows = np.repeat(suite.real().rows, 5, axis=0).copy()
    rows[:, 66] = np.repeat(everywhere, 5)
    assert suite.own_scores(rows, rows)["ndb"] == 0


def test_grain_lowers_the_harmonics_to_noise_of_samples_and_its_time_is_told_apart(made_up, vae):
    _, suite = made_up
    pictures, pitches = torch.from_numpy(NOTES.real().shown[:8]).float()[:, None] / 255, NOTES.reference.shown_pitch[:8]
    grain = 0.25 * torch.rand(pictures.shape, generator=torch.Generator().manual_seed(0))
    clean, grainy = (harmonicity(one.clamp(0, 1), pitches) for one in (pictures, pictures + grain))
    assert np.allclose(clean, NOTES.reference.shown_harmonicity[:8], atol=0.02)  # as kept, in steps of 1/64 dB
    assert clean.shape == (8,) and grainy.mean() < clean.mean() - 3
    network = make_model("audio/notes-classifier")
    header, body = unpack(compare.run_features(suite, vae, network, Item("m", "features", {"seed": 1, "count": 4})))
    assert header["embed_seconds"] > 0 and header["seconds"] > 0
    rows = np.frombuffer(body[4 * FRAME :], np.float32).reshape(4, 68)
    scores = suite.own_scores(rows, rows)
    assert scores["harmonics-to-noise"] == pytest.approx(rows[:, 67].mean()) and -40 <= rows[:, 67].min()


def test_the_nearest_note_of_a_training_note_is_itself_with_its_instrument_and_pitch(made_up):
    _, suite = made_up
    data = made_up_notes()
    rows = np.array([3, 50])
    item = Item("", "nearest", {"count": 2}, data.pictures[rows].tobytes())
    header, body = unpack(compare.run_nearest(suite, item))
    assert header["indices"] == [3, 50] and header["distances"] == [0.0, 0.0]
    assert header["pitches"] == data.pitch[rows].tolist() and header["names"] == ["Honky-tonk Piano", "Synth Strings 1"]
    found = np.frombuffer(body, np.uint8).reshape(2, 128, 64)
    assert np.abs(found.astype(int) - data.pictures[rows]).mean() < 12  # it comes at half resolution


def test_real_notes_are_shown_whole_with_what_the_classifier_hears(made_up):
    _, suite = made_up
    header, body = unpack(compare.run_reference(suite, Item("", "reference", {"count": 5, "seed": 1})))
    assert len(body) == 5 * FRAME + 5 * 4 * 68
    assert all(len(header[name]) == 5 for name in ("predictions", "pitches", "heard", "names"))
    shown = np.frombuffer(body[: 5 * FRAME], np.uint8).reshape(5, 128, 64)
    data = made_up_notes()
    held_out = data.pictures[data.rows(TEST)]
    assert all((one == held_out).all((1, 2)).any() for one in shown)


def test_the_shipped_reference_is_small_and_whole():
    assert notes_reference.PATH.stat().st_size <= 4_000_000
    real = NOTES.real()
    assert real.rows.shape == (3376, 68) and real.shown.shape == (64, 128, 64)
    assert list(real.bands.names) == list(NOTES.protocols) and real.bands.sizes[-1] == NOTES.max_samples
    chosen = np.random.default_rng(0).permutation(len(real.rows))[
        600:1200
    ]  # not those that 600 samples are measured against
    body = real.rows[chosen].tobytes() + real.labels[chosen].tobytes()
    metrics = unpack(compare.run_measure(NOTES, Item("", "measure", {"n": 600}, body)))[0]["metrics"]
    for name, one in metrics.items():
        low, high = one["band"]
        slack = 0.75 * (high - low) + 1e-6  # one draw of ten metrics, each within the band nine times in ten
        assert low - slack <= one["value"] <= high + slack, name


def test_half_resolution_and_back_keeps_a_smooth_picture():
    x = np.add.outer(np.arange(128), np.arange(64)).astype(np.uint8)[None]
    assert np.abs(enlarge(shrink(x)).astype(int) - x).max() <= 4


def test_a_missing_reference_says_how_to_build_it(tmp_path):
    with pytest.raises(PlaygroundError, match="is missing: run 'python -m playground data notes-reference'."):
        load_notes_reference(tmp_path / "notes-reference.npz")


def test_every_program_has_a_name():
    assert len(notes_reference.INSTRUMENTS) == 112 and all(notes_reference.INSTRUMENTS)


def test_the_worker_lists_and_answers_the_notes_operations(made_up):
    root, _ = made_up
    worker = Worker(root=str(root))
    (reply,) = worker.run([Item("", "models", {})])
    assert isinstance(reply, bytes)
    cards = {card["id"]: card for card in unpack(reply)[0]["models"]}
    assert cards.keys() == {"audio/notes-vae", "audio/notes-gan"}  # the classifier makes nothing
    card = cards["audio/notes-vae"]
    assert card["output"]["kind"] == "sound" and (card["output"]["rate"], card["output"]["seconds"]) == (
        16000,
        1.0,
    )
    assert {"sound", "listen", "encode", "sweep", "features"} <= set(card["operations"])
    assert "invert" in cards["audio/notes-gan"]["operations"]
    items = [Item("audio/notes-vae", "sound", {"latents": [{"seed": i}]}) for i in range(3)]
    assert all(isinstance(reply, bytes) for reply in worker.run(items))
    assert worker.batch_cap(items[0]) > 1
    (refusal,) = worker.run([Item("", "measure", {"n": 100, "dataset": "paintings"})])
    assert isinstance(refusal, BadRequest) and "Nothing can be compared with the data set 'paintings'" in str(refusal)


def test_the_operations_of_a_model_follow_its_capabilities(vae, gan):
    assert "encode" in operations_of(vae, "notes") and "encode" not in operations_of(gan, "notes")
    assert "measure" in operations_of(gan, "notes") and "measure" not in operations_of(gan, "elsewhere")
