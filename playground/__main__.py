"""The command line: ``python -m playground VERB``, such as ``models``, ``sample``, ``compare``.

Exit status 0 when done, 2 with one clear line on bad input. ``--json`` prints facts for programs.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from playground.checkpoint import default_root
from playground.errors import BadRequest, PlaygroundError, UnknownModel

RUNS = Path(__file__).resolve().parent.parent / "runs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status."""
    options = build_parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except PlaygroundError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """One subparser per verb."""
    model, facts, seed, setting, out = _shared_options()
    parser = argparse.ArgumentParser(prog="python -m playground", description="A playground for generative models.")
    parser.add_argument("--checkpoints", type=Path, default=default_root(), help="the checkpoints folder")
    verbs = parser.add_subparsers(dest="verb", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], Any], about: str, *shared: argparse.ArgumentParser) -> Any:
        verb = verbs.add_parser(name, help=about, parents=shared)
        verb.set_defaults(run=run)
        return verb

    verb = add("models", run_models, "every checkpoint: family, data set, parameters, metrics, problems", facts)
    verb.add_argument("--markdown", action="store_true", help="their measured numbers as Markdown tables")

    about = "write samples as pictures, sounds and tunes, and samples.npz"
    verb = add("sample", run_sample, about, model, seed, setting, out)
    verb.add_argument("--n", type=int, default=16)

    verb = add("evaluate", run_evaluate, "recompute the numbers of a model's card", model, facts)
    verb.add_argument("--metric", help="only this evaluation (the names are shown when it is unknown)")
    verb.add_argument(
        "--save", action="store_true", help="write the numbers into the checkpoint's config.json and card"
    )

    verb = add("train", run_train, "train a checkpoint by its recipe", model)
    verb.add_argument("--resume", action="store_true", help="continue the saved run")
    verb.add_argument("--dry-run", action="store_true", help="print the recipe and stop")
    verb.add_argument("--steps", type=int, help="a trial: stop after this many steps in all (the run can be resumed)")
    verb.add_argument("--threads", type=int, help="CPU threads")
    verb.add_argument("--device", default="cpu")

    verb = add("data", run_data, "build a data set from its packages")
    verb.add_argument("dataset", nargs="?", help="its name, or NAME-reference; without one, every data set is listed")

    verb = add("bench", run_bench, "ours beside a peer in one run, as a ratio", facts)
    verb.add_argument("name", nargs="?")
    verb.add_argument("--visitors", type=int, help="of classroom: how many at once (30)")

    about = "models of one data set beside real data: numbers, figures, samples"
    verb = add("compare", run_job, about, facts, seed, setting, out)
    verb.add_argument("models", nargs="+", metavar="MODEL")
    verb.add_argument("--samples", type=int, default=500)
    verb.add_argument("--theme", choices=("light", "dark"), default="light", help="of the figures")

    about = "the latent of a picture, sound or MIDI file"
    verb = add("invert", run_job, about, model, facts, setting, out)
    verb.add_argument("file", type=Path)
    verb.add_argument("--steps", type=int, default=200, help="of the search, for models without an encoder")
    verb.add_argument("--pitch", type=int, help="MIDI pitch of a note, where it is not to be heard")
    verb.add_argument("--seed", type=int, default=0)

    verb = add("compose", run_job, "a chorale as MIDI and sound", model, facts, seed, setting, out)
    verb.add_argument("--bars", type=int, default=8)
    verb.add_argument("--tempo", type=float, default=84, help="quarters a minute")

    verb = add("write", run_job, "a language model goes on with a text", model, facts, seed, setting)
    verb.add_argument("prompt")
    verb.add_argument("--tokens", type=int, default=100, help="at most")

    verb = add("get", run_get, "bring a pretrained checkpoint that is too large to commit", model)
    verb.add_argument("--watched", action="store_true", help="stop when standard input is closed")
    return parser


def _shared_options() -> list[argparse.ArgumentParser]:
    """What several verbs take: a model, --json, --seed, --set, --out."""
    shared = [argparse.ArgumentParser(add_help=False) for _ in range(5)]
    model, facts, seed, setting, out = shared
    model.add_argument("model")
    facts.add_argument("--json", action="store_true")
    seed.add_argument("--seed", type=int, default=7)
    about = "a setting, such as temperature=0.8"
    setting.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=about)
    out.add_argument("--out", type=Path, required=True)
    return shared


def run_job(options: argparse.Namespace) -> None:
    """Run long work; its modules are imported only now."""
    from playground.commands.jobs import VERBS

    VERBS[options.verb](options)


def run_models(options: argparse.Namespace) -> None:
    """List every checkpoint, the feature network included; loads each, so that a broken one shows its reason."""
    from playground.checkpoint import find_checkpoints, load_model
    from playground.errors import BrokenCheckpoint
    from playground.training.export import markdown_tables

    found = find_checkpoints(options.checkpoints)
    if options.markdown:
        print(
            markdown_tables(
                [one for one in found if not one.problems and one.facts["cost"] and "parameters" in one.facts]
            )
        )
        return
    rows = []
    for checkpoint in found:
        problems = list(checkpoint.problems)
        if not problems:
            try:
                load_model(checkpoint)
            except BrokenCheckpoint as error:
                problems = [str(error)]
        names = ("name", "summary", "modality", "family", "dataset", "parameters", "cost", "metrics")
        rows.append({"id": checkpoint.id, **{name: checkpoint.facts.get(name) for name in names}, "problems": problems})
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        state = "; ".join(row["problems"]) or "healthy"
        size = f"{row['parameters']:,} parameters" if row["parameters"] else ""
        print(f"{row['id']:26} {row['family'] or '?':11} {row['dataset'] or '?':8} {size:22} {state}")
        print_metrics(row["metrics"] or {})
    if not rows:
        print(f"No checkpoints under {options.checkpoints}.")


def print_metrics(metrics: dict) -> None:
    """One indented line per metric."""
    from playground.training.export import number_cells

    for name, one in metrics.items():
        value, floor, baseline, better = number_cells(one)
        print(f"    {name:50} {value} (floor {floor}, baseline {baseline}, {better} is better)")


def run_sample(options: argparse.Namespace) -> None:
    """One PNG per sample, WAV and MIDI of what can be heard, a grid, and samples.npz with pictures, latents and the request."""
    from playground.checkpoint import find_checkpoint, load_model
    from playground.models.base import GenerativeModel
    from playground.operations.sample_files import write_samples
    from playground.protocol.fields import settings_of

    if not 1 <= options.n <= 10_000:
        raise BadRequest(f"--n must be a whole number from 1 to 10000, got {options.n}.")
    model = load_model(find_checkpoint(root_of(options), options.model))
    if not isinstance(model, GenerativeModel):
        raise BadRequest(f"'{options.model}' is not a generative model: choose another.")
    choices = {setting.name for setting in model.settings if setting.kind == "choice"}
    settings = settings_of(model, {"settings": dict(parse_setting(text, choices) for text in options.set)})
    write_samples(model, options.model, options.n, options.seed, settings, options.out)
    print(f"{options.n} samples of {options.model} (seed {options.seed}) in {options.out}")


def parse_setting(text: str, choices: Collection[str]) -> tuple[str, object]:
    """NAME=VALUE, the value a number unless the setting is one of the ``choices`` of words."""
    name, equals, value = text.partition("=")
    if not equals:
        raise BadRequest(f"--set needs NAME=VALUE, got '{text}'.")
    if name in choices:
        return name, value
    try:
        return name, float(value)
    except ValueError as error:
        raise BadRequest(f"--set {name} needs a number, got '{value}'.") from error


def root_of(options: argparse.Namespace) -> Path:
    """The checkpoints folder of ``options.model``: the default is another one for models that are not shipped.

    Raises UnknownModel for one of those that is to be used and was never trained.
    """
    from playground.datasets import recipes

    recipe = recipes().get(options.model)
    apart = recipe is not None and not recipe.shipped and options.checkpoints == default_root()
    if not apart:
        return options.checkpoints
    root = RUNS / "not-shipped"
    if options.verb != "train" and not (root / options.model).exists():
        raise UnknownModel(f"'{options.model}' is not shipped: run 'python -m playground train {options.model}' first.")
    return root


def run_evaluate(options: argparse.Namespace) -> None:
    """Print recomputed metrics; progress goes to standard error."""
    from playground.checkpoint import find_checkpoint
    from playground.evaluation.evaluate import DIRECTIONS, evaluate, evaluate_directions
    from playground.training.export import record_metrics, slider_lines

    checkpoint = find_checkpoint(root_of(options), options.model)

    def report(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    metrics, directions = {}, None
    if options.metric != DIRECTIONS:
        metrics = evaluate(checkpoint, options.checkpoints, options.metric, report)
    if options.metric in (None, DIRECTIONS):
        directions = evaluate_directions(checkpoint, options.checkpoints, report)
    if options.save:
        record_metrics(checkpoint, metrics, directions)
    if options.json:
        print(json.dumps(directions if options.metric == DIRECTIONS else metrics, indent=2))
        return
    print_metrics(metrics)
    for line in slider_lines(directions):
        print(line)


def run_train(options: argparse.Namespace) -> None:
    """Print the recipe, train, export. The run is kept under runs/ and can be continued."""
    from playground.datasets import find_recipe
    from playground.training.export import export, require_no_finished_checkpoint

    recipe = find_recipe(options.model)
    if options.steps is not None and not 1 <= options.steps <= recipe.steps:
        raise BadRequest(
            f"--steps must be a whole number from 1 to {recipe.steps} (the recipe's), got {options.steps}."
        )
    print(json.dumps(recipe.describe(), indent=2))
    if options.dry_run:
        return
    if options.steps is not None and options.steps < recipe.steps:
        require_no_finished_checkpoint(root_of(options), recipe)
    import torch

    from playground.datasets import find_dataset
    from playground.training.loop import Progress, train

    if options.threads:
        torch.set_num_threads(options.threads)

    def report(progress: Progress) -> None:
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in progress.numbers.items())
        rest = progress.seconds / progress.step * (progress.steps - progress.step)
        print(f"step {progress.step} of {progress.steps}, about {rest / 60:.0f} minutes left: {numbers}", flush=True)

    data = find_dataset(recipe.dataset).load()
    folder = RUNS / recipe.id
    model, ledger = train(
        recipe, data, folder, resume=options.resume, steps=options.steps, device=options.device, report=report
    )
    checkpoint = export(recipe, model, ledger, data, root_of(options))
    if ledger["steps"] < recipe.steps:
        print(f"This is a trial of {ledger['steps']} of {recipe.steps} steps; --resume trains on.")
    print(f"Saved {checkpoint.folder}; now run: python -m playground evaluate {recipe.id} --save")


def run_data(options: argparse.Namespace) -> None:
    """Build a data set into the cache, or say that it is there; or build the reference that ships. Without a name, list all."""
    from playground.datasets import datasets, find_dataset
    from playground.datasets.storage import cache_folder

    if options.dataset is None:
        for one in datasets().values():
            print(f"{one.name:12} {one.modality:6} {one.title} ({one.license})")
        return
    name = options.dataset.removesuffix("-reference")
    dataset = find_dataset(name)
    data = dataset.load()
    if options.dataset == name:
        print(f"{name}: {data.counts()} in {cache_folder()}")
        return
    path = dataset.part("build_reference").build_reference(data, options.checkpoints)
    print(f"{options.dataset}: {path.stat().st_size / 1e6:.2f} MB in {path}")


def run_bench(options: argparse.Namespace) -> None:
    """Run one benchmark or all; each measures ours and a peer in the same run."""
    from playground.benchmarks import BENCHMARKS, check_options, print_result, run_benchmark

    own = {} if options.visitors is None else {"visitors": options.visitors}
    check_options(options.name, **own)
    results = {name: run_benchmark(name, **own) for name in ([options.name] if options.name else BENCHMARKS)}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, result in results.items():
        print_result(name, result)


def run_get(options: argparse.Namespace) -> None:
    """Fetch, check and convert a pretrained checkpoint; progress goes to standard output."""
    from playground.pretrained import get

    if options.watched:
        threading.Thread(target=stop_with_input, daemon=True).start()
    get(options.model, options.checkpoints, lambda line: print(line, flush=True))


def stop_with_input() -> None:
    """Interrupt the main thread once standard input is closed: whoever started this process has gone."""
    sys.stdin.buffer.read()
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
