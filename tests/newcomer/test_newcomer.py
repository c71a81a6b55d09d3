"""A newcomer drops one file of a family and a folder for each of two data sets into a copy of the package, and edits nothing.

One data set has twelve classes and 20 x 24 colour pictures, the other points in the plane, none of which the shipped models have.
"""

import base64
import io
import json
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from playground.formats.point_files import read_points
from playground.serving import pack, unpack
from tests.newcomer.added import (
    DATASETS,
    FAKE,
    GAN,
    RBM,
    RING,
    RING_FLOW,
    RING_GAN,
    RING_VAE,
    TILES,
    VAE,
    Added,
    command,
)
from tests.read_back import read_settings
from tests.server import Caller, running_page

SIZE = TILES.frame_bytes
PACKED = {"Content-Type": "application/octet-stream"}
EVERY_MODEL = [pytest.param(added, model, id=model) for added in DATASETS for model in added.models]
EVERY_DATASET = pytest.mark.parametrize("added", DATASETS, ids=lambda added: added.name)


def test_the_models_are_listed_as_trials(copy):
    rows = {row["id"]: row for row in json.loads(command(copy, "models", "--json"))}
    assert set(rows) == {*TILES.models, *RING.models, "image/digits-vae"}
    for added in DATASETS:
        for model in added.models:
            assert rows[model]["problems"] == [] and rows[model]["dataset"] == added.name
            assert rows[model]["summary"].startswith("Trial: ") and added.summary in rows[model]["summary"]


def test_a_trial_never_replaces_a_finished_model(copy):
    said = command(copy, "train", "image/digits-vae", "--steps", "2", status=2)
    assert "holds a finished model, which a trial would replace" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("added", "model", "names"),
    [
        (TILES, FAKE, {"coverage-100-coarse-pixels", "tree-kl-100-coarse-pixels"}),
        *[(RING, model, {"coverage-400-coordinates", "cluster-kl-400-coordinates"}) for model in RING.models],
    ],
)
def test_a_model_is_evaluated_by_the_metric_suite_of_its_data_set(copy, added: Added, model: str, names: set[str]):
    metrics = json.loads(command(copy, "evaluate", model, "--json", "--save"))
    assert set(metrics) >= names
    for one in metrics.values():
        assert np.isfinite(one["value"]) and one["band"][0] <= one["floor"] <= one["band"][1]
    facts = json.loads((copy / "checkpoints" / model / "config.json").read_text())
    assert facts["metrics"] == metrics and facts["trial"] is True
    card = (copy / "checkpoints" / model / "README.md").read_text()
    assert f"- Limits: {added.limits}" in card and min(names) in card
    assert "--metric must be one of samples" in command(copy, "evaluate", model, "--metric", "beauty", status=2)


@pytest.mark.parametrize("model", [FAKE, GAN, VAE, RBM])
def test_samples_are_colour_pictures(copy, tmp_path, model):
    setting = [] if model in (VAE, RBM) else ["--set", "tree=oak"]
    command(copy, "sample", model, "--n", "2", "--seed", "3", "--out", str(tmp_path), *setting)
    with Image.open(tmp_path / "sample-000.png") as picture:
        assert picture.mode == "RGB" and picture.size[0] / picture.size[1] == 24 / 20


@pytest.mark.parametrize("model", RING.models)
def test_samples_are_points(copy, tmp_path, model):
    setting = [] if model == RING_VAE else ["--set", "side=north"]
    command(copy, "sample", model, "--n", "20", "--seed", "3", "--out", str(tmp_path), *setting)
    assert {file.name for file in tmp_path.iterdir()} == {"samples.npz", "samples.csv", "grid.png"}
    with np.load(tmp_path / "samples.npz", allow_pickle=False) as arrays:
        points = arrays["points"]
    assert (
        points.shape == (20, 2)
        and np.abs(read_points((tmp_path / "samples.csv").read_bytes(), 2) - points).max() < 1e-4
    )
    assert read_settings((tmp_path / "grid.png").read_bytes())["request"]["count"] == 20


@pytest.fixture(scope="module")
def visitor(copy) -> Iterator[Caller]:
    """Somebody at the copy's page."""
    with running_page(copy / "checkpoints", program=copy / "app.py") as page, Caller(page) as caller:
        yield caller


def frames_of(answer: httpx.Response, count: int, added: Added = TILES) -> bytes:
    """The outputs of a reply, which must be such as the data set has."""
    assert answer.status_code == 200, answer.text
    header, body = unpack(answer.content)
    assert {name: header[name] for name in ("frames", *added.output)} == {"frames": count, **added.output}
    assert len(body) >= count * added.frame_bytes
    return bytes(body[: count * added.frame_bytes])


def test_cards_and_descriptor_are_served(visitor):
    cards = {card["id"]: card for card in visitor.http.get("/playground/models").json()}
    assert not any(card["problems"] for card in cards.values())
    assert cards[FAKE]["output"]["classes"][8] == "oak" and cards[FAKE]["output"]["channels"] == 3
    assert "features" in cards[FAKE]["operations"] and cards[FAKE]["latent"]["directions"] > 0
    assert cards[RING_GAN]["output"] == {**RING.output, "classes": cards[RING_GAN]["output"]["classes"]}
    for model in (*TILES.models, *RING.models):
        latent = cards[model]["latent"]
        names = {(one["name"], one.get("low")) for one in latent["names"]}
        assert len(names) == latent["directions"] and not any(name.startswith("direction") for name, _ in names)
    for model in (FAKE, RING_VAE):
        assert any("low" in one for one in cards[model]["latent"]["names"]), "no effect was found"
    described = visitor.http.get("/playground/datasets").json()
    for added in DATASETS:
        assert described[added.name]["words"]["one"] == added.one and described[added.name]["compared"]


@pytest.mark.parametrize(("added", "model"), EVERY_MODEL)
def test_every_walk_through_the_latent_space_makes_what_the_data_set_has(visitor, added: Added, model: str):
    def made(operation: str, request: dict, count: int) -> bytes:
        return frames_of(visitor.run(model, operation, request), count, added)

    assert made("sample", {"seed": 5, "count": 3}, 3) == made("sample", {"seed": 5, "count": 3}, 3)
    made("sweep", {"latent": {"seed": 5}, "direction": 0, "frames": 5}, 5)
    made("pad", {"latent": {"seed": 5}, "directions": [0, 1], "side": 3}, 9)
    made("interpolate", {"a": {"seed": 5}, "b": {"seed": 6}, "frames": 4}, 4)
    made("corners", {"corners": [{"seed": seed} for seed in range(4)], "side": 3}, 9)


@EVERY_DATASET
def test_a_class_is_asked_for_by_its_name(visitor, added: Added):
    one, other = (
        frames_of(
            visitor.run(added.classed, "sample", {"seed": 5, "count": 1, "settings": {added.class_name: name}}),
            1,
            added,
        )
        for name in added.some
    )
    assert one != other
    refused = visitor.run(added.classed, "sample", {"seed": 5, "settings": {added.class_name: "palm"}})
    assert refused.status_code == 400 and f"'{added.class_name}' must be one of any, " in refused.json()["error"]


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


def test_a_gibbs_chain_goes_on_in_colour_around_what_is_held(visitor):
    picture = frames_of(visitor.run(FAKE, "sample", {"seed": 9, "count": 1}), 1)
    held = b"\xff" * (SIZE // 2) + bytes(SIZE // 2)  # the upper half
    request = {"latent": {"seed": 1}, "frames": 4, "every": 2, "clamped": True}
    frames = frames_of(visitor.run(RBM, "chain", request, picture + held), 4)
    assert all(frames[SIZE * i : SIZE * i + SIZE // 2] == picture[: SIZE // 2] for i in range(4))
    assert frames[SIZE // 2 : SIZE] != frames[-(SIZE // 2) :]


@pytest.mark.parametrize("model", [RING_VAE, RING_FLOW])
def test_a_point_is_encoded_from_coordinates_or_a_file(visitor, model: str):
    raw = np.array([0.5, -1.25], "<f4").tobytes()
    by_numbers = visitor.run(model, "encode", {"raw": True}, raw)
    by_file = visitor.run(model, "encode", {}, b"x,y\n0.5,-1.25\n3,4\n")
    assert frames_of(by_numbers, 2, RING) == frames_of(by_file, 2, RING) and frames_of(by_file, 2, RING)[:8] == raw
    header, body = unpack(by_file.content)
    target, again = np.frombuffer(body, "<f4").reshape(2, 2)
    assert header["distance"] == pytest.approx(np.hypot(*(target - again)), abs=1e-5)
    assert header["note"] == "The file has 2 points; the first is used."


@pytest.mark.parametrize(
    ("request_", "body", "words"),
    [
        ({}, b"", "A point is needed: send a CSV file"),
        ({}, b"x,y\n", "needs a row of 2 numbers, got none: add one, such as 0.5,-1."),
        ({}, b"x,y\n1,2\n3;4\n", "has 2 numbers from -1e6 to 1e6 with commas between, got '3;4' in line 3"),
        ({}, b"1,nan\n", "got '1,nan' in line 1"),
        ({}, b"\xff\xfe\x00", "must be CSV text, and this one is no text: choose another file."),
        ({"raw": True}, bytes(7), "A raw point has 8 bytes, got 7: send 2 float32 numbers."),
        (
            {"raw": True},
            np.array([np.inf, 0], "<f4").tobytes(),
            "Coordinates must be numbers from -1e6 to 1e6, got [inf",
        ),
    ],
)
def test_what_is_no_point_is_refused_in_one_sentence(visitor, request_: dict, body: bytes, words: str):
    answer = visitor.run(RING_VAE, "encode", request_, body)
    assert answer.status_code == 400 and words in answer.json()["error"]


def test_a_point_is_searched_for_in_a_model_without_an_encoder(visitor):
    raw = np.array([1.0, 1.0], "<f4").tobytes()
    content = {"request": {"model": RING_GAN, "steps": 30, "raw": True}, "session": visitor.session}
    answer = visitor.http.post("/playground/jobs/invert", content=pack(content, raw), headers=PACKED)
    assert answer.status_code == 200, answer.text
    last = json.loads(answer.text.splitlines()[-1])
    assert last["kind"] == "result" and last["data"]["step"] == 30 and last["data"]["distance"] < 1, last


@EVERY_DATASET
def test_models_of_the_new_data_set_are_compared(visitor, added: Added):
    compared = list(added.models[:2])
    content = {"request": {"models": compared, "n": 50, "seed": 1}, "session": visitor.session}
    answer = visitor.http.post("/playground/jobs/compare", json=content, timeout=120)
    assert answer.status_code == 200, answer.text
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert events[-1]["kind"] == "result", events[-1]
    result = events[-1].get("data", events[-1])
    assert result["dataset"] == added.name and result["words"]["one"] == added.one
    assert result["output"] == added.output
    assert [model["id"] for model in result["models"]] == compared and result["figures"]
    assert {measure["label"] for measure in result["models"][0]["measures"]} >= {"Coverage", added.label}
    shown = result["words"]["shown"]
    for column, count in ((result["real"], shown), *((model, min(shown, 50)) for model in result["models"])):
        for part in ("samples", "nearest"):
            assert len(base64.b64decode(column[part])) == count * added.frame_bytes


def test_a_comparison_of_points_is_written_as_pictures_and_csv(copy, tmp_path):
    command(copy, "compare", *RING.models, "--samples", "50", "--out", str(tmp_path))
    files = {file.name for file in tmp_path.iterdir()}
    for column in ("real", *RING.models):
        for part in ("samples", "nearest"):
            stem = f"{part}-{column.replace('/', '-')}"
            assert {f"{stem}.png", f"{stem}.csv"} <= files
            count = 64 if column == "real" else 50
            assert read_points((tmp_path / f"{stem}.csv").read_bytes(), 2).shape == (count, 2)


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


def test_a_walk_between_points_is_exported(visitor):
    request = {"a": {"seed": 5}, "b": {"seed": 6}, "frames": 5}
    points = np.frombuffer(frames_of(visitor.run(RING_VAE, "interpolate", request), 5, RING), "<f4").reshape(5, 2)

    def file(name: str) -> httpx.Response:
        spec = {"format": name, "model": RING_VAE, "operation": "interpolate", "request": request}
        return visitor.http.post("/playground/export", json=spec)

    assert read_settings(file("png").content)["request"] == request
    assert np.abs(read_points(file("csv").content, 2) - points).max() < 1e-4
    assert file("json").json()["settings"]["request"] == request and len(file("json").json()["points"]) == 5
    assert "What is points is exported as png, csv, json, npz, got 'gif'" in file("gif").json()["error"]


def test_a_point_in_a_file_is_inverted_from_the_command_line(copy, tmp_path):
    (tmp_path / "point.csv").write_text("x,y\n1.5,0\n")
    for model, steps in ((RING_FLOW, ()), (RING_GAN, ("--steps", "10"))):
        command(copy, "invert", model, str(tmp_path / "point.csv"), "--out", str(tmp_path / model), *steps)
        target, _ = read_points((tmp_path / model / "found.csv").read_bytes(), 2)
        assert target.tolist() == [1.5, 0] and (tmp_path / model / "found.png").exists()
        assert json.loads((tmp_path / model / "found.json").read_text())["distance"] < 3


def test_the_nearest_colour_pictures_come_from_an_endpoint(visitor):
    client = Client(visitor.page.url, verbose=False)
    reply = client.predict(FAKE, 3, 5, api_name="/reference")
    near = client.predict(FAKE, reply["picture"], 3, api_name="/nearest")
    assert near["channels"] == 3 and len(near["distances"]) == 3


def test_points_come_from_endpoints(visitor):
    client = Client(visitor.page.url, verbose=False)
    reply = client.predict(RING_VAE, 7, 0, 3, api_name="/sample")
    assert len(reply["points"]) == 3 and reply["picture"].startswith("data:image/png")
    near = client.predict(RING_VAE, points=reply["points"], api_name="/nearest")
    gaps = np.linalg.norm(np.array(near["points"]) - np.array(reply["points"]), axis=1)
    assert near["distances"] == pytest.approx(gaps.tolist(), abs=1e-4)
    file = "data:text/csv;base64," + base64.b64encode(b"1,1\n").decode()
    assert client.predict(RING_FLOW, file, api_name="/encode")["points"][0] == [1, 1]
    with pytest.raises(AppError, match="points must be 1 to 64 lists of as many numbers each"):
        client.predict(RING_VAE, points=[[1], [1, 2]], api_name="/nearest")


def test_a_packed_message_of_another_size_is_refused(visitor):
    content = pack({"model": "", "operation": "nearest", "request": {"count": 1, "dataset": "tiles"}}, bytes(7))
    answer = visitor.send(content, "application/octet-stream")
    assert answer.status_code == 400 and f"{SIZE} bytes" in answer.json()["error"]
