"""The export route: files that open, carry their request, and refuse nonsense in one sentence."""

import io
import json
from typing import Any

import numpy as np
import pytest
from fake_models import FakeModels
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.errors import BadRequest
from playground.ui.export_routes import export_routes
from playground.views.exports import read_settings

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


def test_an_npz_has_the_latents_of_its_ends() -> None:
    models = FakeModels()
    answer = client(models).post("/playground/export", json={"format": "npz", **WALK})
    with np.load(io.BytesIO(answer.content), allow_pickle=False) as arrays:
        assert arrays["frames"].shape == (8, 28, 28)
        assert arrays["latents"].shape == (2, 3)
    assert models.asked[-1][0].request["latents"] == [WALK["request"]["a"], WALK["request"]["b"]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "exe"}, "format must be one of gif, png, npz, got 'exe'"),
        ({"operation": "models"}, "operation must be one of"),
        ({"request": [1]}, "'request' must be an object"),
        ({"scale": 0}, "scale must be a whole number from 1 to 32, got 0"),
        ({"scale": "big"}, "scale must be"),
        ({"format": "gif", "frame_ms": 1}, "frame_ms must be a whole number from 20 to 1000"),
        ({"columns": 99}, "columns must be"),
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
