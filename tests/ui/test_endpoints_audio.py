"""The named endpoints of sound and music, called as another program would: gradio_client, a served page, tiny checkpoints."""

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from playground.formats.midi_files import read_notes
from playground.formats.playback import to_samples
from playground.formats.wav_files import encode_wav
from tests.read_back import read_settings
from tests.server import running_page
from tests.tiny_music import midi_notes, save_tiny_music
from tests.tiny_notes import save_tiny_notes, tone

NOTES, GAN, MELODIES, CHORALES = "audio/notes-vae", "audio/notes-gan", "audio/melodies-vae", "audio/chorales-rbm"
NOTE = base64.b64encode(encode_wav(to_samples(tone(64)), 16000, {})).decode()
TUNE = base64.b64encode(midi_notes((60, 62, 64, 65, 67, 69, 71, 72))).decode()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    root = tmp_path_factory.mktemp("checkpoints")
    save_tiny_notes(root)
    save_tiny_music(root)
    with running_page(root) as page:
        yield Client(page.url, verbose=False)


def content(url: str, kind: str) -> bytes:
    """The file in a data URL."""
    head, _, text = url.partition(",")
    assert head == f"data:{kind};base64"
    return base64.b64decode(text)


def pixels(reply: dict[str, Any]) -> np.ndarray:
    """The strip of a reply."""
    return np.asarray(Image.open(io.BytesIO(content(reply["picture"], "image/png"))))


def samples(url: str) -> np.ndarray:
    """What is heard in a WAV file."""
    with wave.open(io.BytesIO(content(url, "audio/wav"))) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 16000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_a_note_is_a_wav_file_that_carries_what_made_it(client: Client) -> None:
    reply = client.predict(NOTES, [{"seed": 3}], [48, 60], api_name="/sound")
    assert [len(samples(one)) for one in reply["sounds"]] == [16000, 16000] and np.abs(
        samples(reply["sounds"][0])
    ).max()
    made = {"model": NOTES, "operation": "sound", "request": {"latents": [{"seed": 3}], "pitches": [48, 60]}}
    assert read_settings(content(reply["sounds"][1], "audio/wav")) == made
    assert read_settings(content(reply["picture"], "image/png")) == made and pixels(reply).shape == (128, 128)
    heard = client.predict(reply["picture"], [48, 60], api_name="/listen")
    assert np.array_equal(samples(heard["sounds"][1]), samples(reply["sounds"][1]))


def test_a_chorale_is_composed_as_midi_and_sound_and_can_be_scored_and_rendered(client: Client) -> None:
    reply = client.predict(CHORALES, 5, 2, None, 120, api_name="/compose")
    midi = content(reply["midi"], "audio/midi")
    made = {"model": CHORALES, "operation": "compose", "request": {"seed": 5, "bars": 2}}
    assert read_settings(midi) == made | {"tempo_bpm": 120} and pixels(reply).shape == (46, 16)
    assert read_notes(midi)[0][-1].end <= 8
    assert 4 < len(samples(reply["sounds"][0])) / 16000 < 4.5  # two bars at 120 quarters a minute
    rendered = client.predict(CHORALES, reply["picture"], 120, api_name="/render")
    assert np.array_equal(samples(rendered["sounds"][0]), samples(reply["sounds"][0]))
    told = client.predict(CHORALES, reply["picture"], api_name="/score")
    assert told["frames"] == 16 and told["nats_per_frame"] > 0 and told["how"] == "estimate"
    near = client.predict(CHORALES, reply["picture"], 1, api_name="/nearest")
    assert pixels(near).shape == (46, 16) and len(near["distances"]) == 1


def test_a_soprano_from_a_file_or_from_the_list_is_harmonised(client: Client) -> None:
    line = client.predict(CHORALES, TUNE, api_name="/read_midi")["soprano"]
    lines = client.predict(CHORALES, api_name="/soprano_lines")["lines"]
    assert [len(one["soprano"]) for one in lines] == [one["steps"] for one in lines]
    for soprano, bars in ((line, 2), (lines[0]["soprano"][:8], 1)):
        reply = client.predict(CHORALES, 1, bars, soprano, api_name="/compose")
        highest = [76 + 5 - int(row) for row in (pixels(reply) > 0).argmax(0)]
        assert highest == [abs(note) for note in soprano]


def test_a_melody_is_a_midi_file_and_comes_back_from_one(client: Client) -> None:
    reply = client.predict(MELODIES, 3, 0, 2, api_name="/sample")
    assert pixels(reply).shape == (44, 64)
    assert len(read_notes(content(reply["midi"], "audio/midi"))[0]) == int((pixels(reply) == 255).sum())
    found = client.predict(MELODIES, TUNE, api_name="/encode")
    assert len(found["z"]) == 4 and read_notes(content(found["midi"], "audio/midi"))[0][0].pitch == 60
    roll = client.predict(MELODIES, TUNE, api_name="/read_midi")
    assert np.array_equal(pixels(roll), pixels(found)[:, :32])
    assert client.predict(MELODIES, roll["picture"], api_name="/score")["how"] == "bound"


def test_a_sound_file_is_encoded_by_one_model_and_searched_by_another(client: Client) -> None:
    found = client.predict(NOTES, NOTE, api_name="/encode")
    assert found["pitch"] == 64 and len(found["z"]) == 4 and len(found["sounds"]) == 2
    searched = client.predict(GAN, NOTE, 12, api_name="/invert")
    assert searched["step"] == 12 and searched["pitch"] == 64 and "was heard" in searched["note"]
    assert np.array_equal(samples(searched["sounds"][0]), samples(found["sounds"][0]))
    assert client.predict(GAN, NOTE, 12, 0, 60, api_name="/invert")["pitch"] == 60


@pytest.mark.parametrize(("model", "shape"), [(NOTES, (128, 128)), (MELODIES, (44, 64)), (CHORALES, (46, 32))])
def test_the_nearest_training_items_of_every_data_set_are_found(client: Client, model: str, shape: tuple) -> None:
    real = client.predict(model, 2, 1, api_name="/reference")
    near = client.predict(model, real["picture"], 2, api_name="/nearest")
    assert pixels(near).shape == pixels(real).shape == shape and len(near["distances"]) == 2


@pytest.mark.parametrize(
    ("arguments", "name", "words"),
    [
        ((MELODIES, [{}]), "sound", "This model makes no notes"),
        ((NOTES, [{}], [200]), "sound", "'pitches' must be a whole number from 24 to 96, got 200."),
        ((NOTES, 1, 2), "compose", "This model does not compose"),
        ((CHORALES, 1, 99), "compose", "'bars' must be a whole number from 1 to 16, got 99"),
        ((CHORALES, 1, 1, ["C"]), "compose", "soprano must be a list of whole numbers"),
        ((CHORALES, 1, 1, None, 9), "compose", "tempo_bpm must be a number from 30 to 300, got 9"),
        ((MELODIES, "AAAA"), "score", "The picture must be a PNG file"),
        ((MELODIES, 7), "score", "A file must be base64 text, got int"),
        ((MELODIES, TUNE[:20]), "read_midi", "The MIDI file is damaged before its first note"),
        ((NOTES, TUNE), "encode", "not a WAV, FLAC, OGG or MP3 file"),
        ((NOTES, NOTE), "invert", "This model needs no search"),
        ((GAN, NOTE, 0), "invert", "'steps' must be a whole number from 1 to 500, got 0."),
        (("audio/none",), "soprano_lines", "No model is called 'audio/none': choose one of audio/"),
    ],
)
def test_bad_input_is_told_in_one_sentence(client: Client, arguments: tuple, name: str, words: str) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(*arguments, api_name=f"/{name}")
    told = str(caught.value)
    assert words in told and "\n" not in told and "internal error" not in told


def test_a_strip_of_another_size_is_refused(client: Client) -> None:
    real = client.predict(NOTES, 2, 1, api_name="/reference")["picture"]
    with pytest.raises(AppError, match="A strip of 3 pictures has 192 x 128 pixels, got 128 x 128."):
        client.predict(NOTES, real, 3, api_name="/nearest")
    with pytest.raises(AppError, match="A strip of 2 pictures has 64 x 44 pixels, got 128 x 128."):
        client.predict(MELODIES, real, 2, api_name="/nearest")
