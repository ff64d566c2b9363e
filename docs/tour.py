"""Make the tour of the page: every page as a person sees it, photographed in a real browser.

python -m docs.tour                      the eight pictures of the documents, into docs/media/
python -m docs.tour --every FOLDER       every page at every size it is held to, as PNG, to be looked at
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image as Picture
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.studio import CHROMIUM_FLAGS, Studio, chromium, until

MEDIA = Path(__file__).parent / "media"
SIZES = ((360, 780), (820, 1180), (1440, 900), (3840, 2160))
DREAM, NEXT = "sky islands at sunrise, a digital painting", "a volcano at sunset"
SIZE, PLAYED = "640x360", 4
GESTURES = (
    (8, {"strength": 0.6}),
    (10, {"prompt": NEXT, "blend": 1}),
    (16, {"spark": True}),
    (26, {"prompt": DREAM, "blend": 1}),
)
"""After how many frames what is wished for."""

LARGEST = 140_000
"""Bytes of a picture at most: the documents are read on trains."""


def first(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """Six dreams to begin with."""
    page.goto("/")
    page.get_by_role("button").nth(3).hover()


def live(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """The stage, with everything that steers."""
    page.goto("/")
    painted(page)
    page.mouse.move(300, 220)


def console(page: Page, studio: Studio) -> None:
    """The console over the picture."""
    live(page, studio)
    page.keyboard.press("`")
    page.wait_for_timeout(4000)


def invite(page: Page, studio: Studio) -> None:
    """What there is to hand out."""
    live(page, studio)
    if page.viewport_size and page.viewport_size["width"] < 768:
        page.get_by_role("button", name="Open the controls").click()
        page.get_by_role("button", name="Open them wholly").click()
    page.get_by_role("button", name="Invite to watch").click()
    page.get_by_role("img", name="QR code").wait_for()
    page.wait_for_timeout(1000)


def watch(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """The picture alone."""
    page.goto("/watch/live")
    painted(page)


def history(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """What was kept."""
    page.goto("/history")


def again(page: Page, studio: Studio) -> None:
    """Three ways to render again."""
    history(page, studio)
    page.get_by_role("button", name="Render again").first.click()
    page.get_by_role("radio", name="Remaster").check()


def system(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """The machine."""
    page.goto("/system")


PAGES: Mapping[str, Callable[[Page, Studio], None]] = {
    "live": live,
    "console": console,
    "invite": invite,
    "watch": watch,
    "system": system,
    "history": history,
    "again": again,
    "first": first,
}
"""Every page by its name, in an order that needs no other than what went before."""

TOUR = {name: (360, 780) if name == "watch" else (1440, 900) for name in PAGES}
ENDED = {"history", "again", "first"}
"""Shown when the performance is over."""


def painted(page: Page) -> None:
    """Wait for a picture."""
    until(lambda: page.evaluate("document.querySelector('main canvas')?.width > 1"), "there is a picture", 120)
    page.wait_for_timeout(500)


def perform(studio: Studio) -> None:
    """Do what a director does, so that there is something to see: some short dreams, and a longer one that goes on."""
    for preset in studio.ask("/api/presets")[:PLAYED]:
        job = studio.perform(preset["prompt"], size=SIZE, model="worlds", seed=preset["wishes"]["seed"])
        later(studio, job, 6)
        studio.end()
    job = studio.perform(DREAM, size=SIZE, model="worlds", seed=5)
    for frames, wish in GESTURES:
        later(studio, job, frames)
        studio.ask(f"/api/jobs/{job}/keyframes", wish)


def later(studio: Studio, job: str, frames: int) -> None:
    """Wait until a session has painted some frames more."""
    at = f"/api/jobs/{job}"
    since = studio.ask(at)["live_state"]["frame"]
    until(lambda: studio.ask(at)["live_state"]["frame"] > since + frames, "it goes on", 300)


def taken(browser: Browser, studio: Studio, name: str, size: tuple[int, int]) -> bytes:
    """Return a photograph of a page as PNG."""
    window = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=studio.address)
    page = window.new_page()
    page.set_default_timeout(120_000)
    PAGES[name](page, studio)
    if name in ENDED:
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    photograph = page.screenshot(animations="disabled", timeout=120_000)
    window.close()
    return photograph


def save(photograph: bytes, path: Path) -> None:
    """Write a picture for the documents: as good a JPEG as its size allows."""
    picture = Picture.open(io.BytesIO(photograph)).convert("RGB")
    for quality in range(86, 20, -6):
        picture.save(path, quality=quality, optimize=True, progressive=True)
        if path.stat().st_size <= LARGEST:
            return


def main() -> None:
    """Perform a little, and photograph every page of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=Path, metavar="FOLDER", help="every page at every size, as PNG")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (all): {', '.join(PAGES)}")
    given = parser.parse_args()
    names = [name for name in PAGES if name in (given.names or PAGES)]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        studio = Studio(Path(folder))
        studio.start()
        try:
            perform(studio)
            for name in names:
                if name in ENDED:
                    studio.end()
                photograph(browser, studio, name, given.every)
        finally:
            studio.stop()


def photograph(browser: Browser, studio: Studio, name: str, every: Path | None) -> None:
    """Photograph one page, for the documents or at every size."""
    if every is None:
        save(taken(browser, studio, name, TOUR[name]), MEDIA / f"page-{name}.jpg")
        return
    every.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES:
        (every / f"{name}-{width}.png").write_bytes(taken(browser, studio, name, (width, height)))


if __name__ == "__main__":
    main()
