"""A browser, for each file that asks for one."""

from collections.abc import Iterator
from typing import Any

import pytest

from playground.benchmarks.browser import open_browser
from playground.benchmarks.facts import MissingPackage


@pytest.fixture(scope="module")
def browser_arguments() -> tuple[str, ...]:
    """What the browser is started with beside the usual; a file may have its own."""
    return ()


@pytest.fixture(scope="module")
def browser(browser_arguments: tuple[str, ...]) -> Iterator[Any]:
    """A browser for each file: while playwright runs, no other test of this process could use asyncio.

    Without Chromium the file is skipped, not failed: a browser comes from the system's packages, which on some machines
    cannot be installed, and everything else is to be tested there all the same.
    """
    try:
        with open_browser(*browser_arguments) as browser:
            yield browser
    except MissingPackage as error:
        pytest.skip(str(error))
