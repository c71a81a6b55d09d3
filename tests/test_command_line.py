"""The command line: stable output, exit status 2 and one clear line on bad input."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from playground.__main__ import build_parser, main, root_of
from playground.checkpoint import default_root, find_checkpoints
from playground.datasets import recipes
from playground.formats.midi_files import read_notes
from playground.formats.rolls import count_notes
from tests.read_back import read_settings
from tests.tiny_music import save_tiny_music
from tests.tiny_notes import save_tiny_notes

MODELS = [checkpoint.id for checkpoint in find_checkpoints(default_root())]


def test_models_lists_every_shipped_checkpoint_as_healthy_with_metrics_and_floors(capsys):
    assert main(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == MODELS
    for row in rows:
        assert row["problems"] == [] and row["parameters"] > 0 and row["metrics"], row["id"]
        for name, metric in row["metrics"].items():
            assert {"value", "floor", "unit", "better"} <= metric.keys(), name
            assert metric["better"] in ("lower", "higher")
            assert metric["floor"] is not None or "baseline" in metric or name == "accuracy-test10k", name


def test_sample_writes_pictures_and_arrays_that_repeat_with_their_seed(tmp_path, capsys):
    for folder in ("a", "b"):
        assert main(["sample", "image/digits-vae", "--n", "5", "--seed", "3", "--out", str(tmp_path / folder)]) == 0
    a, b = (np.load(tmp_path / folder / "samples.npz", allow_pickle=False) for folder in ("a", "b"))
    assert a["pictures"].shape == (5, 28, 28) and np.array_equal(a["pictures"], b["pictures"])
    assert json.loads(str(a["request"]))["seed"] == 3
    assert len(list((tmp_path / "a").glob("sample-*.png"))) == 5 and (tmp_path / "a" / "grid.png").exists()


def sample_tiny(folder: Path, *arguments: str) -> Path:
    """What ``sample`` writes of tiny audio checkpoints."""
    save_tiny_notes(folder / "checkpoints")
    save_tiny_music(folder / "checkpoints")
    assert main(["--checkpoints", str(folder / "checkpoints"), "sample", *arguments, "--out", str(folder)]) == 0
    return folder


def test_samples_of_notes_are_wav_files_that_carry_what_made_them(tmp_path):
    folder = sample_tiny(tmp_path, "audio/notes-vae", "--n", "3", "--seed", "9", "--set", "pitch=50")
    assert len(list(folder.glob("sample-*.wav"))) == len(list(folder.glob("sample-*.png"))) == 3
    with wave.open(str(folder / "sample-001.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (16000, 16000)
    settings = read_settings((folder / "sample-001.wav").read_bytes())
    assert settings == read_settings((folder / "sample-001.png").read_bytes())
    assert settings["model"] == "audio/notes-vae" and settings["operation"] == "sample"
    assert settings["request"].items() >= {"seed": 9, "start": 1, "count": 1}.items()
    assert settings["request"]["settings"]["pitch"] == 50
    assert read_settings((folder / "samples.npz").read_bytes())["request"]["count"] == 3
    with np.load(folder / "samples.npz", allow_pickle=False) as arrays:
        assert arrays["pictures"].shape == (3, 128, 64) and arrays["latents"].shape == (3, 4)


@pytest.mark.parametrize(
    ("model", "shape", "more"), [("melodies-vae", (44, 32), ()), ("chorales-rbm", (46, 64), ("--set", "key=E♭"))]
)
def test_samples_of_music_are_midi_files_and_what_is_heard_of_them(tmp_path, model, shape, more):
    folder = sample_tiny(tmp_path, f"audio/{model}", "--n", "2", "--seed", "9", *more)
    with np.load(folder / "samples.npz", allow_pickle=False) as arrays:
        rolls = arrays["pictures"]
    assert rolls.shape == (2, *shape)
    for i, roll in enumerate(rolls):
        content = (folder / f"sample-{i:03}.mid").read_bytes()
        settings = read_settings(content)
        assert settings["request"]["start"] == i and settings["tempo_bpm"] == 96
        assert len(read_notes(content)[0]) == count_notes(roll) > 0
        assert read_settings((folder / f"sample-{i:03}.wav").read_bytes()) == settings


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample", "image/none", "--out", "x"], "No model is called 'image/none': choose one of "),
        (
            ["sample", "image/digits-vae", "--n", "0", "--out", "x"],
            "--n must be a whole number from 1 to 10000, got 0.",
        ),
        (["sample", "image/digits-vae", "--out", "x", "--set", "warmth=1"], "'warmth' is not a setting of this model"),
        (["sample", "image/digits-vae", "--out", "x", "--set", "temperature=hot"], "--set temperature needs a number"),
        (["sample", "image/digits-classifier", "--out", "x"], "is not a generative model"),
        (["evaluate", "image/digits-vae", "--metric", "beauty"], "--metric must be one of elbo, nll, samples"),
        (
            ["evaluate", "audio/jsb-rbm"],
            "'audio/jsb-rbm' is not shipped: run 'python -m playground train audio/jsb-rbm' first.",
        ),
        (["train", "image/none"], "No recipe is called 'image/none'"),
        (["train", "image/digits-vae", "--steps", "0"], "--steps must be a whole number from 1 to"),
        (["data", "faces"], "No data set is called 'faces': choose one of digits"),
        (["bench", "beauty"], "No benchmark is called 'beauty': choose one of"),
        (["bench", "slider", "--visitors", "9"], "--visitors belongs to 'bench classroom', got it for 'slider': leave"),
        (["bench", "--visitors", "9"], "--visitors belongs to 'bench classroom', got it for 'all': leave it out."),
        (["bench", "classroom", "--visitors", "0"], "--visitors must be a whole number from 1 to 300, got 0."),
        (["get", "image/digits-vae"], "needs no download"),
    ],
)
def test_bad_input_exits_with_2_and_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("playground.__main__.RUNS", tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip()
    assert message in error and "\n" not in error and "Traceback" not in error


def test_a_dry_run_prints_the_recipe_and_trains_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("playground.__main__.RUNS", tmp_path)
    assert main(["train", "image/digits-gan", "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["family"] == "gan" and not list(tmp_path.iterdir())


def test_models_that_are_not_shipped_are_kept_apart_from_those_that_the_page_serves(tmp_path, monkeypatch):
    monkeypatch.setattr("playground.__main__.RUNS", tmp_path)
    options = build_parser().parse_args(["train", "audio/jsb-transformer"])
    assert root_of(options) == tmp_path / "not-shipped"
    assert root_of(build_parser().parse_args(["train", "image/digits-gan"])) == default_root()
    elsewhere = build_parser().parse_args(["--checkpoints", str(tmp_path), "train", "audio/jsb-transformer"])
    assert root_of(elsewhere) == tmp_path
    folder = tmp_path / "not-shipped/audio/notes-vae"
    save_tiny_notes(tmp_path / "not-shipped")
    folder.rename(folder.with_name("jsb-transformer"))
    assert root_of(build_parser().parse_args(["evaluate", "audio/jsb-transformer"])) == tmp_path / "not-shipped"
    shipped = {checkpoint.id for checkpoint in find_checkpoints(default_root())}
    assert {recipe.id for recipe in recipes().values() if recipe.shipped} >= shipped - {"text/smollm2"}
    assert not shipped & {recipe.id for recipe in recipes().values() if not recipe.shipped}


def test_unknown_verbs_exit_with_2():
    found = subprocess.run(
        [sys.executable, "-m", "playground", "dance"], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert found.returncode == 2 and "invalid choice: 'dance'" in found.stderr


def test_without_a_name_every_data_set_is_listed(capsys):
    assert main(["data"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed[:3]] == ["digits", "notes", "melodies"]
    assert "MNIST (CC BY-SA 3.0" in listed[0]
