"""Make the tour of the page: every page as a person sees it, photographed in a real browser.

python -m docs.tour                      the pictures of the documents, into docs/media/
python -m docs.tour --every FOLDER       every page at every size it is held to, as PNG, to be looked at
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from PIL import Image as Picture
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.seen import FAKED, filmed
from tests.e2e.studio import CHROMIUM_FLAGS, Studio, chromium, until

MEDIA = Path(__file__).parent / "media"
SIZES = ((360, 780), (820, 1180), (1440, 900), (3840, 2160))
DREAM, NEXT = "sky islands at sunrise, a digital painting", "a volcano at sunset"
SIZE, PLAYED = "640x360", 4
SEEN, REPAINTED = "mountains at noon, a lake", "an oil painting at sunset"
"""What the camera sees, and what becomes of it."""

FILM = "Four weathers"
BOARD = (DREAM, "a coral reef at noon, shafts of light", "a storm at sea at night, oil on canvas", NEXT)
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
    # A phone has room for its first word only.
    page.get_by_role("button", name=re.compile("^Invite")).click()
    page.get_by_role("img", name="QR code").wait_for()
    page.wait_for_timeout(1000)


def watch(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """The picture alone."""
    page.goto("/watch/live")
    painted(page)


def history(page: Page, studio: Studio) -> None:
    """What was kept."""
    made(studio, FILM)
    page.goto("/history")
    page.wait_for_load_state("networkidle")


def create(page: Page, studio: Studio) -> None:
    """A film of words, when it is made."""
    page.add_init_script(kept("create", {"prompt": BOARD[0], "job": made(studio, FILM)}))
    page.goto("/create")
    until(lambda: page.evaluate("document.querySelector('video')?.videoWidth > 0"), "the film is shown", 120)


def films(page: Page, studio: Studio) -> None:
    """A storyboard with the pictures of its film."""
    page.add_init_script(kept("films", {"open": "tour", "boards": [storyboard(made(studio, FILM))]}))
    page.goto("/films")
    page.get_by_role("radio", name="Storyboard").click()
    page.get_by_role("button", name=f"Scene 2: {BOARD[1]}").click()
    page.wait_for_load_state("networkidle")


def joint(page: Page, studio: Studio) -> None:
    """How one scene passes into the next."""
    films(page, studio)
    page.get_by_role("button", name="From scene 2 to scene 3").click()


def queue(page: Page, studio: Studio) -> None:
    """What is being made, and what waits."""
    for preset in () if studio.ask("/api/jobs?state=running")["items"] else ("standard", "high"):
        film(studio, f"{FILM}, {preset}", preset)
    page.goto("/queue")
    until(lambda: page.evaluate("document.querySelector('img.running-still')?.naturalWidth > 0"), "a picture", 240)


def camera(page: Page, studio: Studio) -> None:
    """What a camera sees, and what becomes of it."""
    studio.end()
    page.goto("/camera")
    page.get_by_role("button", name=re.compile("^Camera")).click()
    page.get_by_role("textbox", name="Into what?").fill(REPAINTED)
    page.get_by_role("button", name="Begin").click()
    painted(page)
    later(studio, studio.live(), 12)
    page.mouse.move(300, 220)


def setup(page: Page, studio: Studio) -> None:
    """What there is to choose before a camera is repainted."""
    studio.end()
    page.goto("/camera")
    page.get_by_role("button", name=re.compile("^Camera")).click()
    until(lambda: page.evaluate("document.querySelector('main video')?.videoWidth > 0"), "the camera is seen")


def again(page: Page, studio: Studio) -> None:
    """Three ways to render again."""
    history(page, studio)
    page.get_by_role("button", name="Render again").first.click()
    page.get_by_role("radio", name="Remaster").check()


def system(page: Page, studio: Studio) -> None:  # noqa: ARG001
    """The machine."""
    page.goto("/system")


def storyboard(job: str) -> dict[str, Any]:
    """Return the storyboard of the tour's film, as the page keeps it."""
    kinds: tuple[dict[str, str], ...] = (
        {"kind": "crossfade"},
        {"kind": "wipe", "direction": "left"},
        {"kind": "zoom", "direction": "in"},
        {},
    )
    shots = [
        {"id": f"scene-{number}", "prompt": prompt, "duration": 1.5, "seed": 100 + number, "transition": kind}
        for number, (prompt, kind) in enumerate(zip(BOARD, kinds, strict=True))
    ]
    return {"id": "tour", "name": FILM, "film": job, "sent": None, "shots": shots}


def kept(name: str, draft: object) -> str:
    """Return a script that puts a draft where the page keeps it."""
    return f"localStorage.setItem('reverie:{name}', {json.dumps(json.dumps(draft))})"


def film(studio: Studio, title: str, preset: str) -> str:
    """Have the tour's film made and return its job's id."""
    scenes = [
        {"prompt": prompt, "duration": 1.5, "seed": 100 + number, "transition": kind}
        for number, (prompt, kind) in enumerate(zip(BOARD, ("crossfade", "wipe", "zoom", "cut"), strict=True))
    ]
    spec = studio.ask("/api/specs", {"kind": "film", "model": "worlds", "preset": preset, "scenes": scenes})
    return str(studio.ask(f"/api/jobs?title={quote(title)}", spec)["id"])


def made(studio: Studio, title: str) -> str:
    """Return the film of a title, made now where it is not there yet."""
    found = [job["id"] for job in studio.ask("/api/jobs?live=false")["items"] if job["title"] == title]
    job = str(found[0]) if found else film(studio, title, "draft")
    until(lambda: studio.ask(f"/api/jobs/{job}")["state"] == "succeeded", "the film is made", 900)
    return job


PAGES: Mapping[str, Callable[[Page, Studio], None]] = {
    "live": live,
    "console": console,
    "invite": invite,
    "watch": watch,
    "system": system,
    "history": history,
    "again": again,
    "create": create,
    "films": films,
    "joint": joint,
    "queue": queue,
    "first": first,
    "setup": setup,
    "camera": camera,
    "camera-phone": camera,
}
"""Every page by its name, in an order that needs no other than what went before."""

TOUR = {name: (360, 780) if name in {"watch", "camera-phone"} else (1440, 900) for name in PAGES}
ENDED = {"history", "again", "create", "films", "joint", "queue", "first"}
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
        clip = filmed(Path(folder) / "By the lake.y4m", SEEN, size=(640, 360))
        flags = [*CHROMIUM_FLAGS, *FAKED, f"--use-file-for-fake-video-capture={clip}"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
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
