"""Pictures that are dark, pale, grey or soft by right are no illness: worlds of many kinds under a moving camera."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from reverie.core.frame import Image, Motion
from reverie.core.spec import RenderSpec, Thresholds
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import assemble
from reverie.engine.health import floors, level
from reverie.engine.vitals import Pulse
from reverie.measure import vitals
from reverie.media.tensor import quantised
from reverie.worlds.camera import Camera
from reverie.worlds.render import render
from reverie.worlds.world import Family, Hue, Style, Time, Weather, World

RIGHTFUL = {
    "a night": ("deep_sea", "night", "clear", "azure", "painting"),
    "a misty night": ("forest", "night", "mist", "silver", "low_poly"),
    "silver ink": ("mountains", "dawn", "mist", "silver", "ink"),
    "pale snow": ("dunes", "dawn", "snow", "silver", "pastel"),
    "soft watercolour": ("ocean", "day", "mist", "rose", "watercolour"),
    "embers": ("coral_reef", "night", "mist", "ember", "painting"),
}


def world(name: str) -> World:
    family, time, weather, palette, style = RIGHTFUL[name]
    return World(Family(family), Time(time), Weather(weather), Hue(palette), Style(style), seed=1)


def painted(name: str, camera: Camera, side: int = 128) -> Image:
    return np.asarray(quantised(render(world(name), side, side, camera)[None])[0], np.uint8)


@pytest.mark.parametrize("name", RIGHTFUL)
def test_a_rightful_picture_is_over_every_floor(name: str) -> None:
    now = level(vitals.look(painted(name, Camera())))
    assert all(now[measure] > 1.2 * least for measure, least in floors(Thresholds()).items())


@pytest.mark.parametrize("zoom", [1.05**10, 1.01])
@pytest.mark.parametrize("name", ["a night", "pale snow", "soft watercolour"])
def test_and_under_a_moving_camera_it_is_well(name: str, zoom: float) -> None:
    pulse, motion = Pulse(Thresholds(), fps=10), Motion(zoom)
    cond = Conditioning(prompts=((name, 1.0),), strength=0.5, motion=motion)
    pulse.fresh(painted(name, Camera()))
    for step in range(14):
        seen = painted(name, Camera(zoom=motion.over(step / 10).zoom))
        assert pulse.feel(seen, Fraction(step, 10), cond).stagnant == ()


def test_a_journey_that_is_asked_for_again_begins_again_and_is_no_loop() -> None:
    going = {"strength": 0.8, "motion": {"zoom": 1.63}}
    asked = ({"time": 0.0, "prompt": "sky islands", **going}, {"time": 3.5, "prompt": "a volcano"})
    again = (*asked, {"time": 5.0, "prompt": "sky islands"})
    spec = RenderSpec.model_validate(
        {
            "width": 64,
            "height": 64,
            "paint_fps": 6.0,
            "fps": 6.0,
            "seed": 5,
            "scenes": [
                {"duration": 9.0, "backend": {"name": "worlds"}, "source": {"name": "feedback"}, "keyframes": again}
            ],
        }
    )
    session = assemble(spec)
    assert len(list(session)) == 54
    report = session.report()
    assert max(signs.likeness for signs in report.vitals[36:]) > 0.97
    assert not any("looping" in signs.stagnant for signs in report.vitals)
