"""A film from its scenes: clips one after the other, with transitions where they meet.

At most two clips are open at a time and no frame is kept longer than it is shown, so the memory it takes depends on
the size of a frame and never on the number of clips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

import av
import numpy as np

from reverie.core.clock import exact_seconds
from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Image
from reverie.core.protocols import Tick
from reverie.core.spec import Transition
from reverie.media.clips import PlaneReader
from reverie.media.containers import SOUND_RATE
from reverie.media.encoding import Output
from reverie.media.planes import Planes, blank, planes_of, to_rgb
from reverie.media.sound import SEAM, Mix, Track, has_sound
from reverie.media.transitions import PICTURES as CHANNELS
from reverie.media.transitions import blend_of
from reverie.media.video import LOUD, PICTURES, VideoWriter

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Clip:
    """A scene that is made: its file, exactly how many frames of it are shown, how it passes into the next one.

    `sound` is the file that it sounds like, from its second `sound_offset` on; None is its own, where it has some.
    """

    path: Path
    frames: int
    transition_out: Transition | None = None
    sound: Path | None = None
    sound_offset: Fraction = Fraction(0)


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
    total = length(clips, output.fps)
    mix = soundtrack(clips, output)
    writer: VideoWriter | None = None
    try:
        writer = VideoWriter.of(_as_film(output), loud=mix is not None)
        for seen in _taken(writer, clips, output):
            if mix is not None:
                writer.hear(mix.read(samples(writer.frames, output.fps)))
            tick("joining", writer.frames / total, seen)
        if writer.frames != total:
            raise MachineError(f"The film has {writer.frames} frames instead of {total}: make it again.")
        writer.close()
    finally:
        if writer is not None:
            writer.abandon()
        if mix is not None:
            mix.close()
    return total


def _taken(writer: VideoWriter, clips: Sequence[Clip], output: Output) -> Iterator[Callable[[], Image]]:
    """Have a film written frame by frame; yields how each is seen."""
    size = output.width, output.height
    if output.path.suffix.lower() in PICTURES:
        for image in pictures(clips, *size, output.fps):
            writer.write(image)
            yield partial(np.asarray, image)
        return
    for frame in frames(clips, *size, output.fps):
        writer.take(frame)
        yield partial(to_rgb, frame)


def _as_film(output: Output) -> Output:
    return replace(output, encoding=replace(output.encoding, speed=output.encoding.speed or "balanced"))


def samples(count: int, fps: Fraction) -> int:
    """Return how many samples of sound go with so many frames."""
    return round(count * SOUND_RATE / fps)


def soundtrack(clips: Sequence[Clip], output: Output) -> Mix | None:
    """Return what the film sounds like; None where nothing is heard, or its kind of file has no sound."""
    if output.path.suffix.lower() not in LOUD:
        return None
    shared, start, tracks = overlaps(clips, output.fps), 0, []
    wanted = output.sound is None or output.sound.clips
    for number, clip in enumerate(clips):
        before, file = shared[number - 1] if number else 0, clip.sound or clip.path
        begin, end = (samples(place, output.fps) for place in (start, start + clip.frames))
        fade_in = samples(before, output.fps) or (SEAM if number else 0)
        fade_out = samples(shared[number], output.fps) or (SEAM if number + 1 < len(clips) else 0)
        if wanted and (clip.sound or has_sound(file)):
            tracks.append(Track(file, clip.sound_offset, begin, end - begin, fade_in, fade_out))
        start += clip.frames - shared[number]
    if not tracks and (output.sound is None or output.sound.input is None):
        return None
    return Mix(tracks, samples(length(clips, output.fps), output.fps), output.sound)


def frames(clips: Sequence[Clip], width: int, height: int, fps: Fraction) -> Iterator[av.VideoFrame]:
    """Yield the film's frames, yuv420p; those of one clip alone are passed on as they were decoded."""
    yield from _shown(clips, fps, lambda clip: Counted(clip, width, height, PlaneReader.read), _passing)


def pictures(clips: Sequence[Clip], width: int, height: int, fps: Fraction) -> Iterator[Image]:
    """Yield the film's frames as pictures `(height, width, 3)` uint8 RGB; those of one clip alone bit for bit."""
    yield from _shown(clips, fps, lambda clip: Counted(clip, width, height, PlaneReader.picture), _blended)


def _shown(
    clips: Sequence[Clip],
    fps: Fraction,
    opened: Callable[[Clip], Counted[Shown]],
    passing: Callable[[Counted[Shown], Counted[Shown], Transition | None, int], Iterator[Shown]],
) -> Iterator[Shown]:
    shared = overlaps(clips, fps)
    reader = opened(clips[0])
    try:
        for place, clip in enumerate(clips):
            alone = clip.frames - shared[place] - (shared[place - 1] if place else 0)
            for _ in range(alone):
                yield next(reader)
            if place + 1 == len(clips):
                return
            following = opened(clips[place + 1])
            try:
                if shared[place]:
                    yield from passing(reader, following, clip.transition_out, shared[place])
            finally:
                reader.close()
                reader = following
    finally:
        reader.close()


def _passing(
    before: Counted[av.VideoFrame], after: Counted[av.VideoFrame], transition: Transition | None, count: int
) -> Iterator[av.VideoFrame]:
    """Yield the frames that two clips share: both are on their way in the first of them, and in the last."""
    width, height = before.size
    blend = blend_of(transition or Transition(), width, height)
    for number in range(1, count + 1):
        frame = blank(width, height)
        blend(planes_of(next(before)), planes_of(next(after)), number, count, planes_of(frame))
        yield frame


def _blended(
    before: Counted[Image], after: Counted[Image], transition: Transition | None, count: int
) -> Iterator[Image]:
    """Yield the pictures that two clips share."""
    width, height = before.size
    blend = blend_of(transition or Transition(), width, height, CHANNELS)
    for number in range(1, count + 1):
        out = np.empty((3, height, width), np.uint8)
        blend(_channels(next(before)), _channels(next(after)), number, count, (out[0], out[1], out[2]))
        yield np.ascontiguousarray(out.transpose(1, 2, 0))


def _channels(image: Image) -> Planes:
    red, green, blue = np.ascontiguousarray(image.transpose(2, 0, 1))
    return red, green, blue


class Counted(Generic[Shown]):
    """A clip's frames, of which there must be as many as are shown; `read` says as what they are read."""

    def __init__(self, clip: Clip, width: int, height: int, read: Callable[[PlaneReader], Shown | None]) -> None:
        self.clip, self.size, self._given, self._read = clip, (width, height), 0, read
        self._reader = PlaneReader(clip.path, width, height)

    def __next__(self) -> Shown:
        frame = self._read(self._reader)
        if frame is not None:
            self._given += 1
            return frame
        wanted = f"instead of {self.clip.frames}: make it again."
        raise MachineError(f"{self.clip.path.name} has {self._given} frames {wanted}")

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
