"""What a CUDA device must show; without one the logic of it runs on the CPU. ``sh tests/gpu.sh`` starts it.

Parts run in the order of their importance, each in its share of the seconds, and print their results as they come. The closing
list says what was not checked, for time or otherwise. Exit status 1 where something failed or did not end.
"""

import argparse
import dataclasses
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import served_root
from playground.operations.worker import Worker
from playground.protocol.request import Item
from playground.protocol.wire import unpack
from tests.gpu import agreement, engine, speed, training, writing
from tests.gpu.budget import CLOSING_S, Budget
from tests.gpu.questions import Card, questions_of

INSTRUMENT = "audio/notes-vae"
BATCHES = Path(__file__).parent / "batches"
SHARES = {"engine": 1.0, "agreement": 4.0, "training": 3.0, "speed": 2.0}


@dataclasses.dataclass
class Run:
    """One run of the script: both workers, the time for it, what was found, and what there was no time for, by part."""

    host: Worker
    device: Worker
    root: Path
    budget: Budget
    results: list[agreement.Result] = dataclasses.field(default_factory=list)
    unchecked: list[str] = dataclasses.field(default_factory=list)
    untimed: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    part: str = "start"
    running: str = "all models"

    def ask(self, item: Item) -> bytes:
        """The CPU's answer."""
        return agreement.answer(self.host, [item])[0]

    def note(self, result: agreement.Result) -> None:
        """Print one result and keep it."""
        self.results.append(result)
        share = f"{result.agreeing} of {result.asked}"
        print(
            f"  {'ok  ' if result.passed else 'FAIL'} {result.model:30} {result.question}: {share} {result.difference}"
        )

    def attempt(self, name: str, check: Callable[..., Any], *arguments: Any) -> Any:
        """What a check returns; None when it raised, which is a failure, or when there was no time for it."""
        if not self.budget.fits():
            self.untimed.setdefault(self.part, []).append(name)
            return None
        self.running = name
        try:
            with self.budget.measured():
                return check(*arguments)
        except Exception as error:  # whatever breaks is what this script is for
            self.note(agreement.Result(name, "ran", 0, 1, 1, f"{type(error).__name__}: {error}"))
            return None


def main() -> int:
    """Run the parts asked for; returns the exit status."""
    options = read_options()
    print(
        f"torch {torch.__version__}, Python {sys.version.split()[0]}, device {options.device}",
        device_name(options.device),
    )
    root = served_root()
    shares = {name: share for name, share in SHARES.items() if name in options.parts}
    budget = Budget(options.seconds, shares, time.time() - options.began if options.began else 0.0)
    run = Run(Worker("cpu", root=str(root)), Worker(options.device, root=str(root)), root, budget)
    if options.device == "cpu":
        run.unchecked.append("CUDA itself: there is no such device here, so that both sides ran on the CPU")
    last = threading.Timer(budget.ends_s - time.monotonic() + CLOSING_S / 2, cut_off, [run])
    last.daemon = True
    last.start()
    cards = chosen_cards(run, options.models)
    for name in shares:
        started_s = time.monotonic()
        has_s = run.budget.begin(name)
        print(f"{name}: {(PARTS[name].__doc__ or '').partition(chr(10))[0]} At most {has_s:.0f} s.")
        run.part = name
        PARTS[name](run, cards)
        print(f"  {time.monotonic() - started_s:.0f} s", flush=True)
    last.cancel()
    return report(run)


def cut_off(run: Run) -> None:
    """End the process in the middle of a check: it hangs, or the machine is too slow for it."""
    run.note(agreement.Result(run.running, run.part, 0, 1, 1, "it had not ended when the time was up"))
    run.unchecked += [f"{part}: it was not begun" for part in run.budget.shares]
    report(run)
    sys.stdout.flush()
    os._exit(1)


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tests/gpu.sh", description=__doc__)
    default = "cuda:0" if torch.cuda.is_available() else "cpu"
    parser.add_argument("--device", default=default, help=f"default here: {default}")
    parser.add_argument("--models", nargs="*", default=[], help="only models with one of these in their id")
    parser.add_argument("--parts", nargs="*", default=list(SHARES), choices=list(SHARES))
    parser.add_argument("--seconds", type=float, default=240.0, help="for all of it; what does not fit is not checked")
    parser.add_argument("--began", type=float, help="since when they count, in seconds since 1970; default: now")
    return parser.parse_args()


def device_name(device: str) -> str:
    """What the device is called."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else f"({torch.get_num_threads()} thread(s))"


def chosen_cards(run: Run, parts: list[str]) -> list[Card]:
    """Cards of the healthy models, one family after the other, the first of each family first."""
    cards = unpack(agreement.answer(run.host, [Item("", "models", {})])[0])[0]["models"]
    for card in cards:
        run.unchecked += [f"{card['id']}: {problem}" for problem in card["problems"]]
    cards = [
        card for card in cards if not card["problems"] and (not parts or any(part in card["id"] for part in parts))
    ]
    families: list[str] = []
    rank = {}
    for card in cards:
        rank[card["id"]] = families.count(card["family"])
        families.append(card["family"])
    return sorted(cards, key=lambda card: rank[card["id"]])


def check_engine(run: Run, cards: list[Card]) -> None:
    """A killed model process, and memory for one model."""
    makers = [card["id"] for card in cards if "sample" in card["operations"]]
    if len(makers) < 2:
        run.unchecked.append("engine: it needs two models with samples")
        return
    device = str(run.device.device)
    item = Item(makers[0], "sample", {"seed": 5, "count": 4})
    found = run.attempt("kill and restart", engine.kill_and_restart, run.root, device, item)
    if found is not None:
        run.note(found[0])
        print(f"  {found[1]:.2f} s from the kill to the next answer")
    result = run.attempt("memory limit", engine.keep_few_models, run.root, device, makers[:3])
    if result is not None:
        run.note(result)


def check_agreement(run: Run, cards: list[Card]) -> None:
    """The same requests on both devices, and in batches."""
    for outputs, words in agreement.TOLERANCES.items():
        print(f"  tolerance of {outputs}: {words}")
    instrument = INSTRUMENT if any(card["id"] == INSTRUMENT for card in cards) else None
    if instrument is None:
        run.unchecked += [
            f"{card['id']} render: it needs {INSTRUMENT}" for card in cards if "render" in card["operations"]
        ]
    for card in cards:
        for question in run.attempt(card["id"], questions_of, card, run.ask, instrument) or []:
            compare = writing.compare_writing if question.operation == "write" else agreement.compare_devices
            name = f"{card['id']} {question.operation}"
            for result in run.attempt(name, compare, card, question, run.host, run.device) or []:
                run.note(result)


def check_training(run: Run, cards: list[Card]) -> None:
    """Three steps of every recipe, on both devices and in two pieces."""
    for card in cards:
        name = f"{card['id']} training"
        results = run.attempt(name, training.compare_training, card["id"], BATCHES, run.host, run.device)
        if results == []:
            run.unchecked.append(f"{name}: no items of its data set; 'sh tests/gpu.sh pack' brings some")
        for result in results or []:
            run.note(result)


def check_speed(run: Run, cards: list[Card]) -> None:
    """What a worker makes in a second, on the CPU and on the device."""
    rates: dict[str, dict[str, float]] = {}
    for card in cards:
        for name, worker in {"cpu": run.host, str(run.device.device): run.device}.items():
            found = run.attempt(f"{card['id']} speed", speed.speed_of, card, worker)
            if found is not None:
                rates.setdefault(card["id"], {})[f"{found[0]}_per_s_{name}"] = float(f"{found[1]:.3g}")
        if card["id"] in rates:
            print(f"  {card['id']:30} {json.dumps(rates[card['id']])}")


def report(run: Run) -> int:
    """The closing list; returns the exit status."""
    failed = [result for result in run.results if not result.passed]
    print(f"{len(run.results) - len(failed)} of {len(run.results)} checks passed")
    for result in failed:
        print(f"  FAILED {result.model} {result.question}: {result.agreeing} of {result.asked} {result.difference}")
    late = [
        f"{part}, for want of time, {len(names)} check(s): {', '.join(names)}" for part, names in run.untimed.items()
    ]
    print("Not checked:" if run.unchecked or late else "Nothing was left out.")
    for line in run.unchecked + late:
        print(f"  {line}")
    return 1 if failed else 0


PARTS: dict[str, Callable[[Run, list[Card]], None]] = {
    "engine": check_engine,
    "agreement": check_agreement,
    "training": check_training,
    "speed": check_speed,
}

if __name__ == "__main__":
    sys.exit(main())
