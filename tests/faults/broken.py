"""Ways to break a checkpoint, each with words that its reason must hold."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS, CONFIG = "model.safetensors", "config.json"


def break_copy(root: Path, name: str) -> None:
    """Make image/broken-<name>, a copy of digits-vae with one thing wrong."""
    folder = root / "image" / f"broken-{name}"
    shutil.copytree(root / "image" / "digits-vae", folder)
    BREAKAGES[name][0](folder)


def truncate(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[: len(content) // 2])


def empty(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")


def reshape(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    name = max(tensors, key=lambda one: tensors[one].ndim)
    tensors[name] = np.ascontiguousarray(tensors[name][:1])
    save_file(tensors, folder / WEIGHTS)


def drop_tensor(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors.pop(next(iter(tensors)))
    save_file(tensors, folder / WEIGHTS)


def turn_directions(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors["direction_vectors"] = np.ascontiguousarray(np.tile(tensors["direction_vectors"], (1, 3)))
    save_file(tensors, folder / WEIGHTS)


def spoil(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    name = max(tensors, key=lambda one: tensors[one].size)
    tensors[name] = tensors[name].copy()
    tensors[name].flat[0] = np.nan
    save_file(tensors, folder / WEIGHTS)


def replace_by_pickle(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(pickle.dumps({"weight": [1.0] * 1000}))


def rename_pickle(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / "model.pt").write_bytes(pickle.dumps({"weight": [1.0]}))


def remove_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def remove_config(folder: Path) -> None:
    (folder / CONFIG).unlink()


def spoil_json(folder: Path) -> None:
    (folder / CONFIG).write_text((folder / CONFIG).read_text()[:-20])


def lengthen_header(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes((1 << 60).to_bytes(8, "little") + content[8:])


def change(**fields: object) -> Callable[[Path], None]:
    """Set fields of config.json."""

    def apply(folder: Path) -> None:
        facts = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps(facts | fields))

    return apply


def change_size(**sizes: object) -> Callable[[Path], None]:
    """Set sizes of the network in config.json."""

    def apply(folder: Path) -> None:
        facts = json.loads((folder / CONFIG).read_text())
        facts["config"] |= sizes
        (folder / CONFIG).write_text(json.dumps(facts))

    return apply


BREAKAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "truncated": (truncate, "truncated"),
    "empty": (empty, "truncated"),
    "wrong-shape": (reshape, "does not fit"),
    "other-width": (change_size(width=16), "does not fit"),
    "missing-tensor": (drop_tensor, "does not fit"),
    "long-directions": (turn_directions, "direction_vectors"),
    "not-finite": (spoil, "not finite"),
    "pickle-as-safetensors": (replace_by_pickle, "pickle"),
    "pickle": (rename_pickle, "pickle"),
    "no-weights": (remove_weights, "missing"),
    "no-config": (remove_config, "config.json is missing"),
    "bad-json": (spoil_json, "not valid JSON"),
    "long-header": (lengthen_header, "truncated or not a safetensors"),
    "unknown-family": (change(family="oracle"), "family"),
    "family-of-another-kind": (change(family=["vae"]), "family"),
    "newer-format": (change(format=99), "format"),
    "unknown-size": (change_size(colour="red"), "does not describe"),
    "size-in-words": (change_size(latent="forty"), "does not describe"),
    "absurd-size": (change_size(hidden=10**13), "sizes go up to"),
    "fractional-size": (change_size(hidden=4095.5), "does not describe"),
    "other-size": (change_size(hidden=1024), "does not fit"),
    "facts-of-another-kind": (change(cost="much", metrics="good"), "config.json"),
}
