"""Broken checkpoint folders: each is listed with one sentence saying why, and nothing of it is ever executed."""

import json
import pickle
import re
import resource
import shutil
import struct
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from playground.__main__ import main
from playground.checkpoint import default_root, find_checkpoint, find_checkpoints, load_model, save_checkpoint
from playground.errors import BrokenCheckpoint, UnknownModel
from playground.models import REGISTRY
from playground.models.rbm import RBM, RBMConfig
from playground.models.vae import VAE, VAEConfig
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack

SIZES: dict[str, Any] = {"shape": (1, 28, 28), "latent": 2, "width": 4, "hidden": 8, "importance_samples": 1}


@pytest.fixture
def root(tmp_path):
    torch.manual_seed(0)
    facts = {
        "id": "image/small",
        "name": "Small",
        "summary": "A small model.",
        "modality": "image",
        "family": "vae",
        "dataset": "digits",
        "config": SIZES,
        "cost": {},
        "metrics": {},
    }
    save_checkpoint(tmp_path, VAE(VAEConfig(**SIZES)), facts)
    return tmp_path


def reason(root) -> str:
    """Why the model is not served: from the listing when visible there, else from loading it."""
    (checkpoint,) = find_checkpoints(root)
    if checkpoint.problems:
        return checkpoint.problems[0]
    with pytest.raises(BrokenCheckpoint) as caught:
        load_model(checkpoint)
    return str(caught.value)


def weights(root):
    return root / "image/small/model.safetensors"


def config(root):
    return root / "image/small/config.json"


def test_a_healthy_checkpoint_has_no_problems(root):
    (checkpoint,) = find_checkpoints(root)
    assert checkpoint.problems == () and load_model(checkpoint).config == VAEConfig(**SIZES)


def test_unknown_names_list_those_there_are(root):
    with pytest.raises(UnknownModel, match="No model is called 'image/none': choose one of image/small."):
        find_checkpoint(root, "image/none")
    with pytest.raises(UnknownModel):
        find_checkpoint(root, "../../etc")


def test_truncated_weights(root):
    content = weights(root).read_bytes()
    weights(root).write_bytes(content[:-100])
    assert "is truncated: its header promises" in reason(root)
    weights(root).write_bytes(content[:5])
    assert "is truncated or not a safetensors file" in reason(root)
    weights(root).write_bytes(b"")
    assert "is truncated or not a safetensors file" in reason(root)


def test_a_pickle_under_the_right_name_is_refused_unread(root, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "executed"), "w"))

    weights(root).write_bytes(pickle.dumps(Bomb(), protocol=4) + bytes(100))
    assert "pickles are never loaded" in reason(root)
    torch.save({"a": torch.zeros(3)}, weights(root))
    assert "pickles are never loaded" in reason(root)
    assert not (tmp_path / "executed").exists()


def test_a_pickle_beside_missing_weights_is_named(root):
    weights(root).rename(root / "image/small/pytorch_model.bin")
    assert "pytorch_model.bin is a pickle file, which is never loaded" in reason(root)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite(root, value):
    tensors = load_file(weights(root))
    tensors["net.decoder.first.weight"][0, 0] = value
    save_file(tensors, weights(root))
    assert "holds numbers that are not finite in 'net.decoder.first.weight'" in reason(root)


def test_wrong_shapes_names_and_dtypes(root):
    tensors = load_file(weights(root))
    whole = dict(tensors)
    save_file({**whole, "net.decoder.first.weight": torch.zeros(3, 3)}, weights(root))
    assert "'net.decoder.first.weight' is torch.float32 (3, 3), expected torch.float32 (8, 2)" in reason(root)
    save_file({**whole, "net.decoder.first.weight": tensors["net.decoder.first.weight"].double()}, weights(root))
    assert "torch.float64" in reason(root)
    save_file({k: v for k, v in whole.items() if k != "net.decoder.first.bias"}, weights(root))
    assert "'net.decoder.first.bias' is only in one of them" in reason(root)
    save_file({**whole, "extra": torch.zeros(1)}, weights(root))
    assert "'extra' is only in one of them" in reason(root)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "oracle"}, "names the family 'oracle'; known are arae"),
        ({"config": {"depth": 3}}, "does not describe a vae"),
        ({"config": {"latent": 0}}, "does not describe a vae"),
        (
            {"config": {"latent": 2}},
            "does not describe a vae: shape is missing: name the channels, height and width of the",
        ),
        ({"format": 99}, "has format 99; this version reads format 1"),
        ({"parameters": "many"}, "config.json needs 'parameters' as a whole number"),
        ({"cost": {"seconds": "many"}}, "config.json needs in its 'cost' seconds and flops as numbers and a device"),
        (
            {"metrics": {"fid": None}},
            "config.json needs for each of its 'metrics' a value and a floor, a unit and what is ",
        ),
        (
            {"metrics": {"fid": {"value": 1, "unit": "", "better": "less"}}},
            "for each of its 'metrics' a value and a floor",
        ),
        ({"metrics": {"fid": {"value": "low", "floor": 1, "unit": "", "better": "less"}}}, "of its 'metrics' a value"),
        ({"sha256": "0" * 64}, "model.safetensors is not the file that config.json names: its SHA-256 begins with "),
        ({"config": {"latent": 10**99}}, "config.json asks for latent = 1e+99: sizes go up to 4096"),
    ],
)
def test_configs_that_describe_no_model(root, change, message):
    facts = json.loads(config(root).read_text())
    config(root).write_text(json.dumps(facts | change))
    assert message in reason(root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ("", "config.json is not valid JSON (it is empty): write it anew."),
        ("[1]", "must hold an object, it holds a list"),
        ("{}", "config.json lacks format"),
        ('{"format": NaN}', "config.json is not valid JSON (NaN is no finite number): write it anew."),
        ('{"format": 1, "format": 1}', "config.json is not valid JSON (it names 'format' twice): write it anew."),
        ('{"format": 1' + "0" * 4300 + "}", "config.json is not valid JSON (it holds a whole number of 4,301 digits)"),
        ('{"seconds": -1e999}', "config.json is not valid JSON (-1e999 is no finite number): write it anew."),
    ],
)
def test_unreadable_configs(root, text, message):
    config(root).write_text(text)
    assert message in reason(root)
    config(root).unlink()
    assert "config.json is missing" in reason(root)


def test_headers_that_lie(root):
    header = json.dumps({"a": {"dtype": "F32", "shape": [10**9], "data_offsets": [0, 4 * 10**9]}}).encode()
    weights(root).write_bytes(struct.pack("<Q", len(header)) + header)
    assert "is truncated: its header promises" in reason(root)
    weights(root).write_bytes(struct.pack("<Q", 2**60) + header)
    assert "header length does not fit" in reason(root)
    weights(root).write_bytes(struct.pack("<Q", 4) + b"nope")
    assert "unreadable header" in reason(root)


def test_files_over_ten_megabytes_are_refused(root):
    with weights(root).open("ab") as file:
        file.truncate(11 * 2**20)
    assert "the limit is 10 MiB a file" in reason(root)


def test_one_broken_folder_leaves_the_others_alone(root):
    (root / "image/broken").mkdir()
    by_id = {checkpoint.id: checkpoint for checkpoint in find_checkpoints(root)}
    assert by_id["image/broken"].problems and not by_id["image/small"].problems


def test_weights_beyond_ten_megabytes_are_kept_in_half_precision_and_read_as_float32(root, monkeypatch):
    (checkpoint,) = find_checkpoints(root)
    model = load_model(checkpoint)
    room = sum(tensor.nbytes for tensor in model.state_dict().values())
    monkeypatch.setattr("playground.checkpoint.MAX_FILE_BYTES", room - 1)
    monkeypatch.setattr("playground.checkpoint.MAX_HEADER_BYTES", 0)
    tensors = {name: tensor.half() for name, tensor in model.state_dict().items()}
    save_checkpoint(root / "other", model, checkpoint.facts)
    saved = load_file(root / "other/image/small/model.safetensors")
    assert all(tensor.dtype == torch.float16 for tensor in saved.values() if tensor.is_floating_point())
    monkeypatch.undo()
    again = load_model(find_checkpoint(root / "other", "image/small"))
    assert all(tensor.dtype == torch.float32 for tensor in again.parameters())
    assert torch.equal(again.state_dict()["net.decoder.first.weight"], tensors["net.decoder.first.weight"].float())


def test_an_rbm_loads_with_as_many_chains_as_it_stored_and_not_with_chains_of_another_size(root):
    sizes: dict[str, Any] = {"hidden": 4, "shape": (1, 4, 4), "chains": 3}
    model = RBM(RBMConfig(**sizes))
    model.particles = model.packed(torch.eye(16))
    facts = json.loads(config(root).read_text()) | {"id": "image/small", "family": "rbm", "config": sizes}
    save_checkpoint(root, model, facts)
    (checkpoint,) = find_checkpoints(root)
    loaded = load_model(checkpoint)
    assert torch.equal(loaded.unpacked(loaded.particles), torch.eye(16))
    model.particles = torch.zeros(5, 16, dtype=torch.uint8)  # a byte a pixel, as before
    save_checkpoint(root, model, facts)
    assert "'particles' is torch.uint8 (5, 16), expected torch.uint8 (3, 2)" in reason(root)


def test_a_weight_changed_by_one_bit_is_told_by_its_check_sum(root):
    content = bytearray(weights(root).read_bytes())
    content[-1] ^= 1
    weights(root).write_bytes(content)
    assert re.fullmatch(
        r"model.safetensors is not the file that config.json names: its SHA-256 begins with [0-9a-f]{12} and not with "
        r"[0-9a-f]{12}; copy both anew.",
        reason(root),
    )
    facts = json.loads(config(root).read_text())
    del facts["sha256"]
    config(root).write_text(json.dumps(facts))
    assert load_model(find_checkpoint(root, "image/small"))


def test_whatever_building_a_model_raises_becomes_one_sentence(root, monkeypatch):
    def explode(config: VAEConfig) -> None:
        raise KeyError(f"nothing at {root}/image/small")

    monkeypatch.setitem(REGISTRY, "vae", (VAEConfig, explode))
    said = reason(root)
    assert said == "This folder cannot be served (KeyError: 'nothing at small')."
    assert main(["--checkpoints", str(root), "models"]) == 0


def test_facts_that_are_too_many_for_a_card_are_left_out(root):
    facts = json.loads(config(root).read_text())
    entry = {"value": 1.0, "floor": None, "unit": "x" * 40, "better": "less"}
    config(root).write_text(json.dumps(facts | {"metrics": {f"metric-{i}": entry for i in range(400)}}))
    (root / "image/other").mkdir()
    (reply,) = Worker(root=str(root)).run([Item("", "models", {})])
    assert isinstance(reply, bytes)
    cards = unpack(reply)[0]["models"]
    assert [card["problems"][0] for card in cards] == [
        "config.json is missing: a checkpoint needs config.json and model.safetensors.",
        "Its facts take more than 24 KiB: shorten config.json.",
    ]
    assert [card["id"] for card in cards] == ["image/other", "image/small"] and not cards[1]["metrics"]


def test_thousands_of_folders_still_make_a_list(root):
    for i in range(3000):
        (root / f"image/empty{i:04}{'x' * 80}").mkdir()
    (reply,) = Worker(root=str(root)).run([Item("", "models", {})])
    assert isinstance(reply, bytes)
    cards = {card["id"]: card["problems"] for card in unpack(reply)[0]["models"]}
    assert len(cards) > 2000 and cards["image/small"] == []
    left_out = 3001 - (len(cards) - 1)
    words = f"The list can hold no more: this folder and {left_out - 1} others are left out of it; remove some."
    assert [problems for problems in cards.values() if problems][-1] == [words]


@pytest.mark.parametrize("model_id", ["image/digits-flow", "audio/notes-vae", "text/sentences-vae"])
def test_sizes_far_beyond_the_weights_are_refused_before_they_take_memory(tmp_path, model_id):
    folder = tmp_path / model_id
    shutil.copytree(default_root() / model_id, folder)
    facts = json.loads((folder / "config.json").read_text())
    facts["config"] |= {name: 4096 for name in ("width", "hidden") if name in facts["config"]}
    (folder / "config.json").write_text(json.dumps(facts))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (reply,) = Worker(root=str(tmp_path)).run([Item("", "models", {})])
    assert isinstance(reply, bytes)
    (card,) = unpack(reply)[0]["models"]
    assert re.fullmatch(
        r"config.json describes a model of more than [\d,]+ numbers, its weights hold [\d,]+: write it anew.",
        card["problems"][0],
    )
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10  # KiB
