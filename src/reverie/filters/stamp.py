"""The filter that measures: every frame bears its number and the moment it came by. Off unless it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from reverie.core.frame import Frame
from reverie.core.protocols import Filter
from reverie.core.spec import RenderSpec
from reverie.media.stamp import stamped


class StampOptions(BaseModel):
    """There is nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StampFrames:
    """The filter of this name; only `reverie latency` asks for it."""

    Options = StampOptions

    def __init__(self, options: StampOptions, clock: Callable[[], float] = time.time) -> None:
        self.options, self._clock = options, clock

    def start(self, spec: RenderSpec) -> Filter:  # noqa: ARG002
        """Return the filter of one run."""
        return self._marked

    def _marked(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        return (replace(frame, image=stamped(frame.image, frame.index, self._clock())) for frame in frames)
