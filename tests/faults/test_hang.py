"""An operation that never ends costs its own visitor a clear error at its deadline, and the page nothing else."""

import threading
import time
from pathlib import Path

import httpx

from playground.benchmarks.processes import command_of
from playground.ui.service import DEADLINE_S
from tests.server import RBM, VAE, Caller, assert_refused, copy_checkpoints, fresh_seeds, patient, running_page

HANGING_APP = Path(__file__).parent / "hanging_app.py"


def test_a_hung_operation_is_killed_at_its_deadline_and_the_page_serves_on(tmp_path: Path) -> None:
    checkpoints = copy_checkpoints(tmp_path, ("digits-vae", "digits-rbm"))
    with running_page(checkpoints, program=HANGING_APP) as page, Caller(page) as caller:
        caller.assert_serves()
        pid = page.worker_pid()
        ends: list[tuple[httpx.Response, float]] = []

        def hang() -> None:
            began_s = time.monotonic()
            with Caller(page) as own:
                answer = own.run(RBM, "sample", {"count": 1, "hang": True}, session="unlucky")
            ends.append((answer, time.monotonic() - began_s))

        unlucky = threading.Thread(target=hang)
        unlucky.start()
        time.sleep(DEADLINE_S - 3)  # others come while it hangs: they wait, and are answered soon after
        began_s = time.monotonic()
        other = caller.run(VAE, "sample", {"seed": next(fresh_seeds), "count": 1}, session="other")
        waited_s = time.monotonic() - began_s
        unlucky.join(patient(30))
        answer, hung_s = ends[0]
        print(f"the hung request was told after {hung_s:.2f} s; another that came 3 s before waited {waited_s:.2f} s")
        assert_refused(answer, 504, words=f"did not answer within {DEADLINE_S:g} s")
        assert DEADLINE_S <= hung_s <= DEADLINE_S + patient(1)
        assert other.status_code == 200, other.text
        assert waited_s <= patient(3 + 5)
        assert page.worker_pid() != pid and not command_of(pid)
        caller.assert_serves()
