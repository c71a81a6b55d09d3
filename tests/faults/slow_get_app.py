"""The page, with a slow process in place of the one that brings a pretrained checkpoint: nothing is fetched."""

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playground.protocol.work_folder import work_prefix  # noqa: E402

HELPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def bring_slowly(root: Path) -> None:
    """Work in a folder as pretrained.py does, beside a process of its own; tell both process ids."""
    work = root / "text" / f"{work_prefix(os.getpid())}x"
    work.mkdir(parents=True)
    (work / "half").write_bytes(b"x" * 1000)
    print(os.getpid(), subprocess.Popen(HELPER).pid, flush=True)
    time.sleep(60)


if __name__ == "__main__":
    if "get" in sys.argv:
        bring_slowly(Path(sys.argv[sys.argv.index("--checkpoints") + 1]))
    else:
        import app
        from playground.ui import served_jobs

        served_jobs.COMMAND = (sys.executable, __file__)
        status = app.main()
        os._exit(status)
