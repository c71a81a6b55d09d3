"""A slider moves and a note sounds: milliseconds from the move to 16-bit sound in the visitor's hands, ours beside gr.Audio.

Without a browser: every move asks our plain route for the sound of its very place (`sound`, one note), the peer as gradio's own
page does (join the queue, read the event stream, fetch the file). One question is in flight and the newest move wins, on both
sides. First one visitor drags, then thirty move about once a second each. Then the vocoder by itself: notes in one batch
against one by one. What a visitor hears while dragging in a real browser is measured by notes_browser.py.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from playground.benchmarks import facts, notes_browser
from playground.benchmarks.client import Connection
from playground.benchmarks.peer_notes import MODEL, PITCH
from playground.benchmarks.processes import Page, both_pages
from playground.benchmarks.visitors import (
    VISITORS,
    OneAtATime,
    PeerVisitor,
    Tally,
    endpoint_of,
    hold_in_turns,
)
from playground.serving import unpack

SECONDS = 60.0
DRAG_MOVES_PER_S = 30
CLASS_MOVES_PER_S = 1
BATCH = 16  # notes of one request at most
WARM_NOTES = 3


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    with both_pages("peer_notes") as (ours, peer):
        route = asyncio.run(_run(ours, peer, seconds))
        heard = notes_browser.drag(ours, peer, seconds)
    facts.report("notes: the vocoder, 16 notes in one batch and one by one")
    vocoder = time_vocoder()
    our_drag, their_drag, our_class, their_class = route
    our_p50, their_p50 = (facts.percentile(one.move_ms, 50) for one in (our_drag, their_drag))
    return facts.build_result(
        f"a note by {MODEL} after a slider move; one visitor dragging at {DRAG_MOVES_PER_S} moves/s, then {VISITORS} visitors "
        f"at {CLASS_MOVES_PER_S} move/s each; route to route, and in headless Chromium",
        {
            "one_visitor": _describe(our_drag),
            "class": _describe(our_class),
            "in_browser": heard["ours"],
            "vocoder": vocoder,
        },
        {"one_visitor": _describe(their_drag), "class": _describe(their_class), "in_browser": heard["peer"]},
        {
            "move_to_sound_p50": their_p50 / our_p50,
            "class_sounds_per_s": our_class.moves / max(their_class.moves, 1),
            "in_browser_p50": heard["ratio_p50"],
            "griffin_lim_one_by_one_over_batched": vocoder["one_by_one_ms_a_note"] / vocoder["batched_ms_a_note"],
        },
        [
            facts.at_most("route: move to sound p95 ms, one visitor", facts.percentile(our_drag.move_ms, 95), 150),
            facts.at_most("browser: move to sound p95 ms, one visitor", heard["ours"]["move_to_sound_p95_ms"], 150),
            facts.at_most(f"errors of {VISITORS} visitors", our_class.errors, 0),
        ],
        [
            "On one thread the vocoder's time is its Fourier transforms, so a batch is hardly faster than its notes alone; it "
            "saves the overhead of a request.",
            *heard["notes"],
            *facts.note_duration(seconds, SECONDS),
        ],
    )


class SoundVisitor(OneAtATime):
    """Asks our route for the sound of each place."""

    def __init__(self, port: int, number: int, tally: Tally) -> None:
        super().__init__(number, tally)
        self.connection = Connection(port)
        self.session = f"bench-{number}-{time.monotonic_ns()}"

    async def hang_up(self) -> None:
        await self.connection.close()

    async def ask(self, seed: int, direction: int, amount: float) -> None:
        """One move to its 16,000 samples."""
        latent = {"seed": seed, "index": 0, "offsets": {str(direction): amount}}
        request = {"latents": [latent], "pitches": [PITCH], "settings": {}}
        question = {
            "model": MODEL,
            "operation": "sound",
            "request": request,
            "session": self.session,
            "view": "explore",
        }
        status, body = await self.connection.post_json("/playground/run", question)
        if status != 200:
            raise ValueError(f"status {status}: {body[:150]!r}")
        header, content = unpack(body)
        if len(content) != header["frames"] * header["height"] * header["width"] + 2 * header["samples"]:
            raise ValueError(f"a note of {len(content)} bytes, told {header}")


async def _run(ours: Page, peer: Page, seconds: float) -> tuple[Tally, Tally, Tally, Tally]:
    """Drags of ours and the peer, then classes of ours and the peer."""
    seeds = random.Random(2)
    endpoint = await endpoint_of(peer)
    facts.report("notes: warming up")
    for visitor in (SoundVisitor(ours.port, 0, Tally()), PeerVisitor(peer.port, 0, Tally(), endpoint)):
        for i in range(WARM_NOTES):
            await visitor.ask(i, 0, 0.0)
        await visitor.hang_up()
    sides, lasts_s = ((ours, SoundVisitor), (peer, partial(PeerVisitor, endpoint=endpoint))), seconds / 2
    drags = await hold_in_turns(sides, seeds, visitors=1, moves_per_s=DRAG_MOVES_PER_S, lasts_s=lasts_s)
    classes = await hold_in_turns(sides, seeds, visitors=VISITORS, moves_per_s=CLASS_MOVES_PER_S, lasts_s=lasts_s)
    return drags[0], drags[1], classes[0], classes[1]


def time_vocoder() -> dict[str, float]:
    """Milliseconds a note on one thread, medians: 16 notes in one batch, one by one, and as the worker does them."""
    import torch

    from playground.formats.vocoder import sound_of
    from playground.operations.notes import vocode

    pictures = torch.rand(BATCH, 1, 128, 64, generator=torch.Generator().manual_seed(0))
    pitches = torch.arange(48, 48 + BATCH)
    ways: dict[str, Callable[[], Any]] = {
        "batched_ms_a_note": lambda: sound_of(pictures, pitches),
        "one_by_one_ms_a_note": lambda: [sound_of(*one) for one in zip(pictures.split(1), pitches.split(1))],
        "as_served_ms_a_note": lambda: vocode(pictures, pitches),
    }
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    times: dict[str, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(7):  # in turns
            for name, way in ways.items():
                started_s = time.perf_counter()
                with torch.inference_mode():
                    way()
                times[name].append(1000 * (time.perf_counter() - started_s) / BATCH)
    finally:
        torch.set_num_threads(threads)
    return {name: statistics.median(own) for name, own in times.items()}


def _describe(tally: Tally) -> dict[str, Any]:
    return tally.describe("sounds", "move_to_sound")
