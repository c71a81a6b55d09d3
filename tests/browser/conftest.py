"""A browser, a page on a few checkpoints, and visitors of it, for each file of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from playground.benchmarks.browser import open_browser
from playground.benchmarks.facts import MissingPackage
from playground.benchmarks.processes import Page
from tests.browser.visits import PHONE, PICTURE, WIDE, visit, wait_drawn
from tests.server import SOME, copy_checkpoints, running_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Per file: while playwright runs, no other test of this process could use asyncio.
    try:
        with open_browser() as browser:
            yield browser
    except MissingPackage as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    """The checkpoints under image/ that the page has; a file may have its own."""
    return SOME


@pytest.fixture(scope="module")
def page(browser: Any, models: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_page(copy_checkpoints(tmp_path_factory.mktemp("checkpoints"), models)) as page:
        yield page


@pytest.fixture()
def expected() -> list[str]:
    """Complaints of the browser that a test provokes; it adds them here."""
    return []


@pytest.fixture()
def tab(browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    """A fresh visitor on Explore, with the first picture drawn."""
    with visit(browser, page.url, WIDE, expected=expected) as tab:
        wait_drawn(tab, PICTURE)
        yield tab


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def either(request: pytest.FixtureRequest, browser: Any, page: Page, expected: list[str]) -> Iterator[Any]:
    """A fresh visitor at a desk, and another with a phone."""
    with visit(browser, page.url, request.param, expected=expected) as tab:
        yield tab
