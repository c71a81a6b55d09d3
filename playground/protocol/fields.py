"""Reading one field of a request: present, of the right kind, within its limits, or BadRequest in one sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.errors import BadRequest

MAX_SEED = 2**31 - 1
MAX_INDEX = 9999
MISSING = object()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def number(request: Mapping, name: str, low: float, high: float, default: Any = MISSING) -> float:
    """A finite number in [low, high]."""
    value = request.get(name, default)
    if value is MISSING:
        raise BadRequest(f"'{name}' is needed: give a number from {low:g} to {high:g}.")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise BadRequest(f"'{name}' must be a number from {low:g} to {high:g}, got {_shown(value)}.")
    return float(value)


def whole(request: Mapping, name: str, low: int, high: int, default: Any = MISSING) -> int:
    """A whole number in [low, high]; 3.0 counts as whole."""
    value = request.get(name, default)
    if value is MISSING:
        raise BadRequest(f"'{name}' is needed: give a whole number from {low} to {high}.")
    good = not isinstance(value, bool) and isinstance(value, (int, float)) and low <= value <= high
    if not good or value != int(value):
        raise BadRequest(f"'{name}' must be a whole number from {low} to {high}, got {_shown(value)}.")
    return int(value)


def choice(request: Mapping, name: str, choices: Sequence[str], default: Any = MISSING) -> str:
    """One of the given words."""
    value = request.get(name, default)
    if value is MISSING or not isinstance(value, str) or value not in choices:
        shown = "nothing" if value is MISSING else _shown(value)
        raise BadRequest(f"'{name}' must be one of {', '.join(choices)}, got {shown}.")
    return value


def items(request: Mapping, name: str, low: int, high: int) -> list:
    """A list of low to high entries."""
    value = request.get(name)
    if not isinstance(value, list) or not low <= len(value) <= high:
        got = f"{len(value)} entries" if isinstance(value, list) else _shown(value)
        amount = str(low) if low == high else f"{low} to {high}"
        raise BadRequest(f"'{name}' must be a list of {amount} entries, got {got}.")
    return value


def table(request: Mapping, name: str) -> dict:
    """An object; empty when absent."""
    value = request.get(name, {})
    if not isinstance(value, dict):
        raise BadRequest(f"'{name}' must be an object, got {_shown(value)}.")
    return value


def settings_of(model: Any, request: Mapping, *, measured: bool = False) -> dict[str, Any]:
    """The model's settings with defaults filled in, with those for measuring if wanted.

    Unknown names and values out of range are refused.
    """
    given = table(request, "settings")
    known = {setting.name: setting for setting in model.settings}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise BadRequest(f"'{str(unknown[0])[:40]}' is not a setting of this model: it has {', '.join(known)}.")
    values: dict[str, Any] = {}
    for name, setting in known.items():
        default = setting.measured if measured and setting.measured is not None else setting.default
        if setting.kind == "choice":
            values[name] = choice(given, name, setting.choices, default)
        elif setting.kind == "int":
            values[name] = whole(given, name, int(setting.minimum), int(setting.maximum), default)
        else:
            values[name] = number(given, name, setting.minimum, setting.maximum, default)
    return values
