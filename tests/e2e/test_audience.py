"""Who watches: one page that shows the picture alone, for ever, whatever becomes of the studio."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Opener
from tests.e2e.studio import Studio, apart, pixels, until

BLACK = 8.0
"""A mean under this, of 255, is what a person calls black."""


@pytest.fixture
def session(studio: Studio) -> str:
    return studio.perform("a coral reef at noon")


def moves(page: Page) -> bool:
    """True where the picture is another one a moment later."""
    before = pixels(page.screenshot())
    page.wait_for_timeout(400)
    return apart(before, pixels(page.screenshot())) > 0.3


def test_an_observer_sees_the_picture_and_nothing_else(studio: Studio, session: str, open_page: Opener) -> None:
    page = open_page(f"/watch/{session}")
    until(lambda: moves(page), "the picture moves")
    page.mouse.move(200, 200)
    page.keyboard.press("Tab")
    assert (
        page.get_by_role("button").count() + page.get_by_role("link").count() + page.get_by_role("textbox").count() == 0
    )
    until(lambda: page.locator("main").evaluate("main => getComputedStyle(main).cursor") == "none", "the pointer hides")
    assert pixels(page.screenshot()).mean() > BLACK


def test_two_windows_see_one_session(studio: Studio, session: str, open_page: Opener) -> None:
    one, other = open_page(f"/watch/{session}"), open_page("/watch/live")
    until(lambda: moves(one), "the picture moves")
    until(lambda: moves(other), "the picture moves there too")
    studio.ask(f"/api/jobs/{session}/keyframes", {"freeze": True})
    until(lambda: not moves(one), "the picture is held")
    until(lambda: apart(pixels(one.screenshot()), pixels(other.screenshot())) < 0.5, "both show the same frame")
    assert studio.ask(f"/api/jobs/{session}")["live_state"]["viewers"] == 2


def test_an_observer_keeps_the_last_picture_while_the_studio_is_away_and_goes_on_by_itself(
    studio: Studio, session: str, open_page: Opener
) -> None:
    page = open_page(f"/watch/{session}")
    until(lambda: moves(page), "the picture moves")
    page.evaluate("window.opened = true")
    studio.stop()
    assert not moves(page)
    assert pixels(page.screenshot()).mean() > BLACK
    studio.start()
    studio.perform("a volcano at sunset")
    until(lambda: moves(page), "the next performance is followed")
    assert page.evaluate("window.opened"), "nobody has loaded the page anew"


def test_a_page_opened_after_a_performance_shows_its_last_picture(studio: Studio, open_page: Opener) -> None:
    job = studio.perform("a coral reef at noon")
    until(lambda: studio.ask(f"/api/jobs/{job}")["live_state"]["frame"] > 5, "some frames are painted")
    studio.end()
    page = open_page(f"/watch/{job}")
    until(lambda: pixels(page.screenshot()).mean() > 4 * BLACK, "the last picture is there")
