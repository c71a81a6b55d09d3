"""Chat templates of model folders (Jinja): found, filled in within a sandbox and a time limit, and asked what they can do.

A template is code that somebody else wrote: it sees the messages and the names of special tokens, and nothing of this program.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from playground.errors import BrokenCheckpoint
from playground.formats.hub_folder import MAX_JSON_BYTES, TOKENIZER_CONFIG
from playground.formats.plain_files import read_bytes, read_object

MAX_TEMPLATE_BYTES = 1 << 20
LONGEST_S = 2.0
LONGEST_REPETITION = 10_000


def find_template(folder: Path) -> str:
    """The chat template of a folder, "" when there is none. Of a list of named ones it is that called "default"."""
    file = folder / "chat_template.jinja"
    if file.exists():
        return read_bytes(file, MAX_TEMPLATE_BYTES).decode("utf-8", "replace")
    for name in (TOKENIZER_CONFIG, "chat_template.json"):
        given = read_object(folder / name, MAX_JSON_BYTES).get("chat_template") if (folder / name).exists() else None
        if isinstance(given, list):
            named = {one.get("name"): one.get("template") for one in given if isinstance(one, dict)}
            given = named.get("default")
        if isinstance(given, Mapping):
            given = given.get("default")
        if isinstance(given, str) and len(given) <= MAX_TEMPLATE_BYTES:
            return given
    return ""


def capabilities_of(template: str, specials: Mapping[str, str]) -> frozenset[str]:
    """Of {"chat", "system"} what the template can do: it must write what it was given, and a system prompt as such."""
    return _capabilities(template, tuple(sorted(specials.items())))


@lru_cache(maxsize=256)  # the list of models is made anew every ten seconds
def _capabilities(template: str, specials: tuple[tuple[str, str], ...]) -> frozenset[str]:
    if not template:
        return frozenset()

    def written(*roles: str) -> str:
        """A conversation of these roles; "" where the template refuses it or leaves something out."""
        messages = [{"role": role, "content": f"ab{i}cd"} for i, role in enumerate(roles)]
        try:
            text = render(template, messages, dict(specials))
        except BrokenCheckpoint:
            return ""
        return text if all(message["content"] in text for message in messages) else ""

    if not written("user"):
        return frozenset()
    told = written("system", "user")
    others = {written("assistant", "user"), written("user", "user")}
    return frozenset({"chat", "system"} if told and told not in others else {"chat"})


def render(template: str, messages: Sequence[Mapping[str, str]], specials: Mapping[str, str]) -> str:
    """The conversation as the template writes it, up to where the model's answer begins; raises BrokenCheckpoint."""
    told = [dict(message) for message in messages]
    given = {"messages": told, "tools": None, "documents": None, "add_generation_prompt": True}
    try:
        with _time_limit(LONGEST_S):
            return _compiled(template).render({**specials, **given})
    except Exception as error:  # whatever a foreign template does
        reason = str(error).partition("\n")[0][:200].rstrip(". ") or type(error).__name__
        raise BrokenCheckpoint(f"The chat template of this model failed: {reason}.") from error


class _Generation(Extension):
    """{% generation %}: templates mark with it what a model is trained on; here its content is written as it is."""

    tags = {"generation"}

    def parse(self, parser: Any) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Sandbox(ImmutableSandboxedEnvironment):
    """No attribute of Python's own can be reached, nothing that is given can be changed, and nothing is repeated at length."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or any(isinstance(one, (str, list, tuple)) for one in (left, right)):
            count = right if isinstance(right, int) else left
            if operator == "**" or not isinstance(count, int) or count > LONGEST_REPETITION:
                raise SecurityError(f"{operator} goes too far")
        return super().call_binop(context, operator, left, right)


@lru_cache(maxsize=64)
def _compiled(template: str) -> Any:
    # Not optimised: that would compute constants, such as a long repetition, while it compiles.
    sandbox = _Sandbox(trim_blocks=True, lstrip_blocks=True, optimized=False, extensions=[_Generation, loopcontrols])
    sandbox.filters["tojson"] = _to_json
    sandbox.globals |= {"raise_exception": _refuse, "strftime_now": lambda form: datetime.now().strftime(form)}
    return sandbox.from_string(template)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **more: Any) -> str:
    """As the transformers library has it: without the escapes that Jinja's own makes for HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **more)


def _refuse(words: str) -> None:
    raise TemplateError(words)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """TimeoutError inside the block once it has run for so long: checked at every line of a template and at every call."""
    until = time.monotonic() + seconds

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > until:
            raise TimeoutError(f"it took more than {seconds:g} seconds")
        return watch if frame.f_code.co_filename == "<template>" else None

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        yield
    finally:
        sys.settrace(before)
