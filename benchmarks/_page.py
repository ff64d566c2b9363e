"""A headless Chromium that publishes its camera into a live restyle and watches it, on the studio's own page.

What it sees is read as a person would see it: a picture counts from the moment it was given to the screen.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
from playwright.sync_api import Page, Route, sync_playwright

from benchmarks._tally import BITS, COUNT, STRIP, tallied
from reverie.core.errors import MachineError
from reverie.core.frame import Image

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
CAMERA = (640, 360)
PATIENCE = 240.0
SETTLING = 0.25
"""Of the seconds that are measured so many more pass first, unseen: encoders find their rate, buffers their size."""

READER = """
(() => {
  const notes = (window.__notes = { before: [], after: [], unread: 0, lines: [] });
  const [BITS, STRIP, CELL] = [BITS_HERE, STRIP_HERE, 4];
  const small = Object.assign(document.createElement("canvas"), { width: 2 * BITS * CELL, height: CELL });
  const on = small.getContext("2d", { alpha: false, willReadFrequently: true });
  const read = (source, width, height) => {
    const side = Math.min(width, height);
    const left = Math.floor((width - side) / 2);
    on.drawImage(source, left, 0, side, Math.max(2, Math.floor(height / STRIP)), 0, 0, small.width, CELL);
    const { data } = on.getImageData(0, 0, small.width, CELL);
    let number = 0;
    for (let block = 0; block < BITS; block++) {
      const [light, other] = [block, block + BITS].map((place) => data[4 * (small.width + CELL * place + 1) + 1] > 128);
      if (light === other) return (notes.unread += 1, null);
      number |= light << block;
    }
    return number;
  };
  const known = new WeakSet();
  const follow = (video, list) => {
    known.add(video);
    const seen = (now, told) => {
      const number = read(video, told.width, told.height);
      const first = list === notes.before ? (told.captureTime ?? told.presentationTime) : told.presentationTime;
      if (number !== null) list.push([number, first, told.receiveTime ?? null, told.processingDuration ?? null]);
      video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
  };
  let last = null;
  const look = (now) => {
    for (const video of document.querySelectorAll("main video")) {
      if (!known.has(video)) follow(video, video.ariaLabel === "What comes in" ? notes.before : notes.after);
    }
    const shown = document.querySelector("main video.live-picture") ? null : document.querySelector("main canvas");
    if (shown !== null && shown.width > 1) {
      const number = read(shown, shown.width, shown.height);
      if (number !== null && number !== last) notes.after.push([(last = number), now, null, null]);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const Made = window.RTCPeerConnection;
  window.RTCPeerConnection = function (...given) {
    const made = new Made(...given);
    notes.lines.push(made);
    return made;
  };
})();
""".replace("BITS_HERE", str(BITS)).replace("STRIP_HERE", str(STRIP))
NO_WEBRTC = "delete window.RTCPeerConnection;"
TOLD = """
async () => {
  const { before, after, unread, lines } = window.__notes;
  const stats = [];
  for (const line of lines) if (line.connectionState === "connected") stats.push(...(await line.getStats()).values());
  const rtp = stats.filter(({ type }) => type.endsWith("rtp"));
  return { before, after, unread, origin: performance.timeOrigin, stats: rtp };
}
"""


def chromium() -> str:
    """Return where a Chromium is; MachineError where there is none."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise MachineError("There is no Chromium: install it (apt install chromium) or set CHROMIUM to where it is.")
    return found


def filmed(path: Path, pictures: Sequence[Image], rate: float) -> Path:
    """Write numbered pictures as the clip that the camera plays; there are less than may be numbered."""
    width, height = CAMERA
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{round(rate * 1000)}:1000 Ip A1:1 C420jpeg\n".encode())
        for number, picture in enumerate(pictures[:COUNT]):
            file.write(b"FRAME\n" + cv2.cvtColor(tallied(picture, number), cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def opened(address: str, clip: Path, size: tuple[int, int], webrtc: bool) -> Iterator[Page]:
    """Open the camera page of a studio, whose restyles are of a size; `webrtc` is False where it can't be had."""

    def sized(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        route.continue_(post_data={**asked, "size": list(size)} if asked.get("kind") == "restyle" else asked)

    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={clip}"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 720}, base_url=address)
        page.set_default_timeout(1000 * PATIENCE)
        page.add_init_script(READER if webrtc else READER + NO_WEBRTC)
        page.route("**/api/specs", sized)
        try:
            yield page
        finally:
            browser.close()


def _until(page: Page, seen: str) -> None:
    """Wait until something is so; asked from here, since the page lets nobody have it evaluate strings."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(seen):
        if time.monotonic() > end:
            raise MachineError(f"Not within {PATIENCE:g} s: {seen}")
        page.wait_for_timeout(100)


def performed(page: Page, webrtc: bool, seconds: float, spent: Callable[[], dict[str, float]]) -> dict[str, Any]:
    """Publish the camera and watch what becomes of it for some seconds; return what was seen, in monotonic seconds.

    `spent` is asked when measuring begins, and what it says is in the answer.
    """
    page.goto("/camera")
    page.get_by_role("button", name=re.compile("^Camera")).click()
    _until(page, "document.querySelector('main video')?.videoWidth > 0")
    page.get_by_role("button", name="Begin").click()
    _until(page, "document.querySelector('main canvas')?.width > 1")
    if webrtc:
        page.mouse.move(640, 200)
        page.mouse.move(600, 220)
        page.get_by_role("button", name="Picture by WebSocket").click()
        _until(page, "document.querySelector('main video.live-picture')?.videoWidth > 0")
    page.wait_for_timeout(1000 * SETTLING * seconds)
    began, before = time.monotonic(), spent()
    page.wait_for_timeout(1000 * seconds)
    told = page.evaluate(TOLD)
    zero = told["origin"] / 1000 - time.time() + time.monotonic()
    told["before"] = [(number, zero + at / 1000) for number, at, *_ in told["before"]]
    told["after"] = [
        (number, zero + at / 1000, None if received is None else zero + received / 1000)
        for number, at, received, _ in told["after"]
        if zero + at / 1000 > began
    ]
    return {**told, "spent": before}
