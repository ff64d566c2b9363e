"""Every page for everybody: what axe finds, keys alone, small and large windows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opener
from tests.e2e.studio import AXE, Studio, until

SERIOUS = {"serious", "critical"}
SIZES = ((360, 780), (820, 1180), (1440, 900), (3840, 2160))

LOOK = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def faults(page: Page) -> list[str]:
    """Return what axe calls serious or worse, a line for each thing it is wrong with."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(LOOK)
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.fixture(autouse=True)
def _axe() -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there: run `npm ci` in web/")


def settled(page: Page) -> None:
    """Wait until nothing moves any more that axe would measure half way."""
    page.wait_for_load_state("networkidle")
    until(
        lambda: page.evaluate("document.getAnimations().every((one) => one.playState !== 'running')"), "it stands still"
    )


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "What shall it dream?"),
        ("/camera", "What shall be repainted?"),
        ("/create", "Create"),
        ("/films", "Films"),
        ("/queue", "Queue"),
        ("/history", "History"),
        ("/system", "System"),
    ],
)
def test_a_page_off_stage_is_for_everybody(path: str, heading: str, open_page: Opener) -> None:
    page = open_page(path, 1280, 800, still=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    settled(page)
    assert faults(page) == []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        until(
            lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
            f"nothing is cut off at {width} px",
        )


def test_the_stage_is_for_everybody(studio: Studio, open_page: Opener) -> None:
    studio.perform("a coral reef at noon")
    page = open_page("/", 1280, 800, still=True)
    until(lambda: page.evaluate("document.querySelector('main canvas')?.width > 1"), "there is a picture")
    page.mouse.move(300, 300)
    assert faults(page) == []
    page.keyboard.press("`")
    expect(page.get_by_role("region", name="Console")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("`")
    for name in ("Invite to watch", "Keep this performance"):
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name=name)).to_be_focused()


def test_who_joins_sees_the_picture_before_the_line_that_moves_it_is_open(studio: Studio, open_page: Opener) -> None:
    job = studio.perform("a coral reef at noon")
    until(lambda: studio.ask(f"/api/jobs/{job}")["live_state"]["frame"] > 0, "it has begun")
    page = open_page("/system", 1280, 800)
    page.route_web_socket(re.compile("preview.ws"), lambda line: None)
    page.goto("/")
    until(lambda: page.evaluate("document.querySelector('.live-joining img')?.naturalWidth === 128"), "a still picture")
    expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
    assert page.evaluate("document.querySelector('main canvas').width") == 0
