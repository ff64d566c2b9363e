"""A camera that Chromium plays from a clip, repainted on the built page: begun, steered, compared, watched, kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import Opener
from tests.e2e.seen import FAKED, filmed
from tests.e2e.studio import AXE, CHROMIUM_FLAGS, Studio, apart, chromium, pixels, until
from tests.e2e.test_pages import faults

LONG = 240.0
"""Seconds that a model may take to load and to paint its first picture."""

NO_CAMERA = """
(name) => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); }; }
"""
A_SCREEN = """
navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
  const on = canvas.getContext("2d");
  let hue = 0;
  setInterval(() => { on.fillStyle = `hsl(${hue++} 80% 50%)`; on.fillRect(0, 0, 640, 360); }, 50);
  return canvas.captureStream(20);
};
"""
DROPPED = """
(film) => {
  const held = new DataTransfer();
  const bytes = Uint8Array.from(atob(film), (letter) => letter.charCodeAt(0));
  held.items.add(new File([bytes], "forest.mp4", { type: "video/mp4" }));
  return held;
}
"""
SEEN = "document.querySelector('main video')?.videoWidth > 0"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees: a forest at noon."""
    return filmed(tmp_path_factory.mktemp("camera") / "forest.y4m")


@pytest.fixture(scope="module")
def browser(_able: None, clip: Path) -> Iterator[Browser]:
    """A Chromium with a camera that may be seen."""
    with sync_playwright() as playwright:
        flags = [*CHROMIUM_FLAGS, *FAKED, f"--use-file-for-fake-video-capture={clip}"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


def chosen(page: Page) -> None:
    """Choose the camera and wait until it is seen."""
    page.get_by_role("button", name=re.compile("^Camera")).click()
    until(lambda: page.evaluate(SEEN), "the camera is seen")


def begun(page: Page) -> None:
    """Begin with the camera and wait for the first painted picture."""
    chosen(page)
    page.get_by_role("button", name="Begin").click()
    painted(page)


def painted(page: Page) -> None:
    until(lambda: page.evaluate("document.querySelector('main canvas')?.width > 1"), "there is a picture", LONG)


def stirred(page: Page) -> Page:
    """Have the controls there."""
    page.mouse.move(640, 200)
    page.mouse.move(600, 220)
    return page


def canvas(page: Page) -> bytes:
    """Return what was painted, as PNG."""
    return page.locator("main canvas").first.screenshot()


def state(studio: Studio, job: str) -> dict[str, Any]:
    return dict(studio.ask(f"/api/jobs/{job}")["live_state"])


def sent(studio: Studio, job: str) -> int:
    """Return how many pictures have come in."""
    return int((state(studio, job)["input"] or {"pictures": 0})["pictures"])


def running(studio: Studio) -> list[str]:
    return [str(one["id"]) for one in studio.ask("/api/jobs?live=true&state=running")["items"]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "Allow it in the site's settings"),
        ("NotFoundError", "There is no camera"),
        ("NotReadableError", "The camera is busy"),
    ],
)
def test_a_camera_that_can_not_be_had_is_told_with_the_next_step(name: str, words: str, open_page: Opener) -> None:
    page = open_page("/camera", 1280, 800)
    page.evaluate(NO_CAMERA, name)
    page.get_by_role("button", name=re.compile("^Camera")).click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("button", name="Begin")).to_be_disabled()


def test_a_page_that_is_not_secure_says_so_and_still_takes_a_film(open_page: Opener) -> None:
    page = open_page("/system", 1280, 800)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto("/camera")
    page.get_by_role("button", name=re.compile("^Screen")).click()
    expect(page.get_by_role("alert")).to_contain_text("--certfile")


def test_what_is_no_film_is_refused_in_words(open_page: Opener, tmp_path: Path) -> None:
    page = open_page("/camera", 1280, 800)
    (tmp_path / "notes.mp4").write_bytes(b"no film at all")
    page.get_by_label("A video file").set_input_files(tmp_path / "notes.mp4")
    expect(page.get_by_role("alert")).to_contain_text("notes.mp4 can't be played")


def test_a_screen_is_seen_before_it_is_repainted(open_page: Opener) -> None:
    page = open_page("/system", 1280, 800)
    page.add_init_script(A_SCREEN)
    page.goto("/camera")
    page.get_by_role("button", name=re.compile("^Screen")).click()
    until(lambda: page.evaluate(SEEN), "the screen is seen")
    expect(page.get_by_role("button", name=re.compile("^Screen"))).to_have_attribute("aria-pressed", "true")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: run `npm ci` in web/")
def test_a_camera_is_repainted_steered_compared_recorded_and_watched(studio: Studio, open_page: Opener) -> None:
    page = open_page("/camera", 1280, 800, still=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("What shall be repainted?")
    assert faults(page) == []
    begun(page)
    job = studio.live()
    until(lambda: state(studio, job)["input"]["by"] == "whip", "it is published by WHIP")
    stirred(page)
    assert faults(page) == []

    line = page.get_by_role("slider", name="Before and after")
    before = pixels(page.screenshot())[:, 60:500]
    line.focus()
    page.keyboard.press("Home")
    expect(line).to_have_attribute("aria-valuenow", "0")
    assert apart(before, pixels(page.screenshot())[:, 60:500]) > 4, "what is painted is not what came in"
    page.get_by_role("radio", name="After").click()
    expect(line).to_have_count(0)
    page.get_by_role("radio", name="Beside").click()
    half = {"x": 640, "y": 0, "width": 640, "height": 800}
    until(lambda: page.locator("main canvas").first.bounding_box() == half, "it is beside what came in")

    garden = pixels(canvas(page))
    page.get_by_role("textbox", name="Prompt").fill("a volcano at night, lava")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("a volcano")
    until(lambda: apart(garden, pixels(canvas(page))) > 6, "another wish is another picture", LONG)

    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    frames = state(studio, job)["frame"]
    until(lambda: state(studio, job)["frame"] > frames + 2, "some frames are recorded", LONG)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_text("The recording is kept.")).to_be_visible()

    watching = open_page(f"/watch/{job}", 400, 300)
    painted(watching)
    assert watching.get_by_role("button").count() == 0


def test_memory_is_switched_off_and_the_performance_goes_on_anew(studio: Studio, open_page: Opener) -> None:
    page = open_page("/camera", 1280, 800, still=True)
    begun(page)
    first = studio.live()
    stirred(page).get_by_role("switch", name="Memory").click()
    until(lambda: studio.ask(f"/api/jobs/{first}")["state"] != "running", "the first one has ended")
    second = until(lambda: [one["id"] for one in studio.ask("/api/jobs?live=true&state=running")["items"]], "another")[
        0
    ]
    assert [one["name"] for one in studio.ask(f"/api/jobs/{second}")["spec"]["correctors"]] == []
    until(lambda: sent(studio, second) > 0, "the camera is sent on", LONG)
    painted(page)


def test_it_goes_on_by_itself_when_the_studio_was_away(studio: Studio, open_page: Opener) -> None:
    page = open_page("/camera", 1280, 800, refused=(409,))
    begun(page)
    first = studio.live()
    studio.stop()
    expect(page.get_by_text("The studio is away")).to_be_visible()
    studio.start()
    second = until(lambda: running(studio), "it goes on", LONG)[0]
    assert second != first
    until(lambda: sent(studio, second) > 0, "the camera is sent again", LONG)
    until(lambda: state(studio, second)["frame"] > 1, "it is repainted again", LONG)


def test_a_film_that_is_dropped_is_what_comes_in(open_page: Opener, clip: Path, tmp_path: Path) -> None:
    page = open_page("/camera", 1280, 800)
    film = page.evaluate_handle(DROPPED, base64.b64encode(played(clip, tmp_path / "forest.mp4").read_bytes()).decode())
    page.locator("main").dispatch_event("dragenter", {"dataTransfer": film})
    expect(page.get_by_text("Drop the film: it is repainted as it plays.")).to_be_visible()
    page.locator("main").dispatch_event("drop", {"dataTransfer": film})
    until(lambda: page.evaluate(SEEN), "the film is seen")
    expect(page.get_by_text("Drop the film: it is repainted as it plays.")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Film"))).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Begin")).to_be_enabled()


def test_without_webrtc_pictures_go_by_the_socket_and_what_was_kept_is_rendered_again(
    studio: Studio, open_page: Opener
) -> None:
    page = open_page("/system", 1280, 800)
    page.add_init_script("delete window.RTCPeerConnection")
    page.goto("/camera")
    chosen(page)
    page.get_by_role("switch", name="Keep what comes in").click()
    page.get_by_role("button", name="Begin").click()
    painted(page)
    job = studio.live()
    assert state(studio, job)["input"]["by"] == "socket"
    stirred(page)
    expect(page.get_by_text("by WebSocket: WebRTC does not connect from here.")).to_be_visible()
    until(lambda: state(studio, job)["frame"] > 3, "some frames are painted", LONG)
    studio.end()
    asked_again(page)
    page.get_by_role("button", name="Render", exact=True).click()
    expect(page.get_by_text("It is rendered when the stage is free.")).to_be_visible()
    film = until(lambda: of_films(studio, job), "there is a film")
    assert studio.ask(f"/api/jobs/{film}")["spec"]["scenes"][0]["source"]["name"] == "kept"
    until(lambda: studio.ask(f"/api/jobs/{film}")["state"] == "succeeded", "it is made", LONG)


def test_what_is_live_already_is_ended_on_demand_and_what_was_not_kept_is_not_rendered_again(
    studio: Studio, open_page: Opener
) -> None:
    dream = studio.perform("a coral reef", size="256x256", fps=240)
    until(lambda: state(studio, dream)["frame"] > 1, "it is painted", LONG)
    page = open_page("/camera", 1280, 800, refused=(409, 422))
    chosen(page)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("One more live session can't be shown in real time")
    page.get_by_role("button", name="End that and begin").click()
    until(lambda: running(studio) not in ([], [dream]), "another takes its place", LONG)
    restyle = studio.live()
    until(lambda: sent(studio, restyle) > 0, "the camera is sent", LONG)
    assert studio.ask(f"/api/jobs/{dream}")["state"] not in ("queued", "running")
    painted(page)
    studio.end()
    asked_again(page)
    page.get_by_role("button", name="Render", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="not recorded")).to_be_visible()


def asked_again(page: Page) -> None:
    """Ask for what has ended to be rendered again."""
    page.get_by_role("region", name="The performance has ended").get_by_role("button", name="Render again").click()
    expect(page.get_by_role("radio", name="Replay")).to_be_checked()


def of_films(studio: Studio, performance: str) -> str | None:
    """Return the film that was made after a performance."""
    found = studio.ask("/api/jobs")["items"]
    return None if found[0]["id"] == performance else str(found[0]["id"])


def played(clip: Path, film: Path) -> Path:
    """Make a film that a browser plays of a camera's clip."""
    with av.open(str(clip)) as source, av.open(str(film), "w") as made:
        [shown] = source.streams.video
        written = made.add_stream("libx264", rate=24)
        written.width, written.height, written.pix_fmt = shown.width, shown.height, "yuv420p"
        for frame in source.decode(video=0):
            made.mux(written.encode(frame))
        made.mux(written.encode())
    return film
