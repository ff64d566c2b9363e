"""What a live session leaves behind: the spec that shows it again, frame for frame."""

from __future__ import annotations

from fractions import Fraction

from reverie.core import registry
from reverie.core.clock import exact_rate, exact_seconds
from reverie.core.spec import RenderSpec, Scene


def takes_pictures(spec: RenderSpec) -> bool:
    """True where the pictures that a spec repaints come from outside; InputError where its source is not known."""
    return bool(getattr(registry.resolve("sources", spec.scenes[0].source.name), "arriving", False))


def at_rate(spec: RenderSpec, rate: float) -> RenderSpec:
    """Return a live spec that is painted at a rate; where nothing is interpolated it is delivered at the same."""
    between = any(part.name == "interpolate" for part in spec.filters)
    fps = max(spec.fps, rate) if between else rate
    return spec.model_copy(update={"paint_fps": rate, "fps": fps})


def performed(spec: RenderSpec, frames: int) -> RenderSpec:
    """Return the spec that replays the first `frames` delivered frames of a live one: it ends, and waits for no clock.

    Wishes for moments that never came are not in it.
    """
    rate = exact_rate(spec.fps if spec.filters else spec.paint_fps)
    left = max(frames, 1) / rate
    scenes: list[Scene] = []
    for number, scene in enumerate(spec.scenes):
        last = number == len(spec.scenes) - 1
        length = left if last or scene.duration is None else min(left, exact_seconds(scene.duration))
        scenes.append(_ended(scene, length))
        left -= length
        if left <= 0:
            break
    return spec.model_copy(update={"live": False, "sinks": (), "scenes": tuple(scenes)})


def _ended(scene: Scene, seconds: Fraction) -> Scene:
    length = float(seconds)
    keyframes = tuple(key for key in scene.keyframes if key.time < length)
    return scene.model_copy(update={"duration": length, "keyframes": keyframes})
