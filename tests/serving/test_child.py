"""What the model process does with a worker's answers and errors, through a whole engine."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from harness import ask, item, list_children, with_engine, worker_of

from playground.errors import BadRequest, OperationFailed, UnknownModel, WorkerLost
from playground.serving import LocalEngine, unpack
from playground.serving.child import describe_error
from playground.serving.process import child_environment


def test_an_answer_comes_back_as_the_worker_made_it() -> None:
    async def scenario(engine: LocalEngine) -> None:
        body = bytes(range(256)) * 4000
        header, got = unpack(await engine.submit(item("echo", body=body, number=1.5, text="ä\u2028")))
        assert header["echo"] == {"number": 1.5, "text": "ä\u2028"}
        assert header["device"] == "cpu"
        assert bytes(got) == body

    with_engine(scenario)


def test_an_items_own_error_is_its_own_and_keeps_message_and_nearest_known_class() -> None:
    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(BadRequest) as caught:
            await engine.submit(item("raise", kind="ours"))
        assert type(caught.value) is BadRequest
        assert str(caught.value) == "Send an even number."
        assert (await ask(engine, item("echo")))["pid"] == worker_of(engine)["pid"]

    with_engine(scenario)


@pytest.mark.parametrize("operation", ["raise", "raise_all"])
def test_a_foreign_error_becomes_a_plain_sentence_and_a_traceback_in_the_log(
    operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(OperationFailed, match="^The model met an internal error on this request; .*") as caught:
            await engine.submit(item(operation, kind="other"))
        assert "secret" not in str(caught.value)
        assert worker_of(engine)["restarts"] == 0

    with_engine(scenario)
    assert "secret detail" in capfd.readouterr().err


def test_a_wrong_number_of_results_is_an_error_that_names_both_counts() -> None:
    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(OperationFailed, match="returned 2 results for 1 items"):
            await engine.submit(item("wrong_count"))
        with pytest.raises(OperationFailed, match="returned a NoneType"):
            await engine.submit(item("wrong_type"))

    with_engine(scenario)


def test_what_a_worker_prints_goes_to_the_log_and_not_into_the_protocol(capfd: pytest.CaptureFixture[str]) -> None:
    async def scenario(engine: LocalEngine) -> None:
        await ask(engine, item("print"))

    with_engine(scenario)
    out, _ = capfd.readouterr()
    assert out == ""


def test_a_request_for_which_memory_is_too_small_is_told_so() -> None:
    async def scenario(engine: LocalEngine) -> None:
        with pytest.raises(OperationFailed, match="too little memory"):
            await engine.submit(item("raise", kind="memory"))
        assert (await ask(engine, item("echo")))["pid"] == worker_of(engine)["pid"]

    with_engine(scenario)


def test_the_child_sees_no_secrets_and_the_threads_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "my_secret", "Db_Password", "API_KEY_2"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("HARMLESS", "yes")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")

    async def scenario(engine: LocalEngine) -> None:
        environment = (await ask(engine, item("environment")))["environment"]
        assert not {"HF_TOKEN", "my_secret", "Db_Password", "API_KEY_2"} & set(environment)
        assert environment["HARMLESS"] == "yes"
        assert environment["OMP_NUM_THREADS"] == "3"

    with_engine(scenario)


def test_threads_come_from_the_environment_then_the_processors() -> None:
    assert child_environment({"OMP_NUM_THREADS": "2"})["OMP_NUM_THREADS"] == "2"
    assert int(child_environment({})["OMP_NUM_THREADS"]) >= 1
    assert child_environment({})["THP_MEM_ALLOC_ENABLE"] == "1"
    assert child_environment({"THP_MEM_ALLOC_ENABLE": "0"})["THP_MEM_ALLOC_ENABLE"] == "0"


def test_a_worker_that_cannot_be_built_is_not_ready_and_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    children = list_children()

    async def main() -> None:
        engine = LocalEngine(
            "tests.serving.fake_worker:UnbuildableWorker", circuit={"limit": 2, "first_delay_s": 0.01, "probe_s": 60}
        )
        await engine.start()
        with pytest.raises(WorkerLost, match="keeps failing and is tried again only now and then"):
            await engine.wait_ready(20)
        health = engine.health()
        assert health["live"] and not health["ready"]
        assert health["workers"][0]["circuit"] == "open"
        await engine.close()

    asyncio.run(main())
    assert "no checkpoints for cpu" in capfd.readouterr().err
    assert list_children() == children


def test_long_messages_are_cut_and_subclasses_named_by_the_class_that_is_known() -> None:
    class Odd(UnknownModel):
        pass

    described = describe_error(Odd("x" * 5000))
    assert described["error"] == "UnknownModel"
    assert len(described["message"]) == 2000


def test_serving_imports_neither_torch_nor_gradio() -> None:
    code = "import sys, playground.serving.child; print({'torch', 'gradio', 'numpy'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
