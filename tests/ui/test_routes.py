"""The plain routes against a fake engine: answers, limits, errors as sentences, sharing, headers."""

import json
import re
from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.errors import BadRequest, Busy, OperationFailed, TooLarge, UnknownModel, WorkerLost
from playground.protocol.wire import BINARY_BYTES
from playground.serving import Item, pack, unpack
from playground.ui.limits import JSON_BYTES, TokenBuckets
from playground.ui.routes import build_routes
from playground.ui.service import Service
from playground.ui.static_files import StaticFiles

QUESTION = {
    "model": "image/a",
    "operation": "decode",
    "request": {"latents": [{"seed": 7}]},
    "session": "s",
    "view": "v",
}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=build_routes(Service(engine), StaticFiles()))) as client:
        yield client


def sentence(response) -> str:
    """The error of a response, which must be one sentence of plain text in JSON."""
    message = response.json()["error"]
    assert message.endswith(".") and "\n" not in message and "Traceback" not in message
    return message


def test_data_sets_are_told_by_their_descriptors(client):
    told = client.get("/playground/datasets").json()
    assert list(told)[:2] == ["digits", "notes"]
    assert told["digits"]["words"]["one"] == "digit" and told["digits"]["output"]["classes"] == list("0123456789")
    assert told["digits"]["compared"] and not told["topics"]["compared"]


def test_run_answers_a_packed_message_and_passes_everything_to_the_engine(client, engine):
    response = client.post("/playground/run", json=QUESTION)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["x-content-type-options"] == "nosniff"
    header, body = unpack(response.content)
    assert header["asked"] == {"latents": [{"seed": 7}]} and len(body) == 784
    item, session, view, deadline_s = engine.asked[0]
    assert (item.model, item.operation, view) == ("image/a", "decode", "v")
    assert session == "testclient s" and deadline_s > 0


def test_a_packed_question_carries_its_body(client, engine):
    content = pack(QUESTION | {"operation": "encode"}, b"x" * 784)
    response = client.post("/playground/run", content=content, headers={"content-type": "application/octet-stream"})
    assert response.status_code == 200
    assert engine.asked[0][0].body == b"x" * 784


def test_equal_questions_are_computed_once_whatever_the_order_of_their_fields(client, engine):
    first = client.post("/playground/run", json=QUESTION)
    swapped = QUESTION | {
        "session": "other",
        "view": "",
        "request": {"latents": [{"seed": 7}], "settings": {"a": 1, "b": 2}},
    }
    again = QUESTION | {"session": "third"}
    reordered = swapped | {"request": {"settings": {"b": 2, "a": 1}, "latents": [{"seed": 7}]}}
    assert client.post("/playground/run", json=again).content == first.content
    client.post("/playground/run", json=swapped)
    client.post("/playground/run", json=reordered)
    assert len(engine.asked) == 2


def test_bodies_are_part_of_what_makes_questions_equal(client, engine):
    for content in (b"a", b"b", b"a"):
        packed = pack(QUESTION, content)
        client.post("/playground/run", content=packed, headers={"content-type": "application/octet-stream"})
    assert [item.body for item, *_ in engine.asked] == [b"a", b"b"]


def test_a_search_is_never_answered_from_what_was_kept(client, engine):
    for _ in range(2):
        client.post("/playground/run", json=QUESTION | {"operation": "invert"})
    assert len(engine.asked) == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequest("Seeds are whole numbers, got x; change it."), 400),
        (TooLarge("Too many."), 413),
        (Busy("The queue is full; try again."), 429),
        (WorkerLost("The model process died; try again."), 503),
        (OperationFailed("The model met an error."), 500),
    ],
)
def test_every_error_of_the_engine_becomes_its_status_and_sentence(client, engine, error, status):
    def refuse(item: Item) -> bytes:
        raise error

    engine.answer = refuse
    response = client.post("/playground/run", json=QUESTION)
    assert response.status_code == status
    assert sentence(response) == str(error)


def test_an_unknown_model_is_told_those_that_are_offered_and_no_others(client, engine):
    def refuse(item: Item) -> bytes:
        raise UnknownModel("No model is called 'image/b': choose one of image/a, image/classifier, image/broken.")

    engine.answer = refuse
    engine.cards.append({"id": "image/broken", "modality": "image", "problems": ["It is truncated."]})
    response = client.post("/playground/run", json=QUESTION | {"model": "image/b"})
    assert response.status_code == 404
    assert sentence(response) == "No model is called 'image/b': choose one of image/a."


def test_an_unexpected_error_says_nothing_of_its_inside(client, engine, caplog):
    def fail(item: Item) -> bytes:
        raise RuntimeError("secret path /somewhere")

    engine.answer = fail
    response = client.post("/playground/run", json=QUESTION)
    assert response.status_code == 500
    assert "secret" not in sentence(response)
    assert "secret path" in caplog.text


def test_errors_are_not_kept(client, engine):
    def fail(item: Item) -> bytes:
        raise WorkerLost("The model process died; try again.")

    working = engine.answer
    engine.answer = fail
    assert client.post("/playground/run", json=QUESTION).status_code == 503
    engine.answer = working
    assert client.post("/playground/run", json=QUESTION).status_code == 200


@pytest.mark.parametrize(
    ("text", "status", "part"),
    [
        ("", 400, "JSON"),
        ("[]", 400, "must be an object"),
        ("{", 400, "cannot be read"),
        ('{"model": "a"}', 400, "needs 'operation'"),
        ('{"model": 1, "operation": "x", "request": {}}', 400, "'model' must be a text"),
        ('{"model": "a", "operation": "x", "request": []}', 400, "'request' must be an object"),
        ('{"model": "a", "operation": "x", "request": {"n": NaN}}', 400, "finite"),
        ('{"model": "a", "operation": "x", "request": {"n": 1e999}}', 400, "finite"),
        ('{"model": "a", "operation": "x", "request": {"n": ' + "9" * 400 + "}}", 400, "2^53"),
        ('{"model": "a", "operation": "x", "request": {"n": ' + "9" * 5000 + "}}", 400, "cannot be read"),
        ('{"model": "a", "operation": "x", "request": {"n": ' + "[" * 60 + "]" * 60 + "}}", 400, "nested"),
        ('{"model": "a", "operation": "x", "request": {"n": ' + "[" * 30000, 400, "nested"),
        ('{"model": "' + "m" * 200 + '", "operation": "x", "request": {}}', 400, "at most 100 characters"),
        ('{"model": "a", "operation": "x", "request": {}, "session": 5}', 400, "'session' must be a text"),
        ('{"model": "a", "operation": "x", "request": {"n": "' + "x" * JSON_BYTES + '"}}', 413, "65536 bytes"),
    ],
)
def test_bad_json_is_refused_in_one_sentence(client, engine, text, status, part):
    response = client.post("/playground/run", content=text, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert part in sentence(response)
    assert not engine.asked


def test_lone_surrogates_do_no_harm(client, engine):
    def refuse(item: Item) -> bytes:
        raise UnknownModel(f"No model is called {item.model!r}.")

    engine.answer = refuse
    text = '{"model": "\\ud800", "operation": "x", "request": {"\\ud800": "\\ud800"}}'
    response = client.post("/playground/run", content=text, headers={"content-type": "application/json"})
    assert response.status_code == 404


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x"])
def test_other_content_types_are_refused(client, kind):
    response = client.post("/playground/run", content=b"{}", headers={"content-type": kind})
    assert response.status_code == 400
    assert "application/json or application/octet-stream" in sentence(response)


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"", "4 length bytes"), (b"\x05\x00\x00\x00{}", "whole message"), (b"\xff\xff\xff\xff{}", "header")],
)
def test_torn_packed_messages_are_refused(client, content, part):
    response = client.post("/playground/run", content=content, headers={"content-type": "application/octet-stream"})
    assert response.status_code in (400, 413)
    assert part in sentence(response)


def test_a_packed_header_has_the_limit_of_json(client):
    content = pack(QUESTION | {"request": {"n": "x" * JSON_BYTES}})
    response = client.post("/playground/run", content=content, headers={"content-type": "application/octet-stream"})
    assert response.status_code == 413


def test_a_body_that_does_not_say_its_length_is_cut_off_while_it_is_read(client, engine):
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 3 * BINARY_BYTES:
            sent += 1 << 18
            yield bytes(1 << 18)

    response = client.post("/playground/run", content=endless(), headers={"content-type": "application/octet-stream"})
    assert response.status_code == 413
    assert str(BINARY_BYTES) in sentence(response)
    assert not engine.asked


def test_a_session_that_asks_too_fast_is_told_to_slow_down():
    engine = FakeEngine()
    service = Service(engine, per_session=TokenBuckets(rate_per_s=1, burst=3))
    with TestClient(Starlette(routes=build_routes(service, StaticFiles()))) as client:
        statuses = [client.post("/playground/run", json=QUESTION).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert client.post("/playground/run", json=QUESTION | {"session": "another"}).status_code == 200


def test_an_address_that_changes_its_session_is_limited_too():
    service = Service(FakeEngine(), per_address=TokenBuckets(rate_per_s=1, burst=3))
    with TestClient(Starlette(routes=build_routes(service, StaticFiles()))) as client:
        asked = [client.post("/playground/run", json=QUESTION | {"session": str(i)}).status_code for i in range(4)]
    assert asked == [200, 200, 200, 429]


def test_models_are_listed_once_for_many(client, engine):
    assert client.get("/playground/models").json() == [{"id": "image/a", "modality": "image", "problems": []}]
    client.get("/playground/models")
    assert len(engine.asked) == 1


def test_live_and_ready_are_told_apart(client, engine):
    engine.ready = False
    assert client.get("/playground/health/live").status_code == 200
    response = client.get("/playground/health/ready")
    assert response.status_code == 503
    health = response.json()
    assert health["ready"] is False and health["workers"][0]["state"] == "ready"
    assert "pid" not in json.dumps(health)
    engine.ready = True
    assert client.get("/playground/health/ready").status_code == 200


def test_static_files_are_kept_for_ever_under_their_version_and_nowhere_else(client):
    files = StaticFiles()
    fresh = client.get("/playground/static/main.js")
    assert fresh.status_code == 200 and fresh.headers["cache-control"] == "no-cache"
    assert fresh.headers["content-type"].startswith("text/javascript")
    assert fresh.headers["x-content-type-options"] == "nosniff"
    kept = client.get(f"/playground/static/{files.version}/main.js")
    assert "immutable" in kept.headers["cache-control"] and kept.content == fresh.content
    old = client.get("/playground/static/v-0000/main.js")
    assert old.headers["cache-control"] == "no-cache"
    again = client.get("/playground/static/main.js", headers={"if-none-match": fresh.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_a_modality_may_overrule_the_shared_panels_styles_and_these_the_pages():
    head = StaticFiles().head()
    sheets = re.findall(r'rel="stylesheet" href="[^"]*?/v-[^/]+/([^"]+)"', head)
    folders = [name.rpartition("/")[0] for name in sheets]
    assert sheets[0] == "playground.css" and folders[1] == "panels"
    assert max(i for i, folder in enumerate(folders) if folder == "panels") < folders.index("audio")
    assert f"/{StaticFiles().version}/image/explore.js" in head


@pytest.mark.parametrize("path", ["../page.py", "..%2Fpage.py", "%2e%2e/page.py", "core", "nothing.js", "/etc/passwd"])
def test_nothing_outside_the_folder_is_served(client, path):
    response = client.get(f"/playground/static/{path}")
    assert response.status_code == 404
    assert b"import" not in response.content


def test_wrong_methods_are_refused(client):
    assert client.get("/playground/run").status_code == 405
    assert client.post("/playground/models").status_code == 405
