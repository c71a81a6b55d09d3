"""Imports point one way: read from the syntax tree of every module, function bodies and TYPE_CHECKING blocks included."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "playground"
BELOW = {"errors"}  # every part may import it
MAY_IMPORT = {  # part -> the parts whose modules its own modules may import
    "errors": set(),
    "protocol": set(),
    "formats": {"protocol"},
    "metrics": set(),
    "nets": {"protocol", "formats"},
    "models": {"protocol", "formats", "nets"},
    "checkpoint": {"formats", "models"},
    "datasets": {"protocol", "formats", "metrics", "models", "checkpoint"},
    "evaluation": {"protocol", "formats", "metrics", "models", "checkpoint", "datasets"},
    "training": {"protocol", "formats", "metrics", "models", "checkpoint", "datasets", "evaluation"},
    "operations": {
        *(
            "protocol",
            "formats",
            "metrics",
            "nets",
            "models",
            "checkpoint",
            "datasets",
            "evaluation",
            "training",
            "views",
        ),
    },
    "jobs": {"protocol"},
    "serving": {"protocol"},
    "views": {"protocol", "formats"},
    "pretrained": {"protocol", "formats", "checkpoint", "datasets"},
    "commands": {
        *(
            "protocol",
            "formats",
            "metrics",
            "nets",
            "models",
            "checkpoint",
            "datasets",
            "evaluation",
            "training",
            "operations",
        ),
        *("jobs", "serving", "views", "pretrained"),
    },
    "ui": {"protocol", "formats", "checkpoint", "pretrained", "datasets", "jobs", "serving", "views"},
}
ANYTHING = {"__main__", "benchmarks"}  # the command line and the benchmarks wire all parts together
GRADIO = {"ui"}  # beside app.py and the benchmarks' peers
TORCHLESS = {"protocol", "jobs", "serving", "views", "ui", "errors"}


def modules() -> dict[str, Path]:
    """Dotted name -> file of every module of the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported_names(path: Path) -> set[str]:
    """Every module that a file names in an import statement, wherever it stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            assert node.module is not None
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name if name in MODULES or "." not in name else closest(name) for name in names}


def closest(name: str) -> str:
    """The module in which an imported name is defined: the name itself if it is a module, else its parent."""
    return name if name in MODULES else name.rpartition(".")[0]


def part_of(module: str) -> str:
    """playground.nets.image -> nets; playground.errors -> errors."""
    return module.split(".")[1] if "." in module else ""


IMPORTS = {module: imported_names(path) for module, path in MODULES.items()}


@pytest.mark.parametrize("part", sorted({part_of(module) for module in MODULES} - ANYTHING - {""}))
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    allowed = MAY_IMPORT[part] | BELOW | {part}
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if part_of(module) == part
        for name in sorted(names)
        if name.startswith("playground.") and part_of(name) not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_no_part_is_missing_from_the_map_and_the_map_has_no_circle() -> None:
    parts = {part_of(module) for module in MODULES} - ANYTHING - {""}
    assert parts == MAY_IMPORT.keys()
    TopologicalSorter(MAY_IMPORT).prepare()  # raises CycleError


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {name for name in names if name in MODULES and name != module} for module, names in IMPORTS.items()
    }
    # A module imports the packages above it too, but a package's __init__ may name its own modules.
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"These import each other: {' -> '.join(reversed(error.args[1]))}")


def test_only_the_page_knows_gradio() -> None:
    wrong = [
        module
        for module, names in IMPORTS.items()
        if any(name.split(".")[0] in ("gradio", "gradio_client") for name in names)
        and part_of(module) not in GRADIO | {"benchmarks"}
    ]
    assert not wrong


def test_what_the_page_process_imports_knows_no_torch() -> None:
    wrong = [
        module
        for module, names in IMPORTS.items()
        if part_of(module) in TORCHLESS and any(name.split(".")[0] in ("torch", "torchaudio") for name in names)
    ]
    assert not wrong


def test_no_name_of_a_module_stands_in_a_string() -> None:
    """A dotted name in a string hides an arrow. The worker's name is the exception: an engine starts it elsewhere."""
    wrong = [
        f"{module}: {node.value}"
        for module, path in MODULES.items()
        if part_of(module) not in ANYTHING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.replace(":", ".").rpartition(".")[0] in MODULES or node.value in MODULES
        if " " not in node.value and node.value.startswith("playground.") and node.value != "playground.serving.child"
    ]
    assert not wrong, "\n".join(wrong)
