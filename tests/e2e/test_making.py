"""Films out of what people bring: pictures, clips and sounds, on a screen of any width."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import cv2
import numpy as np
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Opener
from tests.e2e.studio import Studio, until
from tests.media.films import film, written

LONG = 240.0
"""Seconds that a film may take on a slow machine."""


def picture(folder: Path) -> Path:
    image = np.zeros((48, 64, 3), np.uint8)
    image[10:30, 20:50] = (40, 160, 240)
    path = folder / "sun.png"
    cv2.imwrite(str(path), image)
    return path


def brought(studio: Studio, path: Path) -> str:
    """Bring a file in one piece and return its id."""
    headers = {"content-type": "application/octet-stream"}
    request = Request(f"{studio.address}/api/uploads/file?name={path.name}", path.read_bytes(), headers, method="PUT")
    with urlopen(request, timeout=60) as answer:
        return str(json.loads(answer.read())["id"])


def made(studio: Studio, title: str, scene: dict[str, Any]) -> str:
    """Have a short film made, wait for it, and return its job."""
    asked = {"kind": "film", "model": "placeholder", "size": "64x48", "fps": 8, "duration": 0.5, "scenes": [scene]}
    job = str(studio.ask(f"/api/jobs?title={title}", studio.ask("/api/specs", asked))["id"])
    until(lambda: studio.ask(f"/api/jobs/{job}")["state"] == "succeeded", "the film is made", LONG)
    return job


def test_a_film_is_not_asked_for_before_its_file_is_there(open_page: Opener, studio: Studio, tmp_path: Path) -> None:
    page = open_page("/create", 1280, 900, still=True)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def came() -> bool:
        page.wait_for_timeout(50)  # routes are told of only while the page is listened to
        return bool(held)

    page.route("**/complete", hold)
    page.get_by_role("radio", name="Picture", exact=True).click()
    page.get_by_label("A file of yours").set_input_files(picture(tmp_path))
    page.get_by_role("textbox", name="What the film shows").fill("not yet")
    until(came, "the file is being looked at")
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_text("still on its way")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("img", name="sun.png")).to_be_visible()
    expect(page.get_by_text("still on its way")).to_have_count(0)
    assert [job for job in studio.ask("/api/jobs?live=false")["items"] if job["title"] == "not yet"] == []


def test_on_a_phone_nothing_stands_beyond_the_screen(open_page: Opener) -> None:
    page = open_page("/films", 360, 780, still=True)
    page.get_by_role("textbox", name="What it shows").fill("a reef")
    page.get_by_role("button", name="Add a scene").click()
    page.get_by_role("textbox", name="What it shows").fill("a moon")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert within(page, ".viewer-picture")
    page.get_by_role("button", name="From scene 1 to scene 2").click()
    page.get_by_role("button", name="Wipe").click()
    dialog = page.get_by_role("dialog")
    assert dialog.evaluate("pane => pane.scrollWidth <= pane.clientWidth")
    assert within(page, ".picker .choices-one:last-child")


def within(page: Page, selector: str) -> bool:
    """True where what a selector finds ends within the screen."""
    box = page.locator(selector).first.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_a_film_of_a_picture_is_had_as_pictures_and_opened_with_its_own(
    open_page: Opener, studio: Studio, tmp_path: Path
) -> None:
    job = made(studio, "sunny", {"prompt": "a sun", "image": {"input": brought(studio, picture(tmp_path))}})
    page = open_page("/history", 1280, 900, still=True)
    page.get_by_role("button", name="More for sunny").click()
    with page.expect_download(timeout=LONG * 1000) as coming:
        page.get_by_role("menuitem", name="Make PNG pictures").click()
    coming.value.save_as(tmp_path / "sunny.zip")
    with zipfile.ZipFile(tmp_path / "sunny.zip") as archive:
        assert len([name for name in archive.namelist() if name.endswith(".png")]) == 4
    page.get_by_role("button", name="More for sunny").click()
    expect(page.get_by_role("menuitem", name="Download the PNG pictures")).to_be_visible()
    page.get_by_role("menuitem", name="Open as a storyboard").click()
    expect(page.get_by_text("Begins with the picture")).to_be_visible()
    assert studio.ask(f"/api/jobs/{job}")["state"] == "succeeded"


def test_a_storyboard_goes_on_from_a_clip_or_is_heard(open_page: Opener, tmp_path: Path) -> None:
    page = open_page("/films", 1280, 900, still=True)
    page.get_by_role("textbox", name="What it shows").fill("and on")
    page.get_by_label("A clip to go on from").set_input_files(written(tmp_path / "walk.mp4", film(24), Fraction(12)))
    out = page.get_by_role("button", name="Take “walk.mp4” out")
    expect(out).to_be_visible()
    expect(page.get_by_role("combobox", name="Size")).to_be_disabled()
    page.get_by_role("button", name="Sound: As the clips").click()
    page.get_by_role("switch", name="It fades out over what is new").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"{24 + 36} frames")).to_be_visible()  # the clip's, and three seconds at its rate
    page.reload()
    out.click()
    page.get_by_role("button", name="Sound: No sound").click()
    page.get_by_label("A sound for the film").set_input_files(picture(tmp_path))
    expect(page.get_by_text("has no sound")).to_be_visible()
