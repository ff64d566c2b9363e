"""What the steps of a scene will be told, as far as that can be known before any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import ALONE, Assembly, silent
from reverie.engine.schedule import stretches
from reverie.engine.score import Score
from reverie.engine.seeds import derived
from reverie.engine.shot import FRAMES


def foreseen(spec: RenderSpec) -> Iterator[Conditioning]:
    """Return what each step of a spec's only scene is told, but for pictures; those in which it rests are left out.

    A step that rolls its picture again is told another seed, which nobody knows before. Raises what `assemble` raises.
    """
    (timeline,), (stretch,), rate = (
        Assembly(spec, silent, ALONE).timelines(),
        stretches(spec),
        exact_rate(spec.paint_fps),
    )
    if stretch.end is None:
        raise InputError("scenes.0.duration", None, "is needed: a film's scenes have an end.")
    score, scene = Score(timeline), spec.scenes[0]
    seed = spec.seed if scene.seed is None else scene.seed
    for index in range(stretch.first, stretch.end):
        told = score.at(index / rate - stretch.start)
        if index == stretch.first or not told.frozen:
            yield replace(told.cond, seed=derived(seed, 0, FRAMES, index))
