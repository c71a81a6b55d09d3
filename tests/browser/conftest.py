"""A page on a few checkpoints, and visitors of it, for each file of this folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.benchmarks.processes import Page
from tests.browser.visits import PHONE, PICTURE, WIDE, visit, wait_drawn
from tests.server import SOME, copy_checkpoints, running_page
from tests.tiny_music import save_tiny_music
from tests.tiny_notes import save_tiny_notes


@pytest.fixture(scope="module")
def models() -> tuple[str, ...]:
    """The checkpoints under image/ that the page has; a file may have its own."""
    return SOME


@pytest.fixture(scope="module")
def checkpoints(models: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoints that the page has; a file about sound asks for `tiny_audio`."""
    return copy_checkpoints(tmp_path_factory.mktemp("checkpoints"), models)


@pytest.fixture(scope="module")
def tiny_audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of every kind of the Audio tab, quick and untrained."""
    root = tmp_path_factory.mktemp("checkpoints")
    save_tiny_notes(root)
    save_tiny_music(root)
    return root


@pytest.fixture(scope="module")
def page(browser: Any, checkpoints: Path) -> Iterator[Page]:
    with running_page(checkpoints) as page:
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
