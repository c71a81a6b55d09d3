"""Folders of others that cannot be served: each is listed with one sentence, and the models beside it serve."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.checkpoint import find_checkpoint, find_checkpoints, load_model
from playground.errors import BrokenCheckpoint
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import MAX_HEADER_BYTES, unpack
from tests.foreign_breakages import LISTED, LOADED, READABLE
from tests.tiny_foreign import save_tiny_foreign


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good folder, a copy of it for each thing that can be wrong, and for each kind of README."""
    root = save_tiny_foreign(tmp_path_factory.mktemp("checkpoints"))
    good = root / "text/tiny"
    for name, (spoiled, _) in {**LISTED, **LOADED}.items():
        shutil.copytree(good, root / "text" / name)
        spoiled(root / "text" / name)
    for name, (content, _) in READABLE.items():
        shutil.copytree(good, root / "text" / name)
        (root / "text" / name / "README.md").write_bytes(content)
    shutil.copytree(good, root / "text/folder-card")
    (root / "text/folder-card/README.md").mkdir()
    (root / "text/link-to-nowhere").symlink_to("gone")
    (root / "text/link-to-itself").symlink_to("link-to-itself")
    (root / "text/a-file").write_text("no folder")
    return root


@pytest.fixture(scope="module")
def cards(root: Path) -> dict[str, dict[str, Any]]:
    """The worker's list of models by folder."""
    (reply,) = Worker(root=str(root)).run([Item("", "models", {})])
    assert isinstance(reply, bytes), reply
    return {card["id"].partition("/")[2]: card for card in unpack(reply)[0]["models"]}


def shown(name: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in name)


@pytest.mark.parametrize("name", LISTED)
def test_a_folder_that_cannot_be_served_is_listed_with_one_sentence(cards, root, name):
    card = cards[shown(name)]
    assert card["problems"] == [LISTED[name][1]] and str(root) not in str(card)
    with pytest.raises(BrokenCheckpoint) as caught:
        load_model(find_checkpoint(root, card["id"]))
    assert str(caught.value) == LISTED[name][1]


@pytest.mark.parametrize("name", LOADED)
def test_what_only_the_weights_show_is_one_sentence_too(root, name):
    with pytest.raises(BrokenCheckpoint) as caught:
        load_model(find_checkpoint(root, f"text/{name}"))
    said = str(caught.value)
    assert said.startswith(LOADED[name][1]) and said.endswith(".") and len(said) < 300 and str(root) not in said


def test_folders_that_are_links_to_nowhere_are_listed_and_files_are_not(cards):
    for name in ("link-to-nowhere", "link-to-itself"):
        assert cards[name]["problems"] == ["The folder is a link that leads nowhere: put the folder itself there."]
    assert "a-file" not in cards and len(cards) == 1 + len(LISTED) + len(LOADED) + len(READABLE) + 3


def test_good_folders_serve_beside_all_of_them(cards):
    assert not cards["tiny"]["problems"] and cards["tiny"]["layers"] == 2


@pytest.mark.parametrize("name", READABLE)
def test_a_readme_in_whatever_form_is_read_or_left_out(cards, name):
    assert not cards[name]["problems"] and cards[name]["card"] == READABLE[name][1]
    assert cards["folder-card"]["card"] == "" and not cards["folder-card"]["problems"]


def test_the_command_lists_them_all(root, capsys):
    assert main(["--checkpoints", str(root), "models"]) == 0
    told = capsys.readouterr().out
    for _, sentence in [*LISTED.values(), *LOADED.values()]:
        assert sentence in told
    assert str(root) not in told and "text/tiny " in told


def test_the_tables_of_the_readme_leave_folders_of_others_out(root, capsys):
    assert main(["--checkpoints", str(root), "models", "--markdown"]) == 0
    assert "text/tiny" not in capsys.readouterr().out


@pytest.fixture()
def nobody() -> Iterator[Path]:
    """A copy of the good folder that the process has no special rights to."""
    with tempfile.TemporaryDirectory() as work:
        place = Path(work) / "checkpoints"
        save_tiny_foreign(place)
        Path(work).chmod(0o755)
        user = os.geteuid()
        if user == 0:
            for path in [place, *place.rglob("*")]:
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        try:
            yield place
        finally:
            os.seteuid(user)
            (place / "text").chmod(0o755)
            (place / "text/tiny").chmod(0o755)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_file_without_permission_is_named(nobody, name):
    (nobody / "text/tiny" / name).chmod(0)
    (checkpoint,) = find_checkpoints(nobody)
    assert checkpoint.problems == (f"{name} may not be read: give the server's user the permission.",)


def test_a_folder_without_permission_is_named(nobody):
    (nobody / "text/tiny").chmod(0)
    (checkpoint,) = find_checkpoints(nobody)
    assert checkpoint.problems == ("config.json may not be read: give the server's user the permission.",)


@pytest.mark.parametrize("mode", [0, 0o111])
def test_a_modality_without_permission_is_named(nobody, mode):
    (nobody / "text").chmod(mode)
    (checkpoint,) = find_checkpoints(nobody)
    words = "None of the models in this folder can be read: give the server's user the permission."
    assert checkpoint.id == "text/" and checkpoint.problems == (words,)
    assert main(["--checkpoints", str(nobody), "models"]) == 0


def test_a_modality_that_can_only_be_listed_is_told_file_by_file(nobody):
    (nobody / "text").chmod(0o444)
    (checkpoint,) = find_checkpoints(nobody)
    assert checkpoint.problems == ("config.json may not be read: give the server's user the permission.",)


def test_cards_that_say_too_much_are_shortened_until_all_fit(tmp_path):
    root = save_tiny_foreign(tmp_path)
    for i in range(90):
        shutil.copytree(root / "text/tiny", root / f"text/copy{i:02}")
        (root / f"text/copy{i:02}/README.md").write_bytes(b"\xe4" * 16_000)
    (root / "text/tiny/README.md").write_text("short")
    (reply,) = Worker(root=str(root)).run([Item("", "models", {})])
    assert isinstance(reply, bytes) and len(reply) < MAX_HEADER_BYTES + 4
    told = {card["id"]: card for card in unpack(reply)[0]["models"]}
    assert len(told) == 91 and not any(card["problems"] for card in told.values())
    assert told["text/tiny"]["card"] == "short"
    left_out = "The text of this card is left out: the cards of all models together are too long."
    assert {card["card"] for card in told.values()} == {"short", "ä" * 16_000, left_out}
