"""What a newcomer adds, and the command line of a copy."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FAKE, GAN, VAE = "image/tiles-fake", "image/tiles-gan", "image/tiles-vae"


def command(root: Path, *arguments: str, status: int = 0) -> str:
    """What a verb of the copy prints; it must end with that status."""
    done = subprocess.run(
        [sys.executable, "-m", "playground", *arguments], cwd=root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout if status == 0 else done.stderr
