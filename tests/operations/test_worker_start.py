"""Listing the shipped models and drawing pictures stays light: the page's first picture waits for it."""

import subprocess
import sys

LIST_AND_DRAW = """
import sys
from playground.checkpoint import default_root
from playground.operations.worker import Worker
from playground.serving import Item, unpack

worker = Worker("cpu", root=str(default_root()))
cards = unpack(worker.run([Item("", "models", {})])[0])[0]["models"]
assert any(card["family"] == "transformer" and "compose" in card["operations"] for card in cards)
assert not any(card["problems"] for card in cards)
drawn = [card["id"] for card in cards if card["modality"] == "image"]
for name in drawn:
    header, _ = unpack(worker.run([Item(name, "sample", {"seed": 1, "start": 0, "count": 2})])[0])
    assert header["frames"] == 2
assert drawn and not {"transformers", "torchaudio", "scipy", "sklearn", "matplotlib"} & set(sys.modules)
"""


def test_listing_every_model_and_sampling_pictures_imports_no_library_of_sound_or_text():
    result = subprocess.run([sys.executable, "-c", LIST_AND_DRAW], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
