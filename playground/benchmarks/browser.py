"""Headless Chromium for the benchmarks and tests: Debian's own, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground.benchmarks.facts import MissingPackage, missing

ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage")


def find_chromium() -> str:
    """Path of the browser; MissingPackage with the line that installs it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise MissingPackage("A real browser is needed: run 'apt-get install chromium'.")
    return path


@contextmanager
def open_browser(*arguments: str) -> Iterator[Any]:
    """A playwright Browser, closed at the end; arguments: further ones for Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise missing("playwright", "Driving a browser") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()
