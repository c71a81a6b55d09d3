"""Hypothesis on the routes and endpoints: whatever comes, no 5xx but 503 and 504, and the model process lives on."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.benchmarks.processes import Page
from playground.operations.worker import OPERATIONS
from playground.serving import pack
from tests.server import RBM, VAE, Caller

FIELDS = (
    "seed", "start", "count", "latent", "latents", "direction", "dimension", "directions", "dimensions", "low", "high",
    "frames", "side", "a", "b", "path", "corners", "every", "clamped", "raw", "steps", "step", "of", "n", "settings",
)  # fmt: skip
ENDPOINTS = (
    "models",
    "sample",
    "decode",
    "sweep",
    "pad",
    "interpolate",
    "corners",
    "chain",
    "latents",
    "encode",
    "nearest",
    "reference",
    "sound",
    "listen",
    "compose",
    "render",
    "score",
    "soprano_lines",
    "read_midi",
    "invert",
)
FUZZ = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,  # the same examples every time; `HYPOTHESIS` explorations are run by hand
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

numbers = st.one_of(
    st.integers(-3, 70),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, 1, -1, 2**31 - 1, 2**31, 2**53, 2**53 + 1, 1e308, 5e-324, -0.0]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8), st.sampled_from(["linear", "any", "3"]))
keys = st.one_of(st.sampled_from(["0", "39", "40"]), st.text(max_size=5))
moves = st.dictionaries(keys, scalars)
latents = st.one_of(
    st.fixed_dictionaries({}, optional={"seed": numbers, "index": numbers}),
    st.fixed_dictionaries({"z": st.one_of(st.just([0.0] * 40), st.lists(scalars, max_size=45))}),
    st.fixed_dictionaries({"seed": st.integers(0, 99)}, optional={"offsets": moves, "raw": moves}),
)
anything = st.recursive(
    st.one_of(scalars, latents),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=12,
)
requests = st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=6)), anything, max_size=6)
questions = st.fixed_dictionaries(
    {
        "model": st.one_of(st.sampled_from([VAE, RBM, VAE, RBM, "image/digits-classifier", ""]), scalars),
        "operation": st.one_of(st.sampled_from(OPERATIONS), st.sampled_from(OPERATIONS), scalars),
        "request": st.one_of(requests, requests, requests, anything),
    },
    optional={"session": scalars, "view": scalars},
)
bodies = st.one_of(
    st.binary(max_size=64),
    st.sampled_from([784, 1568, 784 + 480, 256 * 4 + 1]).map(bytes),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBP"]).flatmap(
        lambda magic: st.binary(max_size=200).map(lambda rest: magic + rest)
    ),
)


@pytest.fixture()
def fuzzed(page: Page):
    """A caller, and afterwards proof that the page is unharmed: the same process answers, and none was restarted."""
    with Caller(page) as caller:
        worker, restarts = page.worker_pid(), _restarts(caller)
        yield caller
        caller.assert_serves()
        assert page.worker_pid() == worker, page.log_tail()
        assert _restarts(caller) == restarts


def _restarts(caller: Caller) -> list[int]:
    return [worker["restarts"] for worker in caller.health()["workers"]]


def assert_answered(answer: httpx.Response, asked: object) -> None:
    """Something below 500, or 503 or 504, and every error in one sentence."""
    status = answer.status_code
    assert status < 500 or status in (503, 504), f"{status} {answer.text[:300]} for {asked!r:.1500}"
    if status >= 400 and answer.headers["content-type"] == "application/json":
        assert set(answer.json()) in ({"error"}, {"detail"}), answer.text


@FUZZ
@given(question=questions)
def test_any_json_question_is_answered_or_refused(fuzzed: Caller, question: dict[str, Any]) -> None:
    assert_answered(fuzzed.send(json.dumps(question).encode()), question)


@FUZZ
@given(question=questions, body=bodies)
def test_any_packed_question_is_answered_or_refused(fuzzed: Caller, question: dict[str, Any], body: bytes) -> None:
    assert_answered(fuzzed.send(pack(question, body), "application/octet-stream"), (question, body))


@FUZZ
@given(content=st.binary(max_size=300), packed=st.booleans())
def test_any_bytes_are_refused(fuzzed: Caller, content: bytes, packed: bool) -> None:
    answer = fuzzed.send(content, "application/octet-stream" if packed else "application/json")
    assert_answered(answer, content)
    assert answer.status_code >= 400


@FUZZ
@given(
    spec=st.fixed_dictionaries(
        {},
        optional={
            "format": st.one_of(st.sampled_from(["gif", "png", "npz"]), anything),
            "operation": st.one_of(st.sampled_from(["sample", "interpolate", "sweep", "pad", "corners"]), anything),
            "request": st.one_of(requests, anything),
            "model": st.one_of(st.just(VAE), anything),
            "scale": scalars,
            "columns": scalars,
            "frame_ms": scalars,
            "session": scalars,
        },
    )
)
def test_any_export_is_answered_or_refused(fuzzed: Caller, spec: dict[str, Any]) -> None:
    assert_answered(fuzzed.http.post("/playground/export", json=spec), spec)


@settings(FUZZ, max_examples=50)
@given(name=st.sampled_from(ENDPOINTS), data=st.lists(st.one_of(st.just(VAE), anything), max_size=5))
def test_any_call_of_a_named_endpoint_is_answered_or_refused(fuzzed: Caller, name: str, data: list) -> None:
    answer = fuzzed.http.post(f"/gradio_api/call/{name}", json={"data": data})
    assert answer.status_code < 500, f"{answer.status_code} {answer.text[:300]} for {name} {data!r:.500}"
    if answer.status_code == 200:
        events = fuzzed.http.get(f"/gradio_api/call/{name}/{answer.json()['event_id']}").text
        assert "event: complete" in events or "event: error" in events, events
        assert "Traceback" not in events and "internal error" not in events, f"{events[:500]} for {name} {data!r:.500}"
