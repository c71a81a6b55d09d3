"""The verbs compare, invert, compose and write. Each runs a job over a worker in this process."""

import argparse
import asyncio
import base64
import json
from pathlib import Path
from typing import Any

from playground.commands.ask import WorkerAsk
from playground.commands.files import make_folder, read_file, write_json, write_media
from playground.commands.progress import run_to_end
from playground.datasets import compared_words
from playground.errors import BadRequest
from playground.formats.playback import check_tempo
from playground.jobs.compare import compare
from playground.jobs.compare_request import CompareRequest
from playground.jobs.compose import ComposeRequest, compose
from playground.jobs.invert import InvertRequest, invert
from playground.jobs.write import WriteRequest, write
from playground.protocol.events import Partial
from playground.protocol.request import Item
from playground.protocol.wire import BINARY_BYTES, pack, unpack
from playground.views.plain import show, to_music, to_plain
from playground.views.report import report
from playground.views.shown import read_column

PICTURES = ("samples", "nearest")  # of a column of a comparison


def run_compare(options: argparse.Namespace) -> None:
    """numbers.json, one PNG a figure, and the first samples of every model with their nearest training items."""
    result = asyncio.run(_compare(options))
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        print(result["verdict"])
        print(f"numbers.json, figures and samples are in {options.out}")


async def _compare(options: argparse.Namespace) -> dict[str, Any]:
    ask = WorkerAsk(options.checkpoints)
    cards = unpack(await ask(Item("", "models", {})))[0]["models"]
    settings = dict.fromkeys(options.models, read_settings(options.set)) if options.set else {}
    asked = {"models": options.models, "n": options.samples, "seed": options.seed, "settings": settings}
    request = CompareRequest.read(asked, cards, compared_words)
    folder = make_folder(options.out)
    told = (await run_to_end(report(compare(ask, request), request.words, options.theme))).data
    for figure in told.pop("figures"):
        (folder / f"{figure['name']}.png").write_bytes(base64.b64decode(figure["png"]))
    for column in (told["real"], *told["models"]):
        await _write_samples(ask, folder, column, told)
    write_json(folder, "numbers", told)
    return told


async def _write_samples(ask: WorkerAsk, folder: Path, column: dict[str, Any], told: dict[str, Any]) -> None:
    """The samples of a column and their nearest training items as files; those that are texts stay in the numbers too."""
    name = column["id"].replace("/", "-")
    for part in PICTURES:
        shown = read_column(told["output"], column[part])
        if not shown.texts:
            del column[part]
        made = {**told["request"], "shown": f"{part} of {column['id']}"}
        files = show(shown, made)
        pitches = column["facts"].get("pitches") if part == "samples" else None
        if pitches:
            reply = await ask(Item("", "listen", {"pitches": pitches[: len(shown)]}, shown.frames.tobytes()))
            files["sounds"] = to_plain(reply, made)["sounds"]
        write_media(folder, f"{part}-{name}", files)


def run_invert(options: argparse.Namespace) -> None:
    """found.json with the latent and its errors; the file beside what the latent gives, as a picture and as sound."""
    facts = asyncio.run(_invert(options))
    print(json.dumps(facts, indent=1) if options.json else f"{facts['note']} The latent is in {options.out}/found.json")


async def _invert(options: argparse.Namespace) -> dict[str, Any]:
    file = read_file(options.file, BINARY_BYTES)
    ask = WorkerAsk(options.checkpoints)
    request: dict[str, Any] = {"settings": read_settings(options.set)}
    if options.pitch is not None:
        request["pitch"] = options.pitch
    folder = make_folder(options.out)
    if "encode" in ask.worker.generative(options.model).capabilities:
        operation, reply = "encode", await ask(Item(options.model, "encode", request, file))
    else:
        operation, request = "invert", request | {"seed": options.seed, "steps": options.steps}
        found = await run_to_end(invert(ask, InvertRequest.read(request | {"model": options.model}, file)))
        reply = pack(found.data, found.body)
    made = {"model": options.model, "operation": operation, "request": request}
    facts = {**made, **write_media(folder, "found", to_plain(reply, made))}
    write_json(folder, "found", facts)
    return facts


def run_compose(options: argparse.Namespace) -> None:
    """piece.mid, piece.wav and piece.png, each with what made it."""
    facts = asyncio.run(_compose(options))
    print(json.dumps(facts, indent=1) if options.json else f"{options.bars} bars are in {options.out}")


async def _compose(options: argparse.Namespace) -> dict[str, Any]:
    ask = WorkerAsk(options.checkpoints)
    request = {"seed": options.seed, "bars": options.bars, "settings": read_settings(options.set)}
    piece = ComposeRequest.read(request | {"model": options.model})
    check_tempo(options.tempo)
    folder = make_folder(options.out)
    result = await run_to_end(compose(ask, piece))
    made = {"model": options.model, "operation": "compose", "request": request}
    facts = write_media(folder, "piece", await to_music(ask, result, made, {"tempo_bpm": options.tempo}))
    return {**made, **facts, "key": result.data["key"]}


def run_write(options: argparse.Namespace) -> None:
    """The text on standard output as it is written; with --json its tokens and why it ended, at the end."""
    asyncio.run(_write(options))


async def _write(options: argparse.Namespace) -> None:
    ask = WorkerAsk(options.checkpoints)
    request = {"model": options.model, "prompt": options.prompt, "seed": options.seed, "max_tokens": options.tokens}
    tokens: list[dict[str, Any]] = []

    def take(part: Partial) -> None:
        new = part.data.get("tokens", [])
        tokens.extend(new)
        if not options.json:
            print("".join(token["text"] for token in new), end="", flush=True)

    asked = WriteRequest.read(request | {"settings": read_settings(options.set)})
    result = await run_to_end(write(ask, asked), take)
    text = "".join(token["text"] for token in tokens)
    print(json.dumps({"text": text, "tokens": tokens, "why": result.data["why"]}, indent=1) if options.json else "")


def read_settings(texts: list[str]) -> dict[str, Any]:
    """Settings out of NAME=VALUE; a value that reads as a number is one."""
    settings: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadRequest(f"--set needs NAME=VALUE, got '{text}'.")
        try:
            settings[name] = float(value)
        except ValueError:
            settings[name] = value
    return settings


VERBS = {"compare": run_compare, "invert": run_invert, "compose": run_compose, "write": run_write}
