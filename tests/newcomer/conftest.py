"""The newcomer's copy of the package, shared by the tests over HTTP and in a browser."""

import shutil
from pathlib import Path

import pytest

from playground.benchmarks.processes import PROJECT
from tests.newcomer.added import DATASETS, HERE, command


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, its entry and one shipped model, with the family and the data sets dropped in and trials trained."""
    root = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(PROJECT / "playground", root / "playground", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "app.py", root)
    shutil.copytree(PROJECT / "checkpoints/image/digits-vae", root / "checkpoints/image/digits-vae")
    shutil.copy(HERE / "fake.py", root / "playground/models")
    for added in DATASETS:
        folder = root / "playground/datasets" / added.name
        shutil.copytree(HERE / added.name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for model, steps in added.steps.items():
            said = command(root, "train", model, "--steps", str(steps))
            assert f"This is a trial of {steps} of 400 steps" in said
    return root
