"""The GPU script's own logic, for two families; its questions on a simulated device, which refuses what CUDA refuses; and the
time and the size that it keeps to."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from playground.checkpoint import default_root
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import pack, unpack
from tests.gpu import agreement, engine, speed, training
from tests.gpu import pack as packing
from tests.gpu.budget import CLOSING_S, GUESSED_S, RECENT, Budget
from tests.gpu.questions import Question, questions_of
from tests.gpu.simulated_device import MixedDevices, simulated_device
from tests.server import patient

ROOT = default_root()
FAMILIES = ("image/digits-vae", "image/digits-rbm")


@pytest.fixture(scope="module")
def host() -> Worker:
    return Worker("cpu", root=str(ROOT))


@pytest.fixture(scope="module")
def cards(host: Worker) -> dict:
    header, _ = unpack(agreement.answer(host, [Item("", "models", {})])[0])
    return {card["id"]: card for card in header["models"]}


def two_of(question: Question) -> Question:
    return Question(question.operation, question.items[:2])


def test_a_simulated_device_refuses_what_cuda_refuses():
    with simulated_device() as device:
        x = torch.arange(3.0).to(device)
        assert (x * 2 + 1.0).tolist() == [1.0, 3.0, 5.0] and x.device.type == device
        assert x[[0, 2]].cpu().tolist() == [0.0, 2.0] and x[torch.tensor([1])].tolist() == [1.0]
        with pytest.raises(MixedDevices):
            torch.add(x, torch.ones(3))
        with pytest.raises(MixedDevices):
            torch.where(torch.tensor([True, False, True]), x, x)
        with pytest.raises(MixedDevices):
            torch.rand(3, device=device, generator=torch.Generator())
        with pytest.raises((RuntimeError, TypeError)):
            x.numpy()


@pytest.mark.parametrize("model", FAMILIES)
def test_every_operation_of_a_model_answers_on_a_simulated_device_as_on_the_cpu(model, host, cards):
    with simulated_device() as name:
        device = Worker(name, root=str(ROOT))
        for question in questions_of(cards[model], lambda item: agreement.answer(host, [item])[0], None):
            for result in agreement.compare_devices(cards[model], two_of(question), host, device):
                assert result.passed and result.agreeing == result.asked, result


@pytest.mark.filterwarnings("ignore:for .* copying from a non-meta parameter")  # here "meta" does hold numbers
def test_a_model_trains_on_a_simulated_device_as_on_the_cpu(host, tmp_path):
    pictures = torch.rand(64, 1, 28, 28, generator=torch.Generator().manual_seed(1)).mul(255).to(torch.uint8)
    save_file({"inputs": pictures, "labels": torch.arange(64) % 10}, tmp_path / "digits.safetensors")
    with simulated_device() as name:
        device = Worker(name, root=str(ROOT))
        results = training.compare_training("image/digits-rbm", tmp_path, host, device, precision="fp32")
    assert len(results) == 2 and all(result.passed for result in results), results


def test_without_items_of_its_data_set_no_training_is_compared(host, tmp_path: Path):
    assert training.compare_training(FAMILIES[0], tmp_path, host, host) == []


def test_a_worker_with_little_memory_drops_models_and_loads_them_again():
    result = engine.keep_few_models(ROOT, "cpu", FAMILIES)
    assert result.passed, result


def test_speed_is_told_in_what_a_model_makes(host, cards, monkeypatch):
    monkeypatch.setattr(speed, "MEASURED_S", 0.05)
    what, rate = speed.speed_of(cards[FAMILIES[0]], host) or ("", 0.0)
    assert what == "images" and rate > 1


def test_differences_beyond_tolerance_are_said_in_words():
    facts = {"frames": 1, "height": 1, "width": 4, "channels": 1}
    same, near, far = (pack(facts, bytes(row)) for row in ([9, 9, 9, 9], [9, 11, 9, 9], [9, 9, 9, 200]))
    assert agreement.difference("decode", same, near) == ""
    assert agreement.difference("decode", same, far) == "frames: 1 of 4 bytes differ, by up to 191"
    assert agreement.difference("decode", pack({"z": [1.0, 2.0]}), pack({"z": [1.0, 2.5]})).startswith(
        "header.z: differ"
    )
    assert agreement.difference("decode", pack({"a": "x"}), pack({"a": "y"})) == "header.a: 'x' beside 'y'"
    times = ({"seconds": 1.0, "embed_seconds": 1.0}, {"seconds": 2.0, "embed_seconds": 3.0})
    assert agreement.difference("features", *map(pack, times)) == ""


def script(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess, float]:
    """What ``sh tests/gpu.sh`` of that folder does with these arguments, and its seconds."""
    started_s = time.monotonic()
    environment = {**os.environ, "PLAYGROUND_VENV": str(Path(sys.executable).parents[1])}
    done = subprocess.run(
        ["sh", "tests/gpu.sh", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=200
    )
    return done, time.monotonic() - started_s


def test_a_part_has_its_share_and_leaves_what_it_does_not_need():
    now = [100.0]
    budget = Budget(95 + CLOSING_S, {"first": 1.0, "second": 3.0, "third": 1.0}, spent_s=5.0, clock=lambda: now[0])
    assert budget.begin("first") == pytest.approx(18.0)
    now[0] += 2.0
    assert budget.begin("second") == pytest.approx(66.0)
    now[0] += 66.0
    assert not budget.fits()
    assert budget.begin("third") == pytest.approx(22.0)
    now[0] += 30.0
    assert not budget.fits()


def test_a_check_is_begun_only_when_the_longest_of_the_last_few_would_fit():
    now = [0.0]
    budget = Budget(20 + CLOSING_S, {"one": 1.0}, clock=lambda: now[0])
    budget.begin("one")
    assert budget.fits() and GUESSED_S < 8
    with budget.measured():
        now[0] += 8.0
    assert budget.fits()
    with budget.measured():
        now[0] += 5.0
    assert not budget.fits()
    for _ in range(RECENT):
        with budget.measured():
            now[0] += 0.5
    assert budget.fits()


def test_the_script_ends_in_its_seconds_and_names_what_it_left_out():
    done, seconds = script(ROOT.parent, "--device", "cpu", "--seconds", "20")
    assert seconds < 20 + patient(5), done.stdout  # a busy machine takes a while to start and to end a process
    closing = done.stdout.partition("Not checked:")[2]
    assert "CUDA itself: there is no such device here" in closing
    assert "for want of time" in closing or "it was not begun" in closing, done.stdout


def test_what_is_packed_fits_has_every_family_and_runs_by_itself(tmp_path: Path, capsys):
    folder, most = tmp_path / "packed", 64 << 20
    assert packing.main([str(folder), "--mib", "64"]) == 0
    families = [json.loads(path.read_text())["family"] for path in folder.glob("checkpoints/*/*/config.json")]
    everything = {path.parent.relative_to(ROOT).as_posix(): path for path in ROOT.glob("*/*/config.json")}
    assert packing.bytes_of(folder) <= most
    assert {*families} == {json.loads(path.read_text())["family"] for path in everything.values()}
    left = [name for name in everything if not (folder / "checkpoints" / name).exists()]
    assert left and f"Left out: {', '.join(sorted(left))}" in capsys.readouterr().out
    ran, _ = script(folder, "--device", "cpu", "--parts", "agreement", "--models", "names-rbm", "digits-vae-2d")
    assert ran.returncode == 0 and "image/digits-vae-2d" in ran.stdout and "text/names-rbm" in ran.stdout, ran.stdout


def test_of_a_family_the_smallest_travels_first():
    sizes = {"a": 5, "b": 3, "c": 4, "d": 1}
    families = {"a": "vae", "b": "vae", "c": "gan", "d": "vae"}
    assert packing.choose(sizes, families, 5) == ["c", "d"]
    assert packing.choose(sizes, families, 9) == ["b", "c", "d"]
    assert packing.choose(sizes, families, 13) == ["a", "b", "c", "d"]
    with pytest.raises(ValueError):
        packing.choose(sizes, families, 4)


def test_what_cannot_be_packed_is_said_in_one_sentence(tmp_path: Path, capsys):
    assert packing.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"'{tmp_path}' exists already: name a new folder.\n"
    assert packing.main([str(tmp_path / "new"), "--mib", "20"]) == 2 and not (tmp_path / "new").exists()
    words = capsys.readouterr().err
    assert words.startswith("One checkpoint of every family and the code are ") and "allow more with --mib" in words
