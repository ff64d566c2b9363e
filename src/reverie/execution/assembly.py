"""A film from its finished scenes, each read once, in order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.protocols import Tick
from reverie.execution.plan import Unit, scene_frames
from reverie.media.encoding import Output
from reverie.media.join import Clip, join
from reverie.media.lossless import size_of


def assembled(clips: Sequence[Path], unit: Unit, output: Path, tick: Tick) -> int:
    """Join the clips of a film's scenes into `output` and return how many frames it has."""
    from reverie.sinks.file import described

    spec = unit.spec
    counts, scenes = scene_frames(spec), spec.scenes
    parts = [Clip(*part) for part in zip(clips, counts, (scene.transition for scene in scenes), strict=True)]
    width, height = size_of(clips[0])
    registry.options_of("sinks", spec.sinks[0])
    told = Output(output, width, height, exact_rate(spec.fps), described(spec), sound=spec.sound, overwrite=True)
    return join(parts, told, tick)
