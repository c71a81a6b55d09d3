"""The GPU script's own logic, for two families; and its questions on a simulated device, which refuses what CUDA refuses."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from playground.checkpoint import default_root
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import pack, unpack
from tests.gpu import agreement, engine, speed, training
from tests.gpu.questions import Question, questions_of
from tests.gpu.simulated_device import MixedDevices, simulated_device

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
