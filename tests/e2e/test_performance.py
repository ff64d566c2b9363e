"""A performance from its first word to its film, by hand and eye, on the built page in a browser."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reverie.core.spec import RenderSpec
from tests.e2e.conftest import Opener
from tests.e2e.studio import Pixels, Studio, apart, pixels, until

PLAYED = """
async (film) => {
  const video = document.createElement("video");
  video.muted = true;
  video.src = film;
  await new Promise((ready, failed) => {
    video.onloadeddata = ready;
    video.onerror = () => failed(video.error.message);
  });
  await video.play();
  await new Promise((ready) => { video.onended = ready; });
  return [video.videoWidth, video.videoHeight, video.duration, video.getVideoPlaybackQuality().totalVideoFrames];
}
"""


@pytest.fixture
def stage(studio: Studio, open_page: Opener) -> Page:
    """The Live page before a dream of a reef, with its picture there."""
    studio.perform("a coral reef at noon")
    page = open_page("/", 1280, 800)
    shown(page)
    return page


def shown(page: Page) -> None:
    """Wait until there is a picture."""
    until(lambda: page.evaluate("document.querySelector('main canvas')?.width > 1"), "there is a picture")


def picture(page: Page) -> bytes:
    """Return a screenshot of the middle of the picture, where no controls are."""
    view = page.viewport_size or {"width": 640, "height": 400}
    width, height = view["width"] * 0.3, view["height"] * 0.3
    return page.screenshot(
        clip={"x": view["width"] * 0.35, "y": view["height"] * 0.25, "width": width, "height": height}
    )


def warmth(page: Page) -> float:
    """Return how much more red than blue the picture has, -255 to 255."""
    blue, _, red = pixels(picture(page)).mean(axis=(0, 1))
    return float(red - blue)


def press(page: Page, key: str) -> None:
    """Press a key of the stage, wherever the focus was."""
    page.locator("main").evaluate("() => document.activeElement?.blur()")
    page.keyboard.press(key)


def saved(page: Page, name: str, folder: Path) -> Path:
    """Click a button and return the file that is saved by it."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_first_visit_offers_six_dreams_and_begins_the_one_that_is_chosen(studio: Studio, open_page: Opener) -> None:
    page = open_page("/", 1280, 800)
    choices = page.get_by_role("list").get_by_role("button")
    expect(choices).to_have_count(6)
    painted = "() => [...document.querySelectorAll('li img')].every((image) => image.naturalWidth > 300)"
    until(lambda: page.evaluate(painted), "every choice has its picture")
    words = choices.nth(1).inner_text().strip()
    choices.nth(1).focus()
    page.keyboard.press("Enter")
    shown(page)
    assert words in page.get_by_role("heading", level=1).inner_text()
    studio.end()
    expect(page.get_by_text("The performance has ended.")).to_be_visible()


def test_a_prompt_becomes_another_picture(stage: Page, studio: Studio) -> None:
    assert warmth(stage) < 0, "a reef is blue"
    stage.keyboard.press("Enter")
    stage.keyboard.type("a volcano at sunset")
    stage.keyboard.press("Enter")
    until(lambda: warmth(stage) > 0, "the picture is another one")
    expect(stage.get_by_role("heading", level=1)).to_contain_text("a volcano at sunset")
    spec = RenderSpec.model_validate(studio.ask(f"/api/jobs/{studio.live()}/spec"))
    assert [key.prompt for key in spec.scenes[0].keyframes][-1] == "a volcano at sunset"


def test_a_picture_is_held_and_let_go(stage: Page) -> None:
    press(stage, " ")
    until(lambda: apart(pixels(picture(stage)), later(stage)) == 0, "the picture is held")
    press(stage, " ")
    until(lambda: apart(pixels(picture(stage)), later(stage)) > 0, "the picture goes on")


def later(page: Page) -> Pixels:
    page.wait_for_timeout(700)
    return pixels(picture(page))


def test_a_spark_is_told_of_in_the_console_with_its_reason(stage: Page) -> None:
    press(stage, "`")
    console = stage.get_by_role("region", name="Console")
    for measure in ("Brightness", "Contrast", "Detail", "Motion"):
        expect(console.get_by_role("img", name=f"{measure} 0.")).to_be_visible()
    press(stage, "s")
    expect(console.get_by_text("spark:").first).to_be_visible()
    press(stage, "`")
    expect(console).to_have_count(0)


def test_a_recording_is_saved_and_plays(stage: Page, studio: Studio, tmp_path: Path) -> None:
    press(stage, "r")
    live = f"/api/jobs/{studio.live()}"
    begun = until(lambda: state["frame"] if (state := studio.ask(live)["live_state"])["recording"] else 0, "it records")
    until(lambda: studio.ask(live)["live_state"]["frame"] > begun + 6, "some frames are painted")
    press(stage, "r")
    film = saved(stage, "Download", tmp_path)
    content = "data:video/mp4;base64," + base64.b64encode(film.read_bytes()).decode()
    width, height, seconds, frames = stage.context.new_page().evaluate(PLAYED, content)
    assert (width, height) == (128, 128)
    assert seconds > 0
    assert frames >= 6


def test_a_performance_is_kept_and_rendered_again(stage: Page, studio: Studio, tmp_path: Path) -> None:
    job = studio.live()
    receipt = studio.ask(f"/api/jobs/{job}/keyframes", {"prompt": "a volcano at sunset"})
    until(lambda: studio.ask(f"/api/jobs/{job}")["live_state"]["time"] >= receipt["time"], "the wish is shown")
    # By key: the controls leave a pointer that rests for three seconds, which a slow machine may take to click.
    stage.get_by_role("button", name="Keep this performance").press("Enter")
    stage.get_by_role("textbox", name="Title").fill("Reef and fire")
    performance = RenderSpec.model_validate(json.loads(saved(stage, "Keep", tmp_path).read_text(encoding="utf-8")))
    assert [key.prompt for key in performance.scenes[0].keyframes] == ["a coral reef at noon", "a volcano at sunset"]
    studio.end()
    stage.goto("/history")
    card = stage.get_by_role("listitem").filter(has_text="Reef and fire")
    card.get_by_role("button", name="Render again").click()
    expect(stage.get_by_role("radio", name="Replay")).to_be_checked()
    stage.get_by_role("button", name="Render", exact=True).click()
    film = until(lambda: made(studio, job), "the film is rendered")
    play = stage.get_by_role("button", name=f"Play {film['title']}")
    play.click()
    until(lambda: stage.evaluate("document.querySelector('video')?.currentTime > 0"), "the film plays")


def made(studio: Studio, performance: str) -> dict[str, str] | None:
    films = [job for job in studio.ask("/api/jobs?live=false")["items"] if job["id"] != performance]
    assert not [job["error"] for job in films if job["state"] == "failed"]
    return next((job for job in films if job["state"] == "succeeded"), None)


def test_what_is_deleted_can_be_had_back(studio: Studio, open_page: Opener) -> None:
    studio.perform("a mandala that is soon regretted")
    studio.end()
    page = open_page("/history")
    card = page.get_by_role("listitem").filter(has_text="soon regretted")
    card.get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card).to_have_count(1)
