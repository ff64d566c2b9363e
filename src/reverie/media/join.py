"""A film from its scenes: clips one after the other, with transitions where they meet.

At most two clips are open at a time and no frame is kept longer than it is shown, so the memory it takes depends on
the size of a frame and never on the number of clips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

from reverie.core.clock import exact_seconds
from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.core.protocols import Tick
from reverie.core.spec import Transition
from reverie.media.clips import PlaneReader
from reverie.media.encoding import Output
from reverie.media.planes import blank, planes_of, to_rgb
from reverie.media.transitions import blend_of
from reverie.media.video import VideoWriter


@dataclass(frozen=True, slots=True)
class Clip:
    """A scene that is made: its file, exactly how many frames of it are shown, how it passes into the next one."""

    path: Path
    frames: int
    transition_out: Transition | None = None


def overlaps(clips: Sequence[Clip], fps: Fraction) -> tuple[int, ...]:
    """Return the frames that each clip shares with the next one: seconds times rate, to the nearest, the last has none.

    Where rounding would leave a clip shorter than its two transitions, the later one is shorter by what is missing.
    """
    shared: list[int] = []
    for clip, following in pairwise(clips):
        wished = exact_seconds(clip.transition_out.overlap) if clip.transition_out else Fraction(0)
        left = clip.frames - (shared[-1] if shared else 0)
        shared.append(max(0, min(round(wished * fps), left, following.frames)))
    return (*shared, 0)


def length(clips: Sequence[Clip], fps: Fraction) -> int:
    """Return how many frames the film has: all frames of all clips, less what they share."""
    return sum(clip.frames for clip in clips) - sum(overlaps(clips, fps))


def join(clips: Sequence[Clip], output: Output, tick: Tick) -> int:
    """Write the film and return its frames, exactly `length(clips, fps)`; nothing of it is left where that fails.

    `tick("joining", share, preview)` is called after every frame, and may raise Cancelled. Raises InputError for a clip
    that can't be read, MachineError for one that is shorter than it should be, or where the film can't be written.
    """
    if not clips:
        raise InputError("scenes", 0, "is no film: give one scene at least.")
    total, size = length(clips, output.fps), (output.width, output.height)
    writer = VideoWriter.of(output)
    try:
        for frame in frames(clips, *size, output.fps):
            writer.take(frame)
            tick("joining", writer.frames / total, _seen(frame))
        if writer.frames != total:
            raise MachineError(f"The film has {writer.frames} frames instead of {total}: make it again.")
        writer.close()
    finally:
        writer.abandon()
    return total


def _seen(frame: av.VideoFrame) -> Callable[[], Image]:
    return lambda: to_rgb(frame)


def frames(clips: Sequence[Clip], width: int, height: int, fps: Fraction) -> Iterator[av.VideoFrame]:
    """Yield the film's frames, yuv420p; those of one clip alone are passed on as they were decoded."""
    shared = overlaps(clips, fps)
    reader = Counted(clips[0], width, height)
    try:
        for place, clip in enumerate(clips):
            alone = clip.frames - shared[place] - (shared[place - 1] if place else 0)
            for _ in range(alone):
                yield next(reader)
            if place + 1 == len(clips):
                return
            following = Counted(clips[place + 1], width, height)
            try:
                if shared[place]:
                    yield from _passing(reader, following, clip.transition_out, shared[place])
            finally:
                reader.close()
                reader = following
    finally:
        reader.close()


def _passing(before: Counted, after: Counted, transition: Transition | None, count: int) -> Iterator[av.VideoFrame]:
    """Yield the frames that two clips share: both are on their way in the first of them, and in the last."""
    width, height = before.size
    blend = blend_of(transition or Transition(), width, height)
    for number in range(1, count + 1):
        frame = blank(width, height)
        blend(planes_of(next(before)), planes_of(next(after)), number, count, planes_of(frame))
        yield frame


class Counted:
    """A clip's frames, of which there must be as many as are shown."""

    def __init__(self, clip: Clip, width: int, height: int) -> None:
        self.clip, self.size, self._given = clip, (width, height), 0
        self._reader = PlaneReader(clip.path, width, height)

    def __next__(self) -> av.VideoFrame:
        frame = self._reader.read()
        if frame is not None:
            self._given += 1
            return frame
        wanted = f"instead of {self.clip.frames}: make it again."
        raise MachineError(f"{self.clip.path.name} has {self._given} frames {wanted}")

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
