"""The export route: files that open, carry their request, and refuse nonsense in one sentence."""

import io
import json
import wave
from typing import Any

import mido
import numpy as np
import pytest
from fake_models import FakeModels
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.errors import BadRequest
from playground.formats.midi_files import read_notes
from playground.formats.point_files import read_points
from playground.serving import Item, pack
from playground.ui.export_routes import export_routes, latents_question
from tests.read_back import read_settings

WALK = {
    "model": "image/digits-vae",
    "operation": "interpolate",
    "request": {"a": {"seed": 1, "index": 0}, "b": {"seed": 2, "index": 0}, "path": "linear", "frames": 8},
}
CORNERS = {
    "model": "image/digits-vae",
    "operation": "corners",
    "request": {"corners": [{"seed": i} for i in range(4)], "path": "linear", "side": 5},
}


def client(models: FakeModels | None = None) -> TestClient:
    return TestClient(Starlette(routes=export_routes((models or FakeModels()).run)))


@pytest.mark.parametrize("kind", ["gif", "png", "npz"])
def test_a_file_carries_the_request_that_made_it(kind: str) -> None:
    answer = client().post("/playground/export", json={"format": kind, **WALK})
    assert answer.status_code == 200
    assert read_settings(answer.content) == WALK
    assert answer.headers["content-disposition"] == f'attachment; filename="digits-vae-interpolate.{kind}"'


def test_a_link_gives_the_same_file_as_a_post() -> None:
    spec = {"format": "png", **WALK}
    linked = client().get("/playground/export", params={"spec": json.dumps(spec)})
    assert linked.content == client().post("/playground/export", json=spec).content


def test_a_strip_is_one_row_and_corners_are_a_square() -> None:
    sizes = []
    for what in (WALK, CORNERS):
        answer = client().post("/playground/export", json={"format": "png", "scale": 2, **what})
        sizes.append(Image.open(io.BytesIO(answer.content)).size)
    assert sizes == [(8 * 56, 56), (5 * 56, 5 * 56)]


def test_an_npz_has_the_latent_of_every_frame() -> None:
    models = FakeModels()
    answer = client(models).post("/playground/export", json={"format": "npz", **WALK})
    with np.load(io.BytesIO(answer.content), allow_pickle=False) as arrays:
        assert arrays["frames"].shape == (8, 28, 28)
        assert arrays["latents"].dtype == np.float32
        assert arrays["latents"].tolist() == [[i, i, i] for i in range(8)]
    assert models.asked[-1][0].request == {"of": "interpolate", "request": WALK["request"]}


def test_an_npz_of_a_chain_has_the_latent_that_it_starts_from() -> None:
    question = latents_question("chain", {"latent": {"seed": 3}, "frames": 9, "settings": {"temperature": 1}})
    assert question == {"of": "decode", "request": {"latents": [{"seed": 3}], "settings": {"temperature": 1}}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "exe"}, "'format' must be one of gif, png, npz, wav, mid, txt, csv, json, got 'exe'"),
        ({"operation": "models"}, "'operation' must be one of"),
        ({"request": [1]}, "'request' must be an object"),
        ({"scale": 0}, "'scale' must be a whole number from 1 to 32, got 0"),
        ({"scale": "big"}, "'scale' must be"),
        ({"format": "gif", "frame_ms": 1}, "'frame_ms' must be a whole number from 20 to 1000"),
        ({"columns": 99}, "'columns' must be"),
        ({"model": 7}, "'model' must be a text"),
    ],
)
def test_bad_specs_are_refused_in_one_sentence(change: dict[str, Any], words: str) -> None:
    answer = client().post("/playground/export", json={"format": "png", **WALK, **change})
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_the_models_own_refusal_is_passed_on() -> None:
    answer = client(FakeModels(fail=[BadRequest("'frames' must be a whole number from 2 to 64, got 99.")])).post(
        "/playground/export", json={"format": "gif", **WALK}
    )
    assert answer.status_code == 400
    assert "'frames' must be" in answer.json()["error"]


@pytest.mark.parametrize("spec", ["", "{", "[]", '{"format": NaN}'])
def test_links_that_are_no_json_object_are_refused(spec: str) -> None:
    assert client().get("/playground/export", params={"spec": spec}).status_code == 400


def test_a_huge_request_is_refused() -> None:
    answer = client().post("/playground/export", json={"format": "png", **WALK, "more": "x" * 70_000})
    assert answer.status_code == 413


def test_a_models_name_cannot_break_the_file_name() -> None:
    answer = client().post("/playground/export", json={"format": "png", **WALK, "model": 'a/b"\r\nx: ../é'})
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="model-interpolate.png"'
        or "\n" not in (answer.headers["content-disposition"])
    )


class FakeSounds:
    """Answers as a notes model and a chorale model do, with made-up content of the right sizes."""

    def __init__(self) -> None:
        self.asked: list[Item] = []

    async def run(self, item: Item, session: str) -> bytes:
        self.asked.append(item)
        return {"compose": compose, "render": render, "listen": listen, "sound": sound}.get(item.operation, walk)(item)


def compose(item: Item) -> bytes:
    """A bar more of one held note."""
    steps = item.request["from"]
    assert len(item.body) == 46 * steps + 2 * 16 * item.request.get("harmonise", False)
    roll = np.zeros((46, steps + 8), np.uint8)
    roll[:, :steps] = np.frombuffer(item.body[: 46 * steps], np.uint8).reshape(46, steps)
    roll[20, steps], roll[20, steps + 1 :] = 255, 153
    header = {"kind": "roll", "frames": 1, "height": 46, "width": steps + 8, "channels": 1}
    return pack(header | {"done": steps + 8 == 8 * item.request["bars"]}, roll.tobytes())


def render(item: Item) -> bytes:
    """Half a second of a ramp."""
    assert len(item.body) % 46 == 0 or len(item.body) % 44 == 0
    return pack({"count": 1, "rate": 16000, "samples": 8000}, np.arange(8000, dtype="<i2").tobytes())


def tone(count: int) -> np.ndarray:
    """Notes of 261.6 Hz."""
    wave = 8000 * np.sin(2 * np.pi * 261.6256 * np.arange(16000) / 16000)
    return np.tile(wave.astype("<i2"), (count, 1))


def listen(item: Item) -> bytes:
    """A tone a frame."""
    count = len(item.request["pitches"])
    assert count <= 16 and len(item.body) == count * 128 * 64
    return pack({"count": count, "rate": 16000, "samples": 16000}, tone(count).tobytes())


def sound(item: Item) -> bytes:
    """Two spectrograms and two tones."""
    header = {"kind": "sound", "frames": 2, "height": 128, "width": 64, "channels": 1, "count": 2}
    header |= {"rate": 16000, "samples": 16000}
    return pack(header, bytes(2 * 128 * 64) + tone(2).tobytes())


def walk(item: Item) -> bytes:
    """Spectrograms, or two-bar melodies of one note each."""
    count = item.request["frames"]
    kind, height, width = ("sound", 128, 64) if "notes" in item.model else ("roll", 44, 32)
    frames = np.zeros((count, height, width), np.uint8)
    frames[:, 10, 0] = 255
    return pack({"kind": kind, "frames": count, "height": height, "width": width, "channels": 1}, frames.tobytes())


def export(spec: dict[str, Any]) -> tuple[bytes, str, FakeSounds]:
    """A file, its name, and what was asked for it."""
    sounds = FakeSounds()
    answer = TestClient(Starlette(routes=export_routes(sounds.run))).post("/playground/export", json=spec)
    assert answer.status_code == 200, answer.text
    return answer.content, answer.headers["content-disposition"].partition('"')[2].strip('"'), sounds


def read_wav(content: bytes) -> np.ndarray:
    """Samples of a WAV file as the standard library reads it."""
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


MORPH = {"model": "audio/notes-vae", "operation": "interpolate", "request": {"a": {}, "b": {}, "frames": 20}}
MELODIES = {"model": "audio/melodies-vae", "operation": "interpolate", "request": {"a": {}, "b": {}, "frames": 3}}


def test_a_walk_between_notes_is_one_morph_without_clicks() -> None:
    content, name, sounds = export({"format": "wav", **MORPH})
    samples = read_wav(content).astype(float) / 32767
    assert name == "notes-vae-morph.wav" and read_settings(content) == MORPH
    assert [len(item.request["pitches"]) for item in sounds.asked[1:]] == [16, 4]
    assert 5.5 < len(samples) / 16000 < 7 and np.abs(samples).max() <= 0.9
    assert samples[0] == 0 and abs(samples[-1]) < 1e-3 and np.abs(np.diff(samples)).max() < 0.2
    inner = np.abs(samples[1600:-1600])
    loud = inner[: len(inner) // 800 * 800].reshape(-1, 800).max(1)
    assert loud.min() > 0.95 * loud.max()  # the harmonics of neighbours meet in phase


def test_notes_of_the_operation_sound_follow_one_another_and_an_npz_keeps_their_samples() -> None:
    spec = {"model": "audio/notes-vae", "operation": "sound", "request": {"latents": [{}, {}]}}
    content, name, _ = export({"format": "wav", **spec})
    assert name == "notes-vae-sound.wav" and len(read_wav(content)) == 32000
    content, _, _ = export({"format": "npz", **spec})
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert arrays["sound"].shape == (2, 16000) and arrays["frames"].shape == (2, 128, 64)


def test_melodies_are_rendered_one_after_the_other_with_tempo_and_instrument() -> None:
    instrument = {"model": "audio/notes-vae", "latent": {"seed": 3}}
    content, name, sounds = export({"format": "wav", "tempo_bpm": 120, "instrument": instrument, **MELODIES})
    rendering = sounds.asked[-1]
    assert name == "melodies-vae-interpolate.wav" and rendering.request == {"tempo_bpm": 120, "instrument": instrument}
    assert len(rendering.body) == 44 * 96
    assert read_settings(content) == {**MELODIES, "tempo_bpm": 120, "instrument": instrument}


def test_a_midi_file_has_the_notes_of_the_rolls_and_another_library_reads_it() -> None:
    content, name, _ = export({"format": "mid", "tempo_bpm": 90, **MELODIES})
    file = mido.MidiFile(file=io.BytesIO(content))
    struck = [one for one in mido.merge_tracks(file.tracks) if one.type == "note_on" and one.velocity]
    assert name == "melodies-vae-interpolate.mid" and [one.note for one in struck] == [81] * 3
    assert read_settings(content) == {**MELODIES, "tempo_bpm": 90}
    content, _, _ = export({"format": "mid", "frame": 1, **MELODIES})
    assert len(read_notes(content)[0]) == 1


def test_a_chorale_is_asked_bar_by_bar_with_its_soprano() -> None:
    line = [70, *[-70] * 15]
    request = {"seed": 3, "bars": 2, "soprano": line}
    spec = {"model": "audio/chorales-rbm", "operation": "compose", "request": request}
    content, name, sounds = export({"format": "mid", **spec})
    assert name == "chorales-rbm-compose.mid" and read_settings(content)["request"] == request
    assert [item.request["from"] for item in sounds.asked] == [0, 8]
    assert np.frombuffer(sounds.asked[1].body[46 * 8 :], "<i2").tolist() == line
    assert [(note.start, note.end) for note in read_notes(content)[0]] == [(0, 4), (4, 8)]


def test_a_shown_roll_is_exported_as_it_is() -> None:
    roll = np.zeros((46, 5), np.uint8)
    roll[12, 2] = 255
    spec = {"format": "mid", "model": "audio/chorales-rbm", "operation": "roll", "request": {"seed": 1}, "height": 46}
    client = TestClient(Starlette(routes=export_routes(FakeSounds().run)))

    def send(width: int) -> Any:
        message = pack({**spec, "width": width}, roll.tobytes())
        return client.post("/playground/export", content=message, headers={"content-type": "application/octet-stream"})

    ((note,), _) = read_notes(send(5).content)
    assert (note.start, note.end, note.pitch) == (1.0, 1.5, 69)
    answer = send(6)
    assert answer.status_code == 400 and "A roll of 46 x 6 has 276 bytes, got 230" in answer.json()["error"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"format": "mid", **MORPH}, "Only music has notes to write down"),
        ({"format": "mid", "tempo_bpm": 1, **MELODIES}, "tempo_bpm must be a number from 30 to 300, got 1"),
        ({"format": "mid", "frame": 3, **MELODIES}, "'frame' must be a whole number from 0 to 2, got 3"),
        ({"format": "wav", **MORPH, "operation": "compose", "request": {"bars": 99}}, "'bars' must be a whole number"),
        ({"format": "wav", **MORPH, "operation": "roll"}, "height must be the rows of a roll, 44 or 46, got None"),
        ({"format": "mid", **MORPH, "operation": "compose", "request": {"soprano": ["C"]}}, "soprano must be a list"),
        ({"format": "wav", **MORPH, "request": {"frames": 65}}, "A file holds at most 64 notes, got 65"),
    ],
)
def test_sound_files_of_what_cannot_be_heard_are_refused(spec: dict[str, Any], words: str) -> None:
    answer = TestClient(Starlette(routes=export_routes(FakeSounds().run))).post("/playground/export", json=spec)
    assert answer.status_code == 400 and words in answer.json()["error"]


def test_pictures_have_no_sound() -> None:
    answer = client().post("/playground/export", json={"format": "wav", **WALK})
    assert answer.status_code == 400 and "These pictures cannot be heard" in answer.json()["error"]


@pytest.mark.parametrize(
    ("kind", "shape", "channels"), [("image", (2, 20, 24, 3), 3), ("points", (2, 2), 1), ("text", (2,), 1)]
)
def test_colours_points_and_texts_are_exported_by_what_they_are(
    kind: str, shape: tuple[int, ...], channels: int
) -> None:
    """Not by their height: colours as colours, points as numbers and a scatter, texts as texts."""
    made = np.arange(np.prod(shape)).reshape(shape) % 256
    height, width = (20, 24) if kind == "image" else (1, 2)
    header = {"kind": kind, "frames": 2, "height": height, "width": width, "channels": channels}
    body = {"image": made.astype(np.uint8).tobytes(), "points": made.astype("<f4").tobytes(), "text": b""}[kind]
    texts = {"texts": ["one", "two \u00fc"]} if kind == "text" else {}

    async def run(item: Item, session: str) -> bytes:
        if item.operation == "latents":
            return pack({"count": 2, "size": 1}, np.zeros(2, np.float32).tobytes())
        return pack(header | texts, body)

    def file(name: str) -> Any:
        spec = {"format": name, "model": "m", "operation": "sample", "request": {"count": 2}, "scale": 2}
        return TestClient(Starlette(routes=export_routes(run))).post("/playground/export", json=spec)

    with np.load(io.BytesIO(file("npz").content), allow_pickle=False) as arrays:
        assert arrays["texts"].tolist() == texts["texts"] if texts else np.array_equal(arrays["frames"], made)
    if kind == "text":
        assert file("txt").text.startswith("one\ntwo \u00fc\n\n---\n") and '"count":2' in file("txt").text
        assert (
            file("png").status_code == 400
            and "What is text is exported as txt, npz, got 'png'" in file("png").json()["error"]
        )
        return
    picture = np.asarray(Image.open(io.BytesIO(file("png").content)).convert("RGB"))
    assert read_settings(file("png").content)["request"] == {"count": 2}
    if kind == "image":
        assert np.array_equal(picture[::2, ::2], np.concatenate(list(made), axis=1))
        assert file("gif").status_code == 200
        assert "What is image is exported as gif, png, npz, wav, mid, got 'csv'" in file("csv").json()["error"]
    else:
        assert picture.std() > 1 and file("gif").status_code == 400
        assert json.loads(file("json").content)["points"] == made.tolist()
        comment, names, *rows = file("csv").text.splitlines()
        assert comment.startswith("# ") and '"count":2' in comment and names == "x,y" and rows == ["0,1", "2,3"]
        assert np.array_equal(read_points(file("csv").content, 2), made)
