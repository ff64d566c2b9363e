"""What is left of a session whose server died: its spec, and the wishes that were written down as they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe


def with_wishes(spec: RenderSpec, told: Iterable[Mapping[str, Any]]) -> RenderSpec:
    """Return a spec of one scene with the keyframes of its `keyframe` events at the moments they were placed at."""
    scene = spec.scenes[0]
    wishes = [keyframe for event in told for keyframe in _read(event.get("keyframe"))]
    keyframes = tuple(sorted([*scene.keyframes, *wishes], key=lambda keyframe: keyframe.time))
    return spec.model_copy(update={"scenes": (scene.model_copy(update={"keyframes": keyframes}), *spec.scenes[1:])})


def _read(stored: Any) -> list[Keyframe]:
    try:
        return [Keyframe.model_validate(stored)]
    except ValidationError:
        return []
