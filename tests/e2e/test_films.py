"""Films by the page: a storyboard, one film of words, one of a picture, the queue, and what is kept of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Download, Page, expect

from tests.e2e.conftest import Opener
from tests.e2e.studio import Studio, until

LONG = 600.0
"""Seconds that a film may take on a slow machine."""

NAME, FILE = "The film\N{RIGHT SINGLE QUOTATION MARK}s name", "A storyboard\N{RIGHT SINGLE QUOTATION MARK}s file"

SECOND = 24
"""Frames of a second of a draft."""


def board(page: Page, *prompts: str) -> None:
    """Write scenes of one second each."""
    for number, prompt in enumerate(prompts):
        if number:
            page.get_by_role("button", name="Add a scene").click()
        page.get_by_role("textbox", name="What it shows").fill(prompt)
        lasts = page.get_by_role("region", name=f"Scene {number + 1}").get_by_role("slider", name="Lasts")
        lasts.press("Home")
        lasts.press("ArrowRight")


def order(page: Page) -> list[str]:
    names = [face.get_attribute("aria-label") or "" for face in page.locator(".scene-face").all()]
    return [name.partition(": ")[2] for name in names]


def film_of(studio: Studio, title: str) -> dict[str, Any]:
    """Return the film of a title when it is done."""

    def done() -> dict[str, Any] | None:
        found = [job for job in studio.ask("/api/jobs?live=false")["items"] if job["title"] == title]
        assert not found or found[0]["state"] != "failed", found[0]["error"]
        return found[0] if found and found[0]["state"] == "succeeded" else None

    return until(done, f"“{title}” is made", LONG)


def frames_of(download: Download, path: Path) -> int:
    """Save a film and count the pictures that can be read."""
    download.save_as(path)
    film, count = cv2.VideoCapture(str(path)), 0
    while film.read()[0]:
        count += 1
    return count


def test_scenes_are_ordered_by_hand_and_by_keys_and_stay_so(open_page: Opener) -> None:
    page = open_page("/films", 1280, 900, still=True)
    board(page, "a reef", "a moon", "a storm")
    expect(page.get_by_text("3 s · 72 frames")).to_have_count(0)
    expect(page.get_by_text("48 frames")).to_be_visible()  # three seconds, less two crossfades of half a second
    page.get_by_role("button", name="Move scene 3").press("ArrowLeft")
    assert order(page) == ["a reef", "a storm", "a moon"]
    grip, last = page.get_by_role("button", name="Move scene 1"), page.get_by_role("button", name="Move scene 3")
    start, end = grip.bounding_box(), last.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 190, end["y"] + 10, steps=12)
    page.mouse.up()
    assert order(page) == ["a storm", "a moon", "a reef"]
    page.reload()
    expect(page.locator(".scene-face")).to_have_count(3)
    assert order(page) == ["a storm", "a moon", "a reef"]
    page.get_by_role("button", name="More for scene 2").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    page.get_by_role("button", name="More for scene 1").click()
    page.get_by_role("menuitem", name="Remove").click()
    assert order(page) == ["a moon", "a moon", "a reef"]
    page.get_by_role("button", name="Undo").click()
    assert order(page) == ["a storm", "a moon", "a moon", "a reef"]


def test_a_storyboard_leaves_as_a_file_and_comes_back(open_page: Opener, tmp_path: Path) -> None:
    page = open_page("/films", 1280, 900, still=True)
    board(page, "a reef", "a moon")
    page.get_by_role("button", name="From scene 1 to scene 2").click()
    page.get_by_role("button", name="Wipe").click()
    page.get_by_role("dialog").get_by_role("radio", name="Up").click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name=NAME).fill("Tides")
    for way in ("YAML", "JSON"):
        page.get_by_role("button", name="Storyboards").click()
        with page.expect_download() as coming:
            page.get_by_role("menuitem", name=f"Export as {way}").click()
        coming.value.save_as(tmp_path / f"tides.{way.lower()}")
    written = json.loads((tmp_path / "tides.json").read_text(encoding="utf-8"))
    assert written["scenes"][0]["transition"]["direction"] == "up"
    page.get_by_role("button", name="Storyboards").click()
    page.get_by_role("menuitem", name="New storyboard").click()
    assert order(page) == ["no words yet"]
    page.get_by_label(FILE).set_input_files(tmp_path / "tides.yaml")
    expect(page.get_by_role("textbox", name=NAME)).to_have_value("Tides")
    assert order(page) == ["a reef", "a moon"]
    expect(page.get_by_role("button", name="From scene 1 to scene 2: Wipe, 0.5 s")).to_be_visible()


def test_a_storyboard_becomes_a_film_of_exactly_its_length(open_page: Opener, studio: Studio, tmp_path: Path) -> None:
    page = open_page("/films", 1280, 900)
    board(page, "a coral reef at noon", "a volcano at night")
    page.get_by_role("textbox", name=NAME).fill("Two places")
    expect(page.get_by_text("36 frames")).to_be_visible()
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_role("progressbar", name="Two places")).to_be_visible()
    page.reload()  # it goes on without the page, and the page finds it again
    film_of(studio, "Two places")
    link = page.get_by_role("link", name="Download the film")
    expect(link).to_be_visible()
    with page.expect_download() as coming:
        link.click()
    assert frames_of(coming.value, tmp_path / "two.mp4") == 2 * SECOND - SECOND // 2
    page.get_by_role("button", name="Play").click()
    until(lambda: page.evaluate("document.querySelector('video').currentTime > 0.1"), "it plays")


def test_words_become_a_film_that_is_kept_found_liked_and_deleted(open_page: Opener, studio: Studio) -> None:
    page = open_page("/create", 1280, 900)
    prompt = "jellyfish in the deep"
    page.get_by_role("textbox", name="What the film shows").fill(prompt)
    page.get_by_role("radio", name="Dream").click()
    page.get_by_role("slider", name="Length").press("Home")
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_role("progressbar", name=prompt)).to_be_visible()
    page.goto("/queue")
    expect(page.get_by_role("heading", name=prompt)).to_be_visible()
    job = film_of(studio, prompt)
    page.goto("/create")
    until(lambda: page.evaluate("document.querySelector('video')?.videoWidth > 0"), "the film is on the screen", LONG)
    page.goto("/history")
    page.get_by_role("searchbox", name="Search").fill("jellyfish deep")
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("button", name=f"Favourite: {prompt}").click()
    until(lambda: studio.ask(f"/api/jobs/{job['id']}")["favourite"], "the studio knows that it is liked")
    page.get_by_role("button", name=f"Delete {prompt}").click()
    expect(page.locator(".card")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("button", name=f"More for {prompt}").click()
    page.get_by_role("menuitem", name="Continue or repaint").click()
    expect(page.get_by_role("radio", name="Clip")).to_be_checked()
    expect(page.get_by_role("region", name="Screen").get_by_text(prompt)).to_be_visible()


@pytest.mark.parametrize("reloaded", [False, True])
def test_a_picture_is_brought_by_hand_and_stays(open_page: Opener, tmp_path: Path, reloaded: bool) -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[20:70, 40:120] = (40, 160, 240)
    cv2.imwrite(str(tmp_path / "sun.png"), picture)
    page = open_page("/create", 1280, 900, still=True)
    page.get_by_role("radio", name="Picture", exact=True).click()
    page.get_by_label("A file of yours").set_input_files(tmp_path / "sun.png")
    shown = page.get_by_role("img", name="sun.png")
    expect(shown).to_be_visible()
    if reloaded:
        page.reload()
    until(lambda: shown.evaluate("image => image.naturalWidth > 0"), "the studio has the picture")


def test_what_is_no_picture_is_refused_in_words(open_page: Opener, tmp_path: Path) -> None:
    (tmp_path / "sun.png").write_bytes(b"this is no picture at all")
    page = open_page("/create", 1280, 900, still=True, refused=(422,))
    page.get_by_role("radio", name="Picture", exact=True).click()
    with page.expect_response("**/complete"):
        page.get_by_label("A file of yours").set_input_files(tmp_path / "sun.png")
    expect(page.get_by_role("region", name="Screen").get_by_role("alert")).to_be_visible()


def test_what_can_be_set_is_what_the_model_says(open_page: Opener, studio: Studio) -> None:
    page = open_page("/create", 1280, 900, still=True)
    page.get_by_role("button", name="Advanced").click()
    schema = next(one for one in studio.ask("/api/components")["backends"] if one["name"] == "worlds")["options_schema"]
    part = page.get_by_role("dialog", name="Advanced").get_by_role("region", name="Worlds")
    for name in schema["properties"]:
        expect(part.get_by_text(name.capitalize(), exact=True)).to_be_visible()
