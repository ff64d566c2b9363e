"""What is left of a session whose server died: its spec, and the wishes that were written down as they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe

OF_THE_CLOCK = frozenset({"buffer", "pace"})
"""Filters that hold a live session to the wall clock: they change no picture."""

AFTERWARDS = 2.0
"""Seconds for which the last wish of a performance is seen where nobody knows how long it was."""


def with_wishes(spec: RenderSpec, told: Iterable[Mapping[str, Any]]) -> RenderSpec:
    """Return a spec of one scene with the keyframes of its `keyframe` events at the moments they were placed at."""
    scene = spec.scenes[0]
    wishes = [keyframe for event in told for keyframe in _read(event.get("keyframe"))]
    keyframes = tuple(sorted([*scene.keyframes, *wishes], key=lambda keyframe: keyframe.time))
    return spec.model_copy(update={"scenes": (scene.model_copy(update={"keyframes": keyframes}), *spec.scenes[1:])})


def as_film(spec: RenderSpec, seconds: float) -> RenderSpec:
    """Return a performance as a film that can be rendered: as long as it lasted, and not held to the clock."""
    last = spec.scenes[-1]
    lasted = max(seconds, 1 / spec.paint_fps) if last.duration is None else last.duration
    scenes = (*spec.scenes[:-1], last.model_copy(update={"duration": lasted}))
    filters = tuple(part for part in spec.filters if part.name not in OF_THE_CLOCK)
    # What held a budget is among the wishes.
    changed = {"live": False, "budget": None, "scenes": scenes, "filters": filters, "sinks": ()}
    return spec.model_copy(update=changed)


def lasted(told: Iterable[Mapping[str, Any]]) -> float:
    """Return the seconds that a performance lasted at least, from the moments that its events name."""
    times = (event.get("time") for event in told)
    return max((float(time) for time in times if isinstance(time, int | float)), default=0.0) + AFTERWARDS


def _read(stored: Any) -> list[Keyframe]:
    try:
        return [Keyframe.model_validate(stored)]
    except ValidationError:
        return []
