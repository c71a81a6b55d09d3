"""Fetching packages for a data set: what is said when a client is missing or fails. Nothing is fetched."""

import subprocess

import pytest

from playground.datasets import packages
from playground.errors import PlaygroundError


def test_without_its_client_the_error_says_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda tool: None)
    with pytest.raises(
        PlaygroundError, match="'notes' needs apt-get to fetch fluid-soundfont-gm: it comes with a Debian"
    ):
        packages.fetch("deb", "fluid-soundfont-gm", "notes", tmp_path)


def test_a_failed_download_says_what_failed(tmp_path, monkeypatch):
    done = subprocess.CompletedProcess([], 100, stdout="", stderr="E: no network")
    monkeypatch.setattr(packages.subprocess, "run", lambda *a, **k: done)
    with pytest.raises(
        PlaygroundError, match="needs chitchat_dataset==0.9.0, which could not be fetched: E: no network"
    ):
        packages.fetch("wheel", "chitchat_dataset==0.9.0", "chat", tmp_path)


def test_the_new_file_is_what_was_fetched(tmp_path, monkeypatch):
    (tmp_path / "older.whl").write_bytes(b"")

    def download(command, **options):
        (options["cwd"] / "new.whl").write_bytes(b"")
        return subprocess.CompletedProcess(command, 0, stdout="", stderr="")

    monkeypatch.setattr(packages.subprocess, "run", download)
    assert packages.fetch("wheel", "new", "chat", tmp_path) == tmp_path / "new.whl"


def test_a_broken_archive_is_named(tmp_path):
    (tmp_path / "broken.deb").write_bytes(b"no archive")
    with pytest.raises(PlaygroundError, match="dpkg could not unpack broken.deb"):
        packages.unpack_deb(tmp_path / "broken.deb", tmp_path / "files")
