"""Starts the playground or the peer as a user would, waits until it answers, stops it; counts memory of process trees.

Memory comes from Linux's /proc. PSS counts a page that several processes share once in all, so a sum over a tree is true.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.errors import PlaygroundError

PROJECT = Path(__file__).resolve().parents[2]
LAUNCHED = " runs on http"  # both pages print it once they serve
START_S = 180.0
STOP_S = 15.0


class PageFailed(PlaygroundError):
    """A page did not start or did not stop; the message holds the end of its log."""


@dataclass
class Page:
    """A running server process."""

    url: str  # without a slash at the end
    process: "subprocess.Popen[bytes]"
    log: Path
    started_s: float  # time.monotonic() just before the process was started

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""
        return int(self.url.rpartition(":")[2])

    def worker_pid(self) -> int:
        """The model process that answers: the oldest, since a standby is started later and a dead one is never."""
        return min(self.worker_pids(), key=started_at)

    def worker_pids(self) -> list[int]:
        """The model processes, a waiting standby included."""
        return [pid for pid in tree_of(self.process.pid) if "playground.serving.child" in command_of(pid)]

    def log_tail(self, lines: int = 30) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_ready(self, path: str, timeout_s: float = START_S) -> None:
        """Wait until the page says that it runs (asking it before would slow its start) and GET path answers 200."""
        self.wait_until(lambda: LAUNCHED in self.log.read_text(errors="replace"), f"Printing '{LAUNCHED}'", timeout_s)
        self.wait_answer(path, timeout_s)

    def wait_answer(self, path: str, timeout_s: float = START_S) -> float:
        """Seconds from the start of the process until GET path answered 200."""
        return self.wait_until(lambda: get_status(self.url + path) == 200, f"Answering {path}", timeout_s)

    def wait_until(self, happened: Callable[[], bool], what: str, timeout_s: float = START_S) -> float:
        """Seconds from the start of the process until something has happened, asked twenty times a second."""
        while time.monotonic() - self.started_s < timeout_s:
            if self.process.poll() is not None:
                raise PageFailed(f"The page ended with status {self.process.returncode}:\n{self.log_tail()}")
            if happened():
                return time.monotonic() - self.started_s
            time.sleep(0.05)
        raise PageFailed(f"{what} took more than {timeout_s:g} s:\n{self.log_tail()}")

    def stop(self) -> int:
        """SIGTERM, and its exit status; SIGKILL and PageFailed when that is not obeyed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            for pid in tree_of(self.process.pid):
                os.kill(pid, signal.SIGKILL)
            self.process.wait(5)
            raise PageFailed(f"The page ran on {STOP_S:g} s after SIGTERM:\n{self.log_tail()}") from None


def start_playground(
    checkpoints: Path | None = None, *, extra: dict[str, str] | None = None, program: Path = PROJECT / "app.py"
) -> Page:
    """`python app.py` on a free port of the loopback; checkpoints: another folder than the shipped; extra: environment;
    program: another script that starts the page; one beside a package of its own runs that.
    """
    port = free_port()
    environment = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", **(extra or {})}
    if checkpoints is not None:
        environment["PLAYGROUND_CHECKPOINTS"] = str(checkpoints)
    beside = (program.parent / "playground").is_dir()
    return _start([str(program)], port, environment, program.parent if beside else PROJECT)


def start_peer(module: str = "peer") -> Page:
    """The peer of that file beside this one, on a free port of the loopback."""
    port = free_port()
    return _start(["-m", f"playground.benchmarks.{module}", "--port", str(port)], port, {})


@contextmanager
def both_pages(peer_module: str = "peer") -> Iterator[tuple[Page, Page]]:
    """The playground and a peer, both ready; stopped at the end."""
    ours, peer = start_playground(), start_peer(peer_module)
    try:
        ours.wait_ready("/playground/health/ready")
        peer.wait_ready("/")
        yield ours, peer
    finally:
        for page in (ours, peer):
            page.stop()
            page.log.unlink()


def _start(arguments: list[str], port: int, environment: dict[str, str], folder: Path = PROJECT) -> Page:
    descriptor, log = tempfile.mkstemp(prefix="playground-page-", suffix=".log")
    started_s = time.monotonic()
    with os.fdopen(descriptor, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "PYTHONUNBUFFERED": "1", **environment},
        )
    return Page(f"http://127.0.0.1:{port}", process, Path(log), started_s)


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get_status(url: str) -> int:
    """The HTTP status of a GET, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def started_at(pid: int) -> int:
    """When a process began, in clock ticks since the machine did."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def tree_of(pid: int) -> list[int]:
    """A process and all its descendants that live."""
    pids, seen = [pid], []
    while pids:
        pid = pids.pop()
        try:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += [int(child) for child in children.read_text().split()]
        except OSError:
            continue
        if Path(f"/proc/{pid}").exists():
            seen.append(pid)
    return seen


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def rss_mb(pid: int) -> float:
    """Resident memory of one process in megabytes (10^6 bytes)."""
    return _memory(pid, "status", "VmRSS:") / 1e6


def tree_pss_mb(pid: int) -> float:
    """Memory of a process tree in megabytes: the sum of PSS."""
    return sum(_memory(one, "smaps_rollup", "Pss:") for one in tree_of(pid)) / 1e6


def cpu_s(pid: int) -> float:
    """Processor seconds that one process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loaded_files(pid: int) -> str:
    """What a process has mapped into its memory: shows which native libraries it has loaded."""
    try:
        return Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return ""


def _memory(pid: int, file: str, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)
