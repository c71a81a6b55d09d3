"""What a device machine needs and the repository does not track; and all that it needs as one folder of bounded size.

    python -m tests.gpu.pack                    a few training items of every data set, into tests/gpu/batches
    python -m tests.gpu.pack FOLDER --mib 64    also the code, what is packed beside it and the checkpoints that fit, into FOLDER

Of every family its smallest checkpoint travels, then others, the smallest first, as long as they fit.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from playground.checkpoint import default_root
from playground.datasets import recipes
from tests.gpu.batches import save_batches

HERE = Path(__file__).parent
CODE = ("playground", "tests/gpu", "tests/gpu.sh")
Sizes = dict[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack as asked; exit status 2 with one sentence where it cannot be."""
    parser = argparse.ArgumentParser(prog="tests/gpu.sh pack", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", help="a new folder for all that the machine needs")
    parser.add_argument("--mib", type=float, default=64.0, help="the most that the folder may hold")
    options = parser.parse_args(arguments)
    try:
        if options.folder is None:
            datasets = {recipe.dataset for recipe in recipes().values()}
            names = ", ".join(save_batches(HERE / "batches", datasets)) or "nothing: no data set is built here"
            print(f"Training items, in {HERE / 'batches'}: {names}")
        else:
            print("\n".join(pack(options.folder, int(options.mib * (1 << 20)))))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def pack(folder: Path, most_bytes: int, root: Path | None = None) -> list[str]:
    """Fill a new folder; returns what was taken and left out, in words. ValueError where it cannot be done."""
    root = root or default_root()
    if folder.exists():
        raise ValueError(f"'{folder}' exists already: name a new folder.")
    sizes = {path.parent.relative_to(root).as_posix(): bytes_of(path.parent) for path in root.glob("*/*/config.json")}
    families = {name: json.loads((root / name / "config.json").read_text())["family"] for name in sizes}
    code_bytes = sum(bytes_of(HERE.parents[1] / name) for name in CODE)
    taken = choose(sizes, families, most_bytes - code_bytes)
    for name in CODE:
        place = HERE.parents[1] / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            shutil.copytree(place, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(place, folder / name)
    for name in taken:
        shutil.copytree(root / name, folder / "checkpoints" / name)
    left = sorted(set(sizes) - set(taken))
    return [
        f"{bytes_of(folder) / (1 << 20):.1f} MiB in {folder}: the code, {len(taken)} of {len(sizes)} checkpoints, "
        f"at least one of each of {len(set(families.values()))} families.",
        f"Left out: {', '.join(left) or 'none'}",
    ]


def choose(sizes: Sizes, families: dict[str, str], most_bytes: int) -> list[str]:
    """The checkpoints that travel; ValueError when one of every family is more than ``most_bytes``."""
    by_size = sorted(sizes, key=lambda name: (sizes[name], name))
    first = {families[name]: name for name in reversed(by_size)}
    taken, used = list(first.values()), sum(sizes[name] for name in first.values())
    if used > most_bytes:
        raise ValueError(
            f"One checkpoint of every family and the code are {(used - most_bytes) / (1 << 20):.1f} MiB too many: "
            "allow more with --mib."
        )
    for name in by_size:
        if name not in taken and used + sizes[name] <= most_bytes:
            taken.append(name)
            used += sizes[name]
    return sorted(taken)


def bytes_of(place: Path) -> int:
    """The bytes of a file, or of all files of a folder that would travel."""
    files = place.rglob("*") if place.is_dir() else [place]
    return sum(file.stat().st_size for file in files if file.is_file() and "__pycache__" not in file.parts)


if __name__ == "__main__":
    sys.exit(main())
