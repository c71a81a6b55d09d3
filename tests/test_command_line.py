"""The command line: stable output, exit status 2 and one clear line on bad input."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playground.__main__ import main
from playground.checkpoint import default_root, find_checkpoints

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
        (["train", "image/none"], "No recipe is called 'image/none'"),
        (["train", "image/digits-vae", "--steps", "0"], "--steps must be a whole number from 1 to"),
        (["data", "faces"], "No data set is called 'faces': choose one of digits"),
        (["bench", "beauty"], "No benchmark is called 'beauty': choose one of"),
        (["get", "image/digits-vae"], "needs no download"),
    ],
)
def test_bad_input_exits_with_2_and_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip()
    assert message in error and "\n" not in error and "Traceback" not in error


def test_a_dry_run_prints_the_recipe_and_trains_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("playground.__main__.RUNS", tmp_path)
    assert main(["train", "image/digits-gan", "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["family"] == "gan" and not list(tmp_path.iterdir())


def test_unknown_verbs_exit_with_2():
    found = subprocess.run(
        [sys.executable, "-m", "playground", "dance"], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert found.returncode == 2 and "invalid choice: 'dance'" in found.stderr
