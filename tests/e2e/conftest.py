"""A studio and a browser for the whole folder, a fresh window for each test; a word on the console fails a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.e2e.studio import CHROMIUM_FLAGS, PATIENCE, STATIC, Studio, chromium

Opener = Callable[..., Page]

AWAY = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
"""What a browser itself writes when a server goes away: no page can keep it from that."""


@pytest.fixture(scope="session", autouse=True)
def _able() -> None:
    """Skip, with the reason, what can't be tried here."""
    if chromium() is None:
        pytest.skip("there is no Chromium: install it (apt install chromium) or set CHROMIUM to where it is")
    if not (STATIC / "index.html").exists():
        pytest.skip("the page is not built: `python3 start.py` builds it, or `npm run build` in web/")
    expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="module")
def browser(_able: None) -> Iterator[Browser]:
    """One headless Chromium a module: while Playwright is there, no other event loop may run in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def studio(_able: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One server; a test that stops it starts it again."""
    studio = Studio(Path(tmp_path_factory.mktemp("studio")))
    studio.start()
    yield studio
    studio.stop()


@pytest.fixture
def open_page(browser: Browser, studio: Studio) -> Iterator[Opener]:
    """Open a path in a window of its own: `open_page("/", 1440, 900)`; all are closed afterwards.

    `refused` are statuses that the studio is meant to answer with, of which browsers write on their console.
    """
    windows: list[BrowserContext] = []
    said: list[str] = []
    expected: list[str] = [*AWAY]

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(word in message.text for word in expected):
            said.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(
        path: str, width: int = 640, height: int = 400, *, still: bool = False, refused: tuple[int, ...] = ()
    ) -> Page:
        expected.extend(f"status of {status}" for status in refused)
        window = browser.new_context(
            viewport={"width": width, "height": height},
            base_url=studio.address,
            reduced_motion="reduce" if still else "no-preference",
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for window in windows:
        window.close()
    studio.end()
    assert said == [], "the page said something on its console"
