"""One real page for all tests of this folder, with good and broken checkpoints."""

from collections.abc import Iterator

import pytest

from playground.benchmarks.processes import Page
from tests.faults.broken import BREAKAGES, break_copy
from tests.server import Caller, copy_checkpoints, running_page


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    root = copy_checkpoints(tmp_path_factory.mktemp("checkpoints"))
    for name in BREAKAGES:
        break_copy(root, name)
    with running_page(root, PLAYGROUND_SESSION_RATE="1000") as page:  # one fuzzer asks more than any visitor
        yield page


@pytest.fixture()
def caller(page: Page) -> Iterator[Caller]:
    with Caller(page) as caller:
        yield caller
        caller.assert_serves()
