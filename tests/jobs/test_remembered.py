"""What is left of a session whose server died."""

from __future__ import annotations

from typing import Any

from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.jobs.remembered import as_film, lasted, with_wishes

SCENE = Scene(keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="placeholder"))
SPEC = RenderSpec(live=True, budget=80.0, filters=(ComponentSpec(name="pace"),), scenes=(SCENE,))
EASED = {"num_inference_steps": 1, "width": 192, "height": 192}
TOLD: list[dict[str, Any]] = [
    {"keyframe": {"time": 4.5, "options": EASED}, "frame": 45, "time": 4.5},
    {"keyframe": {"time": 2.0, "prompt": "a city"}, "frame": 20, "time": 2.0},
    {"keyframe": {"time": "never"}, "frame": 60, "time": 6.0},
]


def test_its_film_has_the_wishes_and_what_held_its_budget_and_no_budget() -> None:
    film = as_film(with_wishes(SPEC, TOLD), lasted(TOLD))
    assert [key.time for key in film.scenes[0].keyframes] == [0.0, 2.0, 4.5]
    assert film.scenes[0].keyframes[2].options == EASED
    assert (film.budget, film.live, film.filters) == (None, False, ())
    assert film.scenes[0].duration == 8.0
