"""Bad requests over real HTTP: a 4xx with one sentence, and the page serves on (checked after each test by the fixture)."""

import json
from typing import Any

import pytest

from tests.server import RBM, VAE, Caller, assert_refused

Z = [0.0] * 40


@pytest.mark.parametrize(
    "model", ["image/nobody", "", "image/../../etc", "image/digits-vae/../digits-vae", "\ud800", "x" * 100]
)
def test_an_unknown_model_is_named_and_the_known_ones_are_listed(caller: Caller, model: str) -> None:
    answer = caller.run(model, "sample", {"seed": 1})
    assert_refused(answer, 404, words="choose one of")


def test_the_feature_network_is_no_model_to_sample(caller: Caller) -> None:
    assert_refused(caller.run("image/digits-classifier", "sample", {}), 400, words="not a generative model")


@pytest.mark.parametrize(
    ("operation", "request_", "words"),
    [
        ("fly", {}, "No operation"),
        ("", {}, "No operation"),
        ("decode", {}, "latents"),
        ("decode", {"latents": []}, "1 to 64"),
        ("decode", {"latents": [{"z": Z}] * 65}, "1 to 64"),
        ("decode", {"latents": "all"}, "list"),
        ("decode", {"latents": [7]}, "object"),
        ("decode", {"latents": [{"z": Z[:-1]}]}, "40 entries"),
        ("decode", {"latents": [{"z": Z + [0.0]}]}, "40 entries"),
        ("decode", {"latents": [{"z": []}]}, "40 entries"),
        ("decode", {"latents": [{"z": "0" * 40}]}, "40 entries"),
        ("decode", {"latents": [{"z": ["0.5"] * 40}]}, "number"),
        ("decode", {"latents": [{"z": [None] * 40}]}, "number"),
        ("decode", {"latents": [{"z": [True] * 40}]}, "number"),
        ("decode", {"latents": [{"z": [1e300] * 40}]}, "number"),
        ("decode", {"latents": [{"seed": 1, "offsets": {"4000": 1}}]}, "keys"),
        ("decode", {"latents": [{"seed": 1, "offsets": {"-1": 1}}]}, "keys"),
        ("decode", {"latents": [{"seed": 1, "offsets": {"²": 1}}]}, "keys"),
        ("decode", {"latents": [{"seed": 1, "offsets": {"9" * 5000: 1}}]}, "keys"),
        ("decode", {"latents": [{"seed": 1, "offsets": {"0": "much"}}]}, "offsets"),
        ("decode", {"latents": [{"seed": 1, "offsets": [1, 2]}]}, "offsets"),
        ("decode", {"latents": [{"seed": 1, "raw": {"40": 1}}]}, "keys"),
        ("decode", {"latents": [{"seed": "seven"}]}, "seed"),
        ("decode", {"latents": [{"seed": 1, "index": 10_000}]}, "index"),
        ("sample", {"count": 0}, "count"),
        ("sample", {"count": 65}, "count"),
        ("sample", {"count": 1.5}, "count"),
        ("sample", {"count": "16"}, "count"),
        ("sample", {"count": True}, "count"),
        ("sample", {"count": 2**53}, "count"),
        ("sample", {"count": 2**200}, "2^53"),
        ("sample", {"seed": -1}, "seed"),
        ("sample", {"seed": 2**31}, "seed"),
        ("sample", {"seed": [7]}, "seed"),
        ("sample", {"start": 10_000}, "start"),
        ("sample", {"settings": {"temperature": 9}}, "temperature"),
        ("sample", {"settings": {"temperature": "hot"}}, "temperature"),
        ("sample", {"settings": {"colour": 1}}, "not a setting"),
        ("sample", {"settings": [1]}, "settings"),
        ("sweep", {"latent": {"seed": 1}, "direction": 0, "frames": 1}, "frames"),
        ("sweep", {"latent": {"seed": 1}, "direction": 0, "frames": 34}, "frames"),
        ("sweep", {"latent": {"seed": 1}, "direction": 10_000}, "direction"),
        ("sweep", {"latent": {"seed": 1}, "dimension": 40}, "dimension"),
        ("sweep", {"latent": {"seed": 1}, "direction": 0, "low": 3, "high": -3}, "below"),
        ("sweep", {"latent": {"seed": 1}, "direction": 0, "low": -1e9}, "low"),
        ("sweep", {"direction": 0}, "latent"),
        ("pad", {"latent": {"seed": 1}, "directions": [0]}, "directions"),
        ("pad", {"latent": {"seed": 1}, "directions": [0, "one"]}, "direction"),
        ("pad", {"latent": {"seed": 1}, "directions": [0, 1], "side": 25}, "side"),
        ("interpolate", {"a": {"seed": 1}}, "latent"),
        ("interpolate", {"a": {"seed": 1}, "b": {"seed": 2}, "path": "scenic"}, "path"),
        ("interpolate", {"a": {"seed": 1}, "b": {"seed": 2}, "frames": 65}, "frames"),
        ("corners", {"corners": [{"seed": 1}] * 3}, "corners"),
        ("corners", {"corners": [{"seed": 1}] * 4, "side": 17}, "side"),
        ("chain", {"latent": {"seed": 1}}, "chain"),
        ("features", {"count": 65}, "count"),
        ("reference", {"count": 1000}, "count"),
        ("measure", {"n": 10}, ""),
        ("nearest", {"count": 1}, "bytes"),
        ("encode", {}, "picture"),
        ("invert", {}, "encode"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_in_one_sentence(caller: Caller, operation: str, request_: dict, words: str) -> None:
    assert_refused(caller.run(VAE, operation, request_), 400, 413, words=words)


@pytest.mark.parametrize(
    ("operation", "request_", "words"),
    [
        ("sample", {"settings": {"steps": 1001}}, "steps"),
        ("sample", {"settings": {"steps": -1}}, "steps"),
        ("sample", {"settings": {"steps": "many"}}, "steps"),
        ("chain", {"latent": {"seed": 1}, "frames": 65}, "frames"),
        ("chain", {"latent": {"seed": 1}, "every": 0}, "every"),
        ("chain", {"latent": {"seed": 1}, "clamped": True}, "Clamping"),
    ],
)
def test_a_bad_field_of_the_chain_is_named(caller: Caller, operation: str, request_: dict, words: str) -> None:
    assert_refused(caller.run(RBM, operation, request_), 400, words=words)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused_as_json(caller: Caller, number: str) -> None:
    z = ",".join([number] * 40)
    text = f'{{"model": "{VAE}", "operation": "decode", "request": {{"latents": [{{"z": [{z}]}}]}}}}'
    assert_refused(caller.send(text.encode()), 400, words="finite")


@pytest.mark.parametrize(
    ("content", "kind", "status", "words"),
    [
        (b"", "application/json", 400, "JSON"),
        (b"{", "application/json", 400, "JSON"),
        (b"[1, 2]", "application/json", 400, "object"),
        (b"\xff\xfe", "application/json", 400, "JSON"),
        (b"[" * 60_000, "application/json", 400, "nested"),
        (b'{"model": "m"}', "application/json", 400, "missing"),
        (b'{"model": 1, "operation": "sample", "request": {}}', "application/json", 400, "model"),
        (b'{"model": "m", "operation": "sample", "request": 5}', "application/json", 400, "object"),
        (b'{"model": "m", "operation": "sample", "request": {}}', "text/plain", 400, "content type"),
        (b'{"model": "' + b"m" * 70_000 + b'", "operation": "s", "request": {}}', "application/json", 413, "bytes"),
        (b"\x01", "application/octet-stream", 400, "message"),
        (b"\xff\xff\xff\xff{}", "application/octet-stream", 413, "header"),
        (b"\x09\x00\x00\x00{}", "application/octet-stream", 400, "whole message"),
        (b"\0" * (4 * 2**20 + 1), "application/octet-stream", 413, "bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_broken_body_is_refused(caller: Caller, content: bytes, kind: str, status: int, words: str) -> None:
    assert_refused(caller.send(content, kind), status, words=words)


def test_a_body_beyond_the_limit_is_refused_before_it_has_all_arrived(caller: Caller) -> None:
    def chunks():  # no content length is told, so the page must count
        for _ in range(64):
            yield b" " * 65_536

    answer = caller.http.post("/playground/run", content=chunks(), headers={"Content-Type": "application/json"})
    assert_refused(answer, 413, words="65536 bytes")


def test_deep_json_inside_a_request_is_refused(caller: Caller) -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    assert_refused(caller.run(VAE, "sample", {"seed": deep}), 400, words="nested")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_refused(caller: Caller, method: str) -> None:
    assert caller.http.request(method, "/playground/run").status_code == 405


@pytest.mark.parametrize(
    "path", ["../page.py", "%2e%2e/page.py", "core/../../page.py", "nothing.js", "", "/etc/passwd"]
)
def test_static_files_are_only_the_pages_own(caller: Caller, path: str) -> None:
    answer = caller.http.get(f"/playground/static/{path}")
    assert answer.status_code in (400, 404), answer.text[:200]
    assert "import" not in answer.text


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"format": "exe", "operation": "interpolate", "request": {}, "model": VAE}, "format"),
        ({"format": "gif", "operation": "measure", "request": {}, "model": VAE}, "operation"),
        ({"format": "gif", "operation": "interpolate", "request": [], "model": VAE}, "request"),
        ({"format": "gif", "operation": "interpolate", "request": {}, "model": VAE}, "latent"),
        ({"format": "gif", "operation": "sample", "request": {}, "model": VAE, "scale": 10**9}, "scale"),
        ({"format": "gif", "operation": "sample", "request": {}, "model": VAE, "frame_ms": "fast"}, "frame_ms"),
        ({"format": "png", "operation": "sample", "request": {"start": "x"}, "model": VAE}, "start"),
        ({"format": "npz", "operation": "sample", "request": {"count": "x"}, "model": VAE}, "count"),
        ({"format": "npz", "operation": "sample", "request": {"settings": 3}, "model": VAE}, "settings"),
        ({"format": "gif", "operation": "sample", "request": {}, "model": 5}, "model"),
        ({"format": "gif", "operation": "sample", "request": {}}, "model"),
        ({"format": ["gif"], "operation": "sample", "request": {}, "model": VAE}, "format"),
        ({"format": "gif", "operation": {}, "request": {}, "model": VAE}, "operation"),
        ({}, "format"),
    ],
)
def test_a_bad_export_is_refused(caller: Caller, spec: dict, words: str) -> None:
    assert_refused(caller.http.post("/playground/export", json=spec), 400, 404, words=words)
    assert_refused(caller.http.get("/playground/export", params={"spec": json.dumps(spec)}), 400, 404, words=words)
