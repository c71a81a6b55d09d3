"""The web process stays light: neither torch nor transformers is imported for the page, nor torch for its routes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def imported(code: str) -> set[str]:
    """The top-level modules that a fresh Python has after running `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_the_page_needs_neither_torch_nor_transformers():
    code = (
        "from playground.ui.page import build_page, launch_settings\n"
        "from playground.ui.service import Service\n"
        "service = Service(None)\nbuild_page(service)\nlaunch_settings(service)"
    )
    modules = imported(code)
    assert "gradio" in modules
    assert not modules & {"torch", "torchaudio", "transformers", "sklearn", "scipy"}


def test_the_engine_starts_before_gradio_is_imported():
    modules = imported("import app")
    assert not modules & {"gradio", "torch", "numpy", "pandas"}
