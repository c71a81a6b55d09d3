"""Makes torchaudio importable beside a CPU-only torch: import this module before torchaudio or transformers.

The wheel of torchaudio on PyPI is linked against CUDA. Beside a CPU-only torch its native library cannot be loaded, so that
``import torchaudio`` raises OSError, and with it every model import of transformers, which tries torchaudio when it is installed.
The spectrograms, filters and resampling used here are plain Python over torch and need no native library: where it does not
load, a stand-in for the one submodule that loads it says that it is absent. Where it loads, nothing is changed. Every process
(page, worker, command line, tests) does this for itself, and inside the functions that need it: this imports torchaudio.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

EXTENSION = "torchaudio._extension"


def guard_torchaudio() -> bool:
    """Make ``import torchaudio`` safe; True when the native library is there, False when it is missing or not installed."""
    loaded = sys.modules.get(EXTENSION)
    if loaded is None:
        if importlib.util.find_spec("torchaudio") is None:
            return False
        try:
            loaded = importlib.import_module(EXTENSION)
        except OSError:
            # The failed import leaves half-loaded modules behind, which a second import would take for whole.
            for name in [name for name in sys.modules if name == "torchaudio" or name.startswith("torchaudio.")]:
                del sys.modules[name]
            loaded = sys.modules[EXTENSION] = _absent_extension()
    return bool(loaded._IS_TORCHAUDIO_EXT_AVAILABLE)


def _absent_extension() -> ModuleType:
    """What torchaudio asks of its extension module, answering that there is none."""
    module = ModuleType(EXTENSION, "Stand-in: the native library of torchaudio could not be loaded.")

    def fail_if_no_align(function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    vars(module).update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False, _IS_ALIGN_AVAILABLE=False, fail_if_no_align=fail_if_no_align
    )
    return module


guard_torchaudio()
