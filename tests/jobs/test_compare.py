"""The comparison and its report: progress that never falls, short slices, timeouts with what passes, clear refusals."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from playground.datasets import compared_words
from playground.errors import BadRequest, Busy, PlaygroundError, UnknownModel, WorkerLost
from playground.jobs import ask
from playground.jobs import compare as job
from playground.jobs.compare import compare
from playground.jobs.compare_request import CompareRequest
from playground.operations.worker import Worker
from playground.protocol.events import Progress, to_json
from playground.serving import Item, unpack
from playground.views import report as module
from tests.read_back import read_settings
from tests.tiny_music import save_tiny_music
from tests.ui.fake_models import FakeModels, card

CARDS = [card("image/a"), card("image/b"), card("image/c", ["model.safetensors is cut short."])]
TWO = ["image/a", "image/b"]


def check_request(cards: list[dict[str, Any]], models: Any, n: Any, seed: Any, settings: Any = None) -> CompareRequest:
    return CompareRequest.read({"models": models, "n": n, "seed": seed, "settings": settings}, cards, compared_words)


async def events_of(ask: Any, plan: CompareRequest) -> list[dict[str, Any]]:
    """Every event of a comparison that is reported, as plain JSON; of the result its data."""
    plain = [to_json(event) async for event in module.report(compare(ask, plan), plan.words, "light")]
    return [{"kind": event["kind"], **event.get("data", event)} for event in plain]


def collect(models: FakeModels, *, draw: bool = False, **request: Any) -> list[dict[str, Any]]:
    """Every event of a comparison of two models; drawing is slow, so only where a test looks at figures."""
    plan = check_request(CARDS, TWO, **{"n": 100, "seed": 7, **request})
    with pytest.MonkeyPatch.context() as patch:
        if not draw:
            patch.setattr(module, "FIGURES", dict.fromkeys(module.FIGURES, lambda rows, theme, request: None))
        return asyncio.run(events_of(models, plan))


def test_progress_never_falls_and_ends_before_its_total() -> None:
    *progress, result = collect(FakeModels())
    done = [event["done"] for event in progress]
    assert all(event["kind"] == "progress" and event["words"] for event in progress)
    assert done == sorted(done)
    assert done[-1] <= progress[0]["total"]
    assert len(done) > 10
    assert result["kind"] == "result"


def test_every_number_comes_with_its_band_protocol_and_standing() -> None:
    result = collect(FakeModels())[-1]
    assert [model["id"] for model in result["models"]] == TWO
    for model in result["models"]:
        precision, coverage = model["measures"]
        assert precision["band"] == [0.85, 0.95] and precision["floor"] == 0.9
        assert precision["protocol"] == "precision-100-net"
        assert (precision["standing"], coverage["standing"]) == ("worse", "within")
        assert "precision 0.5 (band 0.85 to 0.95)" in model["verdict"]
    assert result["verdict"].startswith("At ") and "worst is precision 0.5" in result["verdict"]


def test_models_and_real_data_show_samples_with_their_nearest() -> None:
    result = collect(FakeModels())[-1]
    for column in (result["real"], *result["models"]):
        assert len(base64.b64decode(column["samples"])) == compared_words("digits").shown * 784
        assert len(base64.b64decode(column["nearest"])) == compared_words("digits").shown * 784
        assert column["nearest_median"] == 0.2


def test_all_models_draw_from_the_same_seeds() -> None:
    models = FakeModels()
    collect(models, seed=41)
    drawn: dict[str, list[int]] = {}
    for item, _ in models.asked:
        if item.operation == "features":
            assert item.request["seed"] == 41
            drawn.setdefault(item.model, []).extend(
                range(item.request["start"], item.request["start"] + item.request["count"])
            )
    assert drawn == {model: list(range(100)) for model in TWO}


def test_slow_models_are_asked_in_smaller_slices() -> None:
    slow, fast = FakeModels(seconds=0.05), FakeModels(seconds=0.0001)
    collect(slow)
    collect(fast)
    counts = [[i.request["count"] for i, _ in m.asked if i.operation == "features"] for m in (slow, fast)]
    assert max(counts[0]) == 4  # 0.2 s
    assert max(counts[1]) == 32


def test_slices_hold_the_worker_for_embedding_too_and_only_sampling_is_told_as_cost() -> None:
    models = FakeModels(seconds=0.005, embed_seconds=0.02)
    result = collect(models)[-1]
    assert max(item.request["count"] for item, _ in models.asked if item.operation == "features") == 8  # 0.2 s
    assert [column["seconds_per_sample"] for column in result["models"]] == [pytest.approx(0.005)] * 2


def test_figures_carry_the_request_and_words() -> None:
    result = collect(FakeModels(), draw=True, settings={"image/a": {"temperature": 0.7}})[-1]
    assert [figure["name"] for figure in result["figures"]] == ["metrics", "histogram", "pairwise", "embedding", "cost"]
    for figure in result["figures"]:
        request = read_settings(base64.b64decode(figure["png"]))
        assert request == result["request"]
        assert request["settings"] == {"image/a": {"temperature": 0.7}}
        assert "A" in figure["caption"]


def test_settings_reach_only_their_model() -> None:
    models = FakeModels()
    collect(models, settings={"image/a": {"temperature": 0.7}})
    for item, _ in models.asked:
        if item.operation == "features":
            assert item.request["settings"] == ({"temperature": 0.7} if item.model == "image/a" else {})


def test_what_is_measured_otherwise_than_it_is_shown_is_so_unless_the_visitor_says() -> None:
    words = {"name": "words", "default": "likeliest", "measured": "drawn"}
    cards = [card("image/a") | {"settings": [words, {"name": "temperature", "default": 1.0, "measured": None}]}]
    cards.append(card("image/b"))
    models = ["image/a", "image/b"]
    assert check_request(cards, models, 100, 7).settings == {"image/a": {"words": "drawn"}}
    given = {"image/a": {"temperature": 0.5}}
    assert check_request(cards, models, 100, 7, given).settings == {"image/a": {"words": "drawn", "temperature": 0.5}}
    given = {"image/a": {"words": "likeliest"}}
    assert check_request(cards, models, 100, 7, given).settings == given


def test_closing_it_stops_after_the_slice_in_flight() -> None:
    models = FakeModels()

    async def stop_early() -> int:
        plan = check_request(CARDS, TWO, 1000, 7)
        events = module.report(compare(models, plan), plan.words, "light")
        async for event in events:
            assert isinstance(event, Progress)
            if event.done >= 48:
                break
        await events.aclose()
        asked = len(models.asked)
        await asyncio.sleep(0.05)
        return asked

    assert asyncio.run(stop_early()) == len(models.asked) <= 6


def test_what_passes_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "RETRY_AFTER_S", (0.0, 0.0))
    models = FakeModels(fail=[Busy("The queue is full."), WorkerLost("The worker died.")])
    assert collect(models)[-1]["kind"] == "result"


def test_what_does_not_pass_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "RETRY_AFTER_S", (0.0, 0.0))
    with pytest.raises(WorkerLost, match="gone"):
        collect(FakeModels(fail=[WorkerLost("It is gone.") for _ in range(3)]))
    with pytest.raises(BadRequest, match="temperature"):
        collect(FakeModels(fail=[BadRequest("'temperature' must be a number.")]))


def test_a_comparison_asks_one_thing_at_a_time() -> None:
    models = FakeModels()
    collect(models)
    assert models.most_open == 1


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        ({"models": ["image/a"]}, BadRequest, "2 to 4 models, got 1"),
        ({"models": ["image/a"] * 5}, BadRequest, "2 to 4 models, got 5"),
        ({"models": "image/a"}, BadRequest, "got str"),
        ({"models": ["image/a", "image/nope"]}, UnknownModel, "No model is called 'image/nope': choose among image/a"),
        ({"models": ["image/a", 7]}, UnknownModel, "No model is called '7'"),
        ({"models": ["image/a", "image/c"]}, BadRequest, "image/c cannot be compared: model.safetensors is cut"),
        ({"models": ["image/a", "image/a"]}, BadRequest, "once, got image/a 2 times"),
        ({"n": 99}, BadRequest, "'n' must be a whole number from 100 to 1000, got 99"),
        ({"n": 1001}, BadRequest, "got 1001"),
        ({"n": 100.5}, BadRequest, "got 100.5"),
        ({"n": float("nan")}, BadRequest, "got nan"),
        ({"n": "many"}, BadRequest, "got 'many'"),
        ({"n": True}, BadRequest, "got True"),
        ({"seed": -1}, BadRequest, "'seed' must be a whole number"),
        ({"seed": None}, BadRequest, "got None"),
        ({"settings": [1]}, BadRequest, "settings must map"),
        ({"settings": {"image/a": 3}}, BadRequest, "settings must map"),
        ({"settings": {"image/z": {}}}, BadRequest, "compared models only, got some for 'image/z'"),
    ],
)
def test_bad_requests_are_refused_in_one_sentence(
    request_: dict[str, Any], error: type[PlaygroundError], words: str
) -> None:
    with pytest.raises(error) as caught:
        check_request(CARDS, **{"models": TWO, "n": 100, "seed": 7, **request_})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


NOTES = [card("audio/a") | {"dataset": "notes"}, card("audio/b") | {"dataset": "notes"}]
MELODY = card("audio/m") | {"dataset": "melodies"}


def test_models_of_two_data_sets_are_refused_and_a_data_sets_only_model_is_not() -> None:
    with pytest.raises(BadRequest, match="on one data set, got models of melodies and notes; choose models of one"):
        check_request([*NOTES, MELODY], ["audio/a", "audio/m"], 100, 7)
    with pytest.raises(BadRequest, match="2 to 4 models, got 1"):
        check_request([*NOTES, MELODY], ["audio/a"], 100, 7)
    plan = check_request([*NOTES, MELODY], ["audio/m"], 100, 7)
    assert plan.dataset == "melodies" and plan.words.many == "melodies"


def test_each_data_set_has_its_own_limits_of_samples() -> None:
    chorales = [card("audio/c") | {"dataset": "chorales"}]
    assert check_request(chorales, ["audio/c"], 50, 7).n == 50
    with pytest.raises(BadRequest, match="'n' must be a whole number from 50 to 300, got 301"):
        check_request(chorales, ["audio/c"], 301, 7)


def test_replies_name_histograms_facts_and_the_cost_of_a_second_of_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIGURES", dict.fromkeys(module.FIGURES, lambda rows, theme, request: b"png"))
    monkeypatch.setattr(module, "draw_histogram", lambda rows, theme, request, which: b"png")
    models = FakeModels(seconds=0.01, notes=True)
    plan = check_request(NOTES, ["audio/a", "audio/b"], 100, 7)

    result = asyncio.run(events_of(models, plan))[-1]
    assert result["dataset"] == "notes" and result["cost_of"] == "second of sound"
    assert [(figure["name"], figure["title"]) for figure in result["figures"]][1:3] == [
        ("histogram", "Instrument family"),
        ("histogram-2", "Octave"),
    ]
    (first, _), shown = result["models"], plan.words.shown
    assert first["histograms"][0]["labels"] == tuple("abcdefghij")
    assert first["facts"] == {"pitches": [60] * shown} and first["nearest_facts"] == {"names": ["Oboe"] * shown}
    assert first["cost_s"] == pytest.approx(0.01 + 0.03)  # drawing, and making it audible
    asked = {item.operation: item for item, _ in models.asked}
    assert asked["listen"].request == {"pitches": [60] * 4} and len(asked["listen"].body) == 4 * 784
    assert asked["nearest"].request["dataset"] == asked["reference"].request["dataset"] == "notes"


def test_chorales_are_drawn_window_by_window_as_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_tiny_music(tmp_path)
    worker = Worker(root=str(tmp_path))
    asked: list[Item] = []

    async def run(item: Item) -> bytes:
        asked.append(item)
        (reply,) = worker.run([item])
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(job, "SLICES", (1,))
    monkeypatch.setattr(module, "FIGURES", dict.fromkeys(module.FIGURES, lambda rows, theme, request: None))
    monkeypatch.setattr(module, "draw_histogram", lambda rows, theme, request, which: None)
    name = "audio/chorales-rbm"
    plan = check_request([card(name) | {"dataset": "chorales"}], [name], 50, 7, {name: {"steps": 2}})
    (column,) = asyncio.run(events_of(run, plan))[-1]["models"]
    drawing = [item for item in asked if item.operation == "features"]
    assert len(drawing) == 50 and [len(item.body) // (46 * 16) for item in drawing] == [0, 1, 2, 3] * 12 + [0, 1]
    shown = plan.words.shown
    request = {"seed": 7, "start": 0, "count": shown, "settings": {"steps": 2}}
    _, body = unpack(asyncio.run(run(Item(name, "features", request))))
    assert base64.b64decode(column["samples"]) == bytes(body[: shown * 46 * 16])
