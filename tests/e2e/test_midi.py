"""Knobs of a controller that the browser is told of, and the sliders that they are taught."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opener
from tests.e2e.studio import Studio, until

CONTROLLER = """
const knobs = {name: "Eight knobs", onmidimessage: null};
window.turn = (...message) => knobs.onmidimessage?.({data: new Uint8Array(message)});
navigator.requestMIDIAccess = async () => ({inputs: new Map([["1", knobs]]), onstatechange: null});
"""
"""A browser's own way to a controller, with one of ours behind it."""


def staged(page: Page) -> None:
    page.goto("/")
    until(lambda: page.evaluate("document.querySelector('main canvas')?.width > 1"), "there is a picture")
    expect(page.get_by_role("slider", name="Zoom")).to_be_visible()


def test_a_knob_that_was_taught_a_slider_moves_it_and_the_dream_and_is_known_again(
    studio: Studio, open_page: Opener
) -> None:
    job = studio.perform("a coral reef at noon")
    page = open_page("/system", 1280, 800, still=True)
    page.add_init_script(CONTROLLER)
    staged(page)
    page.get_by_role("button", name="MIDI learn").click()
    page.get_by_role("button", name="Teach Change a knob").click()
    expect(page.get_by_text("Turn a knob on your controller.")).to_be_visible()
    page.evaluate("turn(0xb0, 21, 64)")
    expect(page.get_by_role("button", name="Teach Change a knob")).to_have_text("1 · 21")
    page.get_by_role("button", name="MIDI learn").click()

    slider = page.get_by_role("slider", name="Change")
    least, most = (float(slider.get_attribute(name) or "nan") for name in ("aria-valuemin", "aria-valuemax"))
    page.evaluate("turn(0xb0, 22, 127)")
    page.evaluate("turn(0xb0, 21, 0)")
    expect(slider).to_have_attribute("aria-valuenow", f"{least:g}")
    page.evaluate("turn(0xb0, 21, 127)")
    expect(slider).to_have_attribute("aria-valuenow", f"{most:g}")
    spec = f"/api/jobs/{job}/spec"
    until(lambda: studio.ask(spec)["scenes"][0]["keyframes"][-1].get("strength") == most, "the dream is told")

    staged(page)
    page.evaluate("turn(0xb0, 21, 0)")
    expect(page.get_by_role("slider", name="Change")).to_have_attribute("aria-valuenow", f"{least:g}")
