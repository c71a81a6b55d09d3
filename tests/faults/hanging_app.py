"""The page as app.py starts it, but with a worker that can be made to hang."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import app  # noqa: E402

if __name__ == "__main__":
    app.WORKER = "tests.faults.hanging_worker:HangingWorker"
    os._exit(app.main())
