"""Text: what eight visitors at once get of a language model, ours beside `generate()` alone and beside a chat page over it.

The library's `generate()` runs alone in a process of its own, one answer after the other, with as many threads and the same pages
of memory as our model process; ours has eight visitors who ask for one text after the other by POST /playground/jobs/write. The
two take turns of a few seconds, so that what else the machine does meets both: the ratio is the median over the turns, and its
spread is given. Then `gr.ChatInterface` over `generate()` has the same eight visitors. All answers have 64 tokens, or fewer
where ours meets the end of a text. No browser takes part. Where the pretrained SmolLM2 has been brought, one visitor chats with
it alone, and the tokens per second of each answer are told.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playground.benchmarks import facts
from playground.benchmarks.peer_text import MODEL, SETTINGS, TOKENS
from playground.benchmarks.processes import PROJECT, Page, both_pages, cpu_s
from playground.serving.process import child_environment

SECONDS = 60.0
VISITORS = 8
TURNS = 8
RAMP_S = 0.5  # of ours in each turn, until all visitors are in the batch; not counted
WANTED_RATIO, FIRST_TOKEN_MS = 3.0, 1000.0
STARVED_SHARE = 0.5  # of the mean: who gets less has starved
PRETRAINED_MODEL, PRETRAINED_TOKENS_PER_S = "text/smollm2", 15.0
PRETRAINED_ANSWERS = 8


@dataclass
class Told:
    """What visitors were told."""

    tokens: list[int] = field(default_factory=lambda: [0] * VISITORS)
    first_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    written: int = 0  # tokens, those of the ramp too
    cpu_s: float = 0.0  # of the model process, for these
    seeds: list[random.Random] = field(default_factory=lambda: [random.Random(i) for i in range(VISITORS)])

    def describe(self) -> dict[str, Any]:
        """For the result."""
        return {
            "tokens_per_s": sum(self.tokens) / self.seconds,
            "least_of_a_visitor_to_mean": min(self.tokens) * VISITORS / max(1, sum(self.tokens)),
            **facts.describe_times(self.first_ms, "first_token"),
            "answers": len(self.first_ms),
            "errors": len(self.errors),
        }


def run() -> dict[str, Any]:
    """See the module."""
    seconds = facts.seconds_of(SECONDS)
    with both_pages("peer_text") as (ours, peer), generating() as generate_for:
        own, alone, ratios, lasts_s = Told(), [], [], seconds / 3 / TURNS
        write_for_a_while(ours, 3.0, Told())  # loads the model
        for turn in range(TURNS):
            facts.report(f"text: turn {turn + 1} of {TURNS}, generate() alone, then eight visitors of ours")
            alone.append(generate_for(lasts_s))
            before = sum(own.tokens)
            write_for_a_while(ours, lasts_s, own)
            ratios.append((sum(own.tokens) - before) / lasts_s / alone[-1].tokens_per_s)
        facts.report("text: eight visitors, the peer")
        ask_the_peer(peer, 3.0)
        theirs = ask_the_peer(peer, seconds / 3)
        facts.report("text: one visitor of the pretrained model")
        pretrained = chat_alone(ours, max(2, round(PRETRAINED_ANSWERS * seconds / SECONDS)))
    ratio = statistics.median(ratios)
    per_cpu_s = own.written / own.cpu_s, sum(one.tokens for one in alone) / sum(one.cpu_s for one in alone)
    mine, other = own.describe(), theirs.describe()
    return facts.build_result(
        f"{VISITORS} visitors at once have {MODEL} write {TOKENS} tokens, again and again",
        {"visitors": mine | {"tokens_per_processor_s": per_cpu_s[0]}, "one_visitor_of_the_pretrained": pretrained},
        {
            "generate_one_at_a_time": {
                "tokens_per_s": statistics.median(one.tokens_per_s for one in alone),
                "tokens_per_processor_s": per_cpu_s[1],
            },
            "chat_interface": other,
        },
        {
            "tokens_per_s_to_generate": ratio,
            "tokens_per_s_to_generate_least": min(ratios),
            "tokens_per_s_to_generate_most": max(ratios),
            "tokens_per_processor_s_to_generate": per_cpu_s[0] / per_cpu_s[1],
            "tokens_per_s_to_chat_interface": mine["tokens_per_s"] / max(other["tokens_per_s"], 1e-9),
            "first_token_p95_of_chat_interface": other["first_token_p95_ms"] / mine["first_token_p95_ms"],
        },
        [
            facts.at_least("tokens/s to generate()", ratio, WANTED_RATIO),
            facts.at_most("first token p95 ms", mine["first_token_p95_ms"], FIRST_TOKEN_MS),
            facts.at_least("least of a visitor to the mean", mine["least_of_a_visitor_to_mean"], STARVED_SHARE),
            facts.at_most("errors", mine["errors"], 0),
            *(
                [facts.at_least("tokens/s of SmolLM2", pretrained["tokens_per_s"], PRETRAINED_TOKENS_PER_S)]
                if pretrained
                else []
            ),
        ],
        [
            "A processor second of ours is one of the model process; the page around it and the visitors run beside it, so that "
            "on a busy machine tokens a second say more of the machine than of either.",
            *facts.note_duration(seconds, SECONDS),
        ],
    )


@dataclass(frozen=True)
class Generated:
    """What `generate()` alone made in a while."""

    tokens: int
    seconds: float
    cpu_s: float

    @property
    def tokens_per_s(self) -> float:
        """By the clock."""
        return self.tokens / self.seconds


@contextmanager
def generating() -> Iterator[Callable[[float], Generated]]:
    """A function that lets `generate()` run for so many seconds, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "playground.benchmarks.peer_text", "--alone"],
        cwd=PROJECT,
        env=child_environment(dict(os.environ)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    asked, answers = process.stdin, process.stdout

    def generate_for(seconds: float) -> Generated:
        print(seconds, file=asked, flush=True)
        return Generated(**json.loads(answers.readline()))

    try:
        generate_for(0.1)  # waits until it is ready
        yield generate_for
    finally:
        asked.close()
        process.wait(30)


def write_for_a_while(page: Page, lasts_s: float, told: Told) -> None:
    """Visitors of ours for so long, counted in ``told``; texts that are under way at the end are broken off."""
    before_s = cpu_s(page.worker_pid())
    asyncio.run(_write_for_a_while(page, lasts_s, told))
    told.cpu_s += cpu_s(page.worker_pid()) - before_s


async def _write_for_a_while(page: Page, lasts_s: float, told: Told) -> None:
    counted_from_s = time.monotonic() + RAMP_S
    visits = [asyncio.create_task(_visit(page, number, counted_from_s, told)) for number in range(VISITORS)]
    await asyncio.wait(visits, timeout=RAMP_S + lasts_s, return_when=asyncio.FIRST_EXCEPTION)
    for visit in visits:
        visit.cancel()
    for outcome in await asyncio.gather(*visits, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
    told.seconds += lasts_s


async def _visit(page: Page, number: int, counted_from_s: float, told: Told) -> None:
    import httpx

    seeds = told.seeds[number]
    async with httpx.AsyncClient(base_url=page.url, timeout=60) as http:
        while True:
            prompt = f"ACT {seeds.randrange(9)}. SCENE {number}.\n"
            request = {"model": MODEL, "prompt": prompt, "seed": seeds.randrange(2**30), "max_tokens": TOKENS}
            asked_s, first = time.monotonic(), True
            body = {"session": f"bench{number}", "request": request | {"settings": SETTINGS}}
            async with http.stream("POST", "/playground/jobs/write", json=body) as answer:
                async for line in answer.aiter_lines():
                    part = json.loads(line)
                    if "error" in part:
                        told.errors.append(part["error"])
                    if tokens := part.get("kind") == "partial" and part["data"].get("tokens"):
                        told.written += len(tokens)
                        if time.monotonic() >= counted_from_s:
                            told.tokens[number] += len(tokens)
                        if first:
                            told.first_ms.append(1000 * (time.monotonic() - asked_s))
                        first = False


def chat_alone(page: Page, count: int) -> dict[str, float]:
    """So many answers of the pretrained model, one after the other: the median of their tokens per second, from the question
    to the end of the answer. Nothing when it has not been brought.
    """
    import httpx

    rates = []
    with httpx.Client(base_url=page.url, timeout=120) as http:
        there = {one["id"]: one["there"] for one in http.get("/playground/pretrained").json()}
        if not there.get(PRETRAINED_MODEL):
            facts.report(f"text: {PRETRAINED_MODEL} has not been brought, so that it is left out")
            return {}
        for seed in range(count + 1):
            chat = {"turns": [f"Tell me a story about a fox and {seed + 2} crows."]}
            request = {"model": PRETRAINED_MODEL, "chat": chat, "seed": seed, "max_tokens": TOKENS}
            asked_s = time.monotonic()
            answer = http.post("/playground/jobs/write", json={"session": "bench", "request": request})
            took_s = time.monotonic() - asked_s
            parts = [json.loads(line) for line in answer.text.splitlines()]
            rates.append(sum(len(part["data"].get("tokens", [])) for part in parts[:-1]) / took_s)
    rates = rates[1:]  # the first has loaded the model
    return {"tokens_per_s": statistics.median(rates), "least_tokens_per_s": min(rates), "most_tokens_per_s": max(rates)}


def ask_the_peer(page: Page, lasts_s: float) -> Told:
    """Visitors of the peer, by gradio's own client."""
    told = Told()
    started_s = time.monotonic()
    threads = [
        threading.Thread(target=_visit_peer, args=(page, number, started_s + lasts_s, told))
        for number in range(VISITORS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds = time.monotonic() - started_s
    return told


def _visit_peer(page: Page, number: int, until_s: float, told: Told) -> None:
    from gradio_client import Client

    client = Client(page.url, verbose=False)
    while time.monotonic() < until_s:
        asked_s, first = time.monotonic(), True
        try:
            for _ in client.submit(f"ACT {number}. SCENE 1.\n", api_name="/chat"):
                if first:
                    told.first_ms.append(1000 * (time.monotonic() - asked_s))
                first = False
            told.tokens[number] += TOKENS
        except Exception as error:  # the client raises bare Exceptions
            told.errors.append(str(error))
