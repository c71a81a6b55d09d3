"""Constants of the page's scripts, read from the scripts themselves: a visitor of a benchmark then does what the page does."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from playground.errors import PlaygroundError

SCRIPTS = Path(__file__).resolve().parents[1] / "ui" / "static" / "core"


class MissingConstant(PlaygroundError):
    """The page's scripts do not define a constant, or several do; the message names it."""


@cache
def page_constant(name: str) -> Any:
    """The JSON value of ``const NAME = value;`` at the top level of the one script in static/core that defines it."""
    definition = re.compile(rf"^(?:export )?const {name} = ([^;]+);", re.MULTILINE)
    found = [
        match[1] for path in sorted(SCRIPTS.glob("*.js")) for match in definition.finditer(path.read_text("utf-8"))
    ]
    if len(found) != 1:
        raise MissingConstant(f"The page must define {name} once, it does so {len(found)} times: mend static/core.")
    return json.loads(found[0].replace("_", ""))
