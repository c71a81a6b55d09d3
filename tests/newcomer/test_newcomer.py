"""A newcomer drops one file of a family and one folder of a data set into a copy of the package, edits nothing, and uses both.

The data set has twelve classes and 20 x 24 colour pictures, none of which the shipped models have.
"""

import io
import json
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from PIL import Image

from playground.serving import pack, unpack
from tests.newcomer.added import FAKE, GAN, VAE, command
from tests.server import Caller, running_page

SIZE = 20 * 24 * 3


def test_the_models_are_listed_as_trials(copy):
    rows = {row["id"]: row for row in json.loads(command(copy, "models", "--json"))}
    assert set(rows) == {FAKE, GAN, VAE, "image/digits-vae"}
    for model in (FAKE, GAN, VAE):
        assert rows[model]["problems"] == [] and rows[model]["dataset"] == "tiles"
        assert rows[model]["summary"].startswith("Trial: ") and "Draws tiles." in rows[model]["summary"]


def test_a_trial_never_replaces_a_finished_model(copy):
    said = command(copy, "train", "image/digits-vae", "--steps", "2", status=2)
    assert "holds a finished model, which a trial would replace" in said and said.count("\n") == 1


def test_a_model_is_evaluated_by_the_metric_suite_of_its_data_set(copy):
    metrics = json.loads(command(copy, "evaluate", FAKE, "--json", "--save"))
    assert set(metrics) >= {"coverage-100-coarse-pixels", "tree-kl-100-coarse-pixels"}
    for one in metrics.values():
        assert np.isfinite(one["value"]) and one["band"][0] <= one["floor"] <= one["band"][1]
    facts = json.loads((copy / "checkpoints" / FAKE / "config.json").read_text())
    assert facts["metrics"] == metrics and facts["trial"] is True
    card = (copy / "checkpoints" / FAKE / "README.md").read_text()
    assert "- Limits: It knows twelve trees." in card and "coverage-100-coarse-pixels" in card
    assert "--metric must be one of samples" in command(copy, "evaluate", FAKE, "--metric", "beauty", status=2)


@pytest.mark.parametrize("model", [FAKE, GAN, VAE])
def test_samples_are_colour_pictures(copy, tmp_path, model):
    setting = [] if model == VAE else ["--set", "tree=oak"]
    command(copy, "sample", model, "--n", "2", "--seed", "3", "--out", str(tmp_path), *setting)
    with Image.open(tmp_path / "sample-000.png") as picture:
        assert picture.mode == "RGB" and picture.size[0] / picture.size[1] == 24 / 20


@pytest.fixture(scope="module")
def visitor(copy) -> Iterator[Caller]:
    """Somebody at the copy's page."""
    with running_page(copy / "checkpoints", program=copy / "app.py") as page, Caller(page) as caller:
        yield caller


def frames_of(answer: httpx.Response, count: int) -> bytes:
    """The frames of a reply, which must be colour pictures of the data set's size."""
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    spec = {name: header[name] for name in ("kind", "frames", "height", "width", "channels")}
    assert spec == {"kind": "image", "frames": count, "height": 20, "width": 24, "channels": 3}
    assert len(body) >= count * SIZE
    return bytes(body[: count * SIZE])


def test_cards_and_descriptor_are_served(visitor):
    cards = {card["id"]: card for card in visitor.http.get("/playground/models").json()}
    assert not any(card["problems"] for card in cards.values())
    assert cards[FAKE]["output"]["classes"][8] == "oak" and cards[FAKE]["output"]["channels"] == 3
    assert "features" in cards[FAKE]["operations"] and cards[FAKE]["latent"]["directions"] > 0
    described = visitor.http.get("/playground/datasets").json()["tiles"]
    assert described["words"]["many"] == "tiles" and described["compared"]


@pytest.mark.parametrize("model", [FAKE, GAN, VAE])
def test_every_walk_through_the_latent_space_makes_colour_pictures(visitor, model):
    first = frames_of(visitor.run(model, "sample", {"seed": 5, "count": 3}), 3)
    assert frames_of(visitor.run(model, "sample", {"seed": 5, "count": 3}), 3) == first
    frames_of(visitor.run(model, "sweep", {"latent": {"seed": 5}, "direction": 0, "frames": 5}), 5)
    frames_of(visitor.run(model, "pad", {"latent": {"seed": 5}, "directions": [0, 1], "side": 3}), 9)
    frames_of(visitor.run(model, "interpolate", {"a": {"seed": 5}, "b": {"seed": 6}, "frames": 4}), 4)
    corners = [{"seed": seed} for seed in range(4)]
    frames_of(visitor.run(model, "corners", {"corners": corners, "side": 3}), 9)


def test_a_class_is_asked_for_by_its_name(visitor):
    oak, fir = (
        frames_of(visitor.run(FAKE, "sample", {"seed": 5, "count": 1, "settings": {"tree": tree}}), 1)
        for tree in ("oak", "fir")
    )
    assert oak != fir
    refused = visitor.run(FAKE, "sample", {"seed": 5, "settings": {"tree": "palm"}})
    assert refused.status_code == 400 and "'tree' must be one of any, ash, bay" in refused.json()["error"]


def png_of(frame: bytes) -> bytes:
    """A frame as an uploaded picture."""
    file = io.BytesIO()
    Image.frombytes("RGB", (24, 20), frame).save(file, "PNG")
    return file.getvalue()


def test_an_upload_is_encoded_and_comes_back_in_colour(visitor):
    upload = png_of(frames_of(visitor.run(FAKE, "sample", {"seed": 9, "count": 1}), 1))
    answer = visitor.run(FAKE, "encode", {}, upload)
    both = frames_of(answer, 2)
    assert len(unpack(answer.content)[0]["z"]) == 18
    assert np.abs(np.frombuffer(both, np.uint8).astype(int).reshape(2, -1)[0]).max() > 0


def test_models_of_the_new_data_set_are_compared(visitor):
    content = {"request": {"models": [FAKE, GAN], "n": 50, "seed": 1}, "session": visitor.session}
    answer = visitor.http.post("/playground/jobs/compare", json=content, timeout=120)
    assert answer.status_code == 200, answer.text
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert events[-1]["kind"] == "result", events[-1]
    result = events[-1].get("data", events[-1])
    assert result["dataset"] == "tiles" and result["words"]["one"] == "tile"
    assert [model["id"] for model in result["models"]] == [FAKE, GAN] and result["figures"]
    assert {measure["label"] for measure in result["models"][0]["measures"]} >= {"Coverage", "Tree KL"}


def test_a_walk_is_exported_in_colour(visitor):
    spec = {
        "format": "png",
        "model": FAKE,
        "operation": "sweep",
        "request": {"latent": {"seed": 5}, "direction": 0, "frames": 5},
    }
    answer = visitor.http.post("/playground/export", json=spec | {"scale": 1})
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.mode == "RGB" and picture.size == (5 * 24, 20)


def test_a_packed_message_of_another_size_is_refused(visitor):
    content = pack({"model": "", "operation": "nearest", "request": {"count": 1, "dataset": "tiles"}}, bytes(7))
    answer = visitor.send(content, "application/octet-stream")
    assert answer.status_code == 400 and f"{SIZE} bytes" in answer.json()["error"]
