"""The verbs of long work, without a server: files that carry what made them, progress, one line on bad input."""

import json
import wave
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.checkpoint import default_root
from playground.formats.midi_files import read_notes
from playground.formats.playback import to_samples
from playground.formats.wav_files import encode_wav
from tests.read_back import read_settings
from tests.tiny_music import save_tiny_music
from tests.tiny_notes import save_tiny_notes, tone
from tests.tiny_text import save_tiny_text

CHORALES, GAN, VAE = "audio/chorales-transformer", "audio/notes-gan", "audio/notes-vae"
WRITER, NAMES = "text/shakespeare-transformer", "text/names-rbm"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    save_tiny_music(root)
    save_tiny_notes(root)
    (root / "note.wav").write_bytes(encode_wav(to_samples(tone(64)), 16000, {}))
    return save_tiny_text(root)


def run(root: Path, *arguments: Any) -> int:
    return main(["--checkpoints", str(root), *map(str, arguments)])


def test_a_text_is_written_and_is_the_same_again(root: Path, capsys: pytest.CaptureFixture) -> None:
    asked = ("write", WRITER, "hello", "--tokens", 12, "--seed", 3, "--set", "temperature=1.0")
    assert run(root, *asked) == 0
    text = capsys.readouterr().out
    assert run(root, *asked, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["text"] + "\n" == text and len(told["tokens"]) <= 12 and told["why"] in ("stop", "length")


def test_a_chorale_is_a_midi_file_a_sound_and_a_picture(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert run(root, "compose", CHORALES, "--bars", 2, "--seed", 5, "--out", tmp_path / "new" / "piece", "--json") == 0
    captured = capsys.readouterr()
    folder = tmp_path / "new" / "piece"
    made = {"model": CHORALES, "operation": "compose", "request": {"seed": 5, "bars": 2, "settings": {}}}
    assert json.loads(captured.out).items() >= made.items()
    for name in ("piece.mid", "piece.wav"):
        assert read_settings((folder / name).read_bytes()) == made | {"tempo_bpm": 84}
    assert read_settings((folder / "piece.png").read_bytes()) == made
    assert read_notes((folder / "piece.mid").read_bytes())[0][-1].end <= 8
    assert "100% Bar 2 of 2" in captured.err and captured.err.count("\n") == 2


def test_a_sound_is_searched_for_or_encoded(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert run(root, "invert", GAN, root / "note.wav", "--steps", 12, "--out", tmp_path / "gan") == 0
    found = json.loads((tmp_path / "gan" / "found.json").read_text())
    assert found["operation"] == "invert" and found["step"] == 12 and found["pitch"] == 64 and found["z"]
    assert "100% Step 12 of 12" in capsys.readouterr().err
    for number in (1, 2):  # what was looked for, and what was found
        with wave.open(str(tmp_path / "gan" / f"found-{number}.wav")) as file:
            assert file.getnframes() == 16000
    assert run(root, "invert", VAE, root / "note.wav", "--pitch", 60, "--out", tmp_path / "vae") == 0
    encoded = json.loads((tmp_path / "vae" / "found.json").read_text())
    assert encoded["operation"] == "encode" and encoded["pitch"] == 60
    assert read_settings((tmp_path / "vae" / "found.png").read_bytes())["request"]["pitch"] == 60


def test_texts_are_compared_with_numbers_figures_and_samples(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert run(root, "compare", NAMES, "--samples", 100, "--out", tmp_path) == 0
    numbers = json.loads((tmp_path / "numbers.json").read_text())
    assert numbers["request"]["n"] == 100 and [model["id"] for model in numbers["models"]] == [NAMES]
    assert all(measure["band"] and measure["standing"] for measure in numbers["models"][0]["measures"])
    assert (tmp_path / "samples-real.txt").read_text().splitlines() == numbers["real"]["samples"]
    assert numbers["verdict"] in capsys.readouterr().out
    assert read_settings((tmp_path / "metrics.png").read_bytes()) == numbers["request"]
    assert len((tmp_path / "samples-text-names-rbm.txt").read_text().splitlines()) == 20
    assert (tmp_path / "nearest-real.txt").exists()


@pytest.mark.slow
def test_digits_are_compared_with_strips_that_carry_what_made_them(tmp_path: Path) -> None:
    models = ("image/digits-vae", "image/digits-gan")
    assert run(default_root(), "compare", *models, "--samples", 100, "--theme", "dark", "--out", tmp_path) == 0
    settings = read_settings((tmp_path / "samples-image-digits-gan.png").read_bytes())
    assert settings["seed"] == 7 and settings["models"] == list(models)
    assert settings["shown"] == "samples of image/digits-gan" and (tmp_path / "samples-real.png").exists()
    assert "samples" not in json.loads((tmp_path / "numbers.json").read_text())["real"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", NAMES, NAMES, "--out", "x"], "Each model can be compared once"),
        (["compare", "image/none", NAMES, "--out", "x"], "No model is called 'image/none': choose among "),
        (["compare", NAMES, "--samples", "5", "--out", "x"], "'n' must be a whole number from 100 to 800, got 5"),
        (["compose", CHORALES, "--bars", "99", "--out", "x"], "'bars' must be a whole number from 1 to 16, got 99"),
        (["compose", WRITER, "--out", "x"], "This model does not compose"),
        (["compose", CHORALES, "--set", "temperature=hot", "--out", "x"], "'temperature' must be a number"),
        (["compose", CHORALES, "--set", "temperature", "--out", "x"], "--set needs NAME=VALUE, got 'temperature'."),
        (["compose", CHORALES, "--out", "file"], "--out must be a folder that can be made, and file is none"),
        (["compose", CHORALES, "--tempo", "1", "--out", "x"], "tempo_bpm must be a number from 30 to 300, got 1"),
        (["invert", GAN, "nowhere.wav", "--out", "x"], "nowhere.wav cannot be read (No such file or directory)"),
        (["invert", GAN, "file", "--out", "x"], "not a WAV, FLAC, OGG or MP3 file"),
        (["invert", GAN, "file", "--steps", "0", "--out", "x"], "'steps' must be a whole number from 1 to 500, got 0."),
        (["invert", "image/none", "file", "--out", "x"], "No model is called 'image/none'"),
        (["write", CHORALES, "hello"], "This model writes no text token by token"),
        (["write", WRITER, "hello", "--tokens", "0"], "'max_tokens' must be a whole number from 1 to"),
    ],
)
def test_bad_input_exits_with_2_and_one_line(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"no sound")
    assert run(root, *arguments) == 2
    error = capsys.readouterr().err.strip()
    assert words in error and "\n" not in error and "Traceback" not in error
