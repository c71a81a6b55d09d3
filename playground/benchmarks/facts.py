"""What all results of benchmarks share: the machine, percentiles, and whether each target is met."""

import math
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from playground.errors import BadRequest, PlaygroundError

SECONDS_VARIABLE = "PLAYGROUND_BENCH_SECONDS"


def build_result(
    about: str,
    ours: dict[str, Any],
    peer: dict[str, Any],
    ratios: dict[str, float],
    wanted: Sequence[dict[str, Any]],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """One benchmark's result, plain JSON. Units stand in the names."""
    return {
        "about": about,
        "ours": _rounded(ours),
        "peer": _rounded(peer),
        "ratios": _rounded(ratios),
        "wanted": _rounded(list(wanted)),
        "notes": list(notes),
        "machine": describe_machine(),
    }


def at_most(name: str, value: float, limit: float) -> dict[str, Any]:
    """One thing wanted: value <= limit."""
    return {"name": name, "value": value, "wanted": f"<= {limit:g}", "met": bool(value <= limit)}


def at_least(name: str, value: float, limit: float) -> dict[str, Any]:
    """One thing wanted: value >= limit."""
    return {"name": name, "value": value, "wanted": f">= {limit:g}", "met": bool(value >= limit)}


def describe_times(times_ms: Sequence[float], prefix: str) -> dict[str, Any]:
    """{prefix}_p50_ms, _p95_ms, _p99_ms and how many; not a number where nothing was measured."""
    values = {f"{prefix}_p{share}_ms": percentile(times_ms, share) for share in (50, 95, 99)}
    return {f"{prefix}_count": len(times_ms), **values}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` % are below; not a number where there are none."""
    return float(np.percentile(values, share)) if values else math.nan


def describe_machine() -> dict[str, Any]:
    """Processor, processors usable, memory, load of the last minute, and the versions that matter."""
    return {
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "gradio", "numpy")},
    }


def seconds_of(standard: float) -> float:
    """The standard duration, or that of PLAYGROUND_BENCH_SECONDS."""
    text = os.environ.get(SECONDS_VARIABLE, "")
    if not text:
        return standard
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 1 <= seconds <= 3600:
        raise BadRequest(f"{SECONDS_VARIABLE} must be a number of seconds from 1 to 3600, got '{text}'; change it.")
    return seconds


def note_duration(seconds: float, standard: float) -> list[str]:
    """A note when the run was shorter or longer than the standard one."""
    return [] if seconds == standard else [f"Run for {seconds:g} s instead of {standard:g} s: a trial, not a result."]


def report(line: str) -> None:
    """Progress, for people."""
    print(line, file=sys.stderr, flush=True)


class MissingPackage(PlaygroundError):
    """A benchmark needs a package that the page does not; the message has the line that installs it."""


def missing(package: str, why: str) -> MissingPackage:
    """The error to raise when an optional package cannot be imported."""
    return MissingPackage(f"{why} needs {package}: run 'python -m pip install -r tests/requirements.txt'.")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _rounded(value: Any) -> Any:
    """Four significant digits, and None for what is not a number: JSON has no such thing."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value
