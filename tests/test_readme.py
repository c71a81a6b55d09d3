"""README says what is there: every shipped model and its card, paths that exist, commands that are real verbs."""

import ast
import re
from pathlib import Path

import pytest

from playground.__main__ import build_parser
from playground.checkpoint import MAX_FILE_BYTES, default_root, find_checkpoints

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHECKPOINTS = find_checkpoints(default_root())


def test_every_shipped_model_is_named_with_its_card():
    shipped = {
        f"checkpoints/{checkpoint.id}/README.md" for checkpoint in CHECKPOINTS if not checkpoint.facts.get("foreign")
    }
    assert set(re.findall(r"\]\((checkpoints/[^)]+)\)", README)) == shipped


@pytest.mark.parametrize("checkpoint", CHECKPOINTS, ids=lambda checkpoint: checkpoint.id)
def test_every_card_shows_every_number_of_its_config(checkpoint):
    card = (checkpoint.folder / "README.md").read_text(encoding="utf-8")
    assert checkpoint.facts["command"] in card and all(name in card for name in checkpoint.facts["metrics"])


def test_the_front_matter_pins_the_gradio_of_the_requirements():
    version = re.search(r"^sdk_version: (\S+)", README, re.MULTILINE)
    assert version and f"gradio=={version[1]}\n" in (ROOT / "requirements.txt").read_text()


def test_every_path_of_the_tree_exists_and_every_package_is_in_it():
    tree = README.split("## The tree")[1].split("```")[1]
    for line in tree.strip().splitlines():
        name = line.split()[0]
        assert (ROOT / name).exists() or (ROOT / "playground" / name).exists(), name
    packages = {path.parent.name for path in (ROOT / "playground").glob("*/__init__.py")}
    assert all(f"{name}/" in tree for name in packages)


def docstring_of(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def test_every_module_says_what_it_is():
    assert not [str(path) for path in (ROOT / "playground").rglob("*.py") if not docstring_of(path)]


@pytest.mark.parametrize(
    "package", sorted((ROOT / "playground").rglob("__init__.py")), ids=lambda path: path.parent.name
)
def test_a_package_that_lists_its_modules_names_each_once_and_no_other(package):
    listed = re.findall(r"(?<![/\w])\w+\.py\b", docstring_of(package))
    modules = {path.name for path in package.parent.glob("*.py")} - {"__init__.py"}
    assert not listed or sorted(listed) == sorted(modules)


def test_every_verb_of_the_command_line_is_shown():
    (verbs,) = [action.choices for action in build_parser()._actions if action.dest == "verb"]
    assert verbs
    for verb in verbs:
        assert f"python -m playground {verb}" in README, verb


def test_no_file_is_too_large_for_a_plain_push():
    assert not [path for path in default_root().rglob("*") if path.is_file() and path.stat().st_size > MAX_FILE_BYTES]


def test_the_visible_top_level_is_the_agreed_one():
    made_by_running = {"runs", "__pycache__"}
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - made_by_running
    agreed = {"app.py", "playground", "checkpoints", "tests", "requirements.txt", "README.md", "LICENSE"}
    assert visible == agreed
