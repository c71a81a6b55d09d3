"""Listing the shipped models stays light: the page's first picture waits for it."""

import subprocess
import sys

LIST_MODELS = """
import sys
from playground.checkpoint import default_root
from playground.operations.worker import Worker
from playground.serving import Item, unpack

worker = Worker("cpu", root=str(default_root()))
cards = unpack(worker.run([Item("", "models", {})])[0])[0]["models"]
assert any(card["family"] == "transformer" and "compose" in card["operations"] for card in cards)
assert not any(card["problems"] for card in cards)
assert "transformers" not in sys.modules
"""


def test_listing_the_models_describes_a_transformer_without_importing_the_library():
    result = subprocess.run([sys.executable, "-c", LIST_MODELS], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
