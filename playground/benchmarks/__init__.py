"""Benchmarks: each measures the playground and a peer in one run on one machine, and gives both figures and their ratio.

slider.py     one visitor drags a slider in a real browser: from input event to painted picture
classroom.py  thirty visitors at once: latency of new sweeps, moves a second, errors, memory
startup.py    from the start of the app to the first picture, and memory with every model loaded
rbm.py        training an RBM beside scikit-learn's BernoulliRBM: exact likelihood and seconds
notes.py      a note after a slider move: route to route, thirty visitors, and the vocoder in batches
notes_browser.py  the same in a real browser: from input event to the start of a new sound
music.py      an 8-bar chorale bar by bar, sweeps of a two-bar melody, thirty visitors
text.py       eight visitors have a language model write: tokens a second beside generate() and a chat page over it
peer.py       the page a user would write otherwise: gr.Slider.input -> decode -> gr.Image, same checkpoint
peer_notes.py the same for notes: gr.Slider.input -> decode, vocoder -> gr.Audio
peer_music.py the same for music: gr.Slider.input -> decode -> gr.Image, and chorales at once behind a button
peer_text.py  the same for text: gr.ChatInterface over generate()
visitors.py   the visitors that benchmarks without a browser send
page_constants.py  constants of the page's scripts, so that those visitors do what the page does
browser.py    headless Chromium
processes.py  starts and stops the two pages, counts the memory of process trees
client.py     a small keep-alive HTTP client, the same for both pages, so that thirty visitors fit beside the server
facts.py      what machine this is, percentiles, and how a result is laid out

Durations can be shortened for a trial by PLAYGROUND_BENCH_SECONDS; the result then says so. Progress goes to standard error.
"""

from importlib import import_module
from typing import Any

from playground.errors import BadRequest

BENCHMARKS = ("slider", "classroom", "startup", "rbm", "notes", "music", "text")
OPTIONS = {"visitors": ("classroom", 1, 300)}  # option -> the one benchmark that takes it, and its range


def check_options(name: str | None, **options: int) -> None:
    """BadRequest when there is no such benchmark (None means all), or it does not take an option, or not that value."""
    if name is not None and name not in BENCHMARKS:
        raise BadRequest(f"No benchmark is called '{name}': choose one of {', '.join(BENCHMARKS)}.")
    for option, value in options.items():
        owner, low, high = OPTIONS[option]
        if name != owner:
            raise BadRequest(f"--{option} belongs to 'bench {owner}', got it for '{name or 'all'}': leave it out.")
        if not low <= value <= high:
            raise BadRequest(f"--{option} must be a whole number from {low} to {high}, got {value}.")


def run_benchmark(name: str, **options: int) -> dict[str, Any]:
    """The result of one benchmark."""
    return import_module(f"{__name__}.{name}").run(**options)


def print_result(name: str, result: dict[str, Any]) -> None:
    """Print one benchmark's result for people: our figures, the peer's, ratios, what was wanted, the machine."""
    print(f"== {name}: {result['about']}")
    for part in ("ours", "peer", "ratios"):
        print(f"  {part}")
        _print_table(result[part], "    ")
    for wish in result["wanted"]:
        print(
            f"  {'met     ' if wish['met'] else 'NOT MET '} {wish['name']}: {_shown(wish['value'])}, wanted {wish['wanted']}"
        )
    for note in result["notes"]:
        print(f"  note: {note}")
    print(f"  machine: {', '.join(f'{key} {_shown(value)}' for key, value in result['machine'].items())}")


def _print_table(table: dict[str, Any], indent: str) -> None:
    width = max((len(key) for key in table), default=0)
    for key, value in table.items():
        if isinstance(value, dict):
            print(f"{indent}{key}")
            _print_table(value, indent + "  ")
        else:
            print(f"{indent}{key:{width}}  {_shown(value)}")


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
