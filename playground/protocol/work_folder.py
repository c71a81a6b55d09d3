"""The folder in which a process makes a checkpoint: named so that whoever started the process can remove it."""

import shutil
from pathlib import Path


def work_prefix(pid: int) -> str:
    """How the folder begins in which the process ``pid`` works, beside the checkpoint that it makes."""
    return f".get-{pid}-"


def remove_leftovers(checkpoint: Path, pid: int) -> None:
    """Remove the working folder of a process that was killed while it made a checkpoint."""
    for left in checkpoint.parent.glob(f"{work_prefix(pid)}*"):
        shutil.rmtree(left, ignore_errors=True)
