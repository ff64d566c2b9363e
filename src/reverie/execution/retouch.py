"""A film made into another by filters: more frames, or larger ones; its sound and what it says of itself are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from pathlib import Path
from threading import Event

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.errors import Cancelled, InputError
from reverie.core.frame import Frame, Image
from reverie.core.protocols import Tick
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.media.encoding import Encoding, Output
from reverie.media.examine import examine
from reverie.media.facts import Facts
from reverie.media.folder import rate as folder_rate
from reverie.media.join import samples
from reverie.media.sound import Mix, Track, has_sound
from reverie.media.video import VideoWriter, read_frames, read_metadata

FIELD = "film"
MOST_RATE = 240
_CLOCK = Fraction(1, 1000)
_ENDLESS = 1 << 50


@dataclass(frozen=True, slots=True)
class Original:
    """The film that is worked on: frames a second, and how many there are, 0 where nobody knows."""

    path: Path
    fps: Fraction
    frames: int

    @classmethod
    def read(cls, path: Path) -> Original:
        """Look at a film; InputError where it is none."""
        if path.is_dir():
            read_frames(path, FIELD).close()
            return cls(path, folder_rate(path), 0)
        facts: Facts = examine(path, FIELD)
        if facts.kind != "video" or facts.fps is None:
            raise InputError(FIELD, str(path), "is no film: give an MP4, MOV, WebM, MKV, AVI or GIF.")
        return cls(path, exact_rate(min(float(MOST_RATE), facts.fps)), facts.frames or 0)


@dataclass(frozen=True, slots=True)
class Retouch:
    """What becomes of a film: its filters, where it goes, frames a second (None: as before), and a phase's name."""

    filters: tuple[ComponentSpec, ...]
    output: Path
    phase: str
    fps: Fraction | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Retouched:
    """What was made: frames, their size in pixels, and frames a second."""

    frames: int
    width: int
    height: int
    fps: Fraction


def retouch(original: Original, wish: Retouch, tick: Tick, stop: Event) -> Retouched:
    """Make the film; until it is whole it has no name, and memory does not grow with its length.

    Raises Cancelled where `stop` is set, after which nothing is left of it; InputError for bad input.
    """
    fps = wish.fps or original.fps
    total = round(original.frames * fps / original.fps)
    filters = [registry.create("filters", part).start(_spec(original.fps, fps)) for part in wish.filters]
    tick(wish.phase, 0.0)
    pictures = _Pictures(original, stop)
    writer: VideoWriter | None = None
    mix: Mix | None = None
    try:
        for frame in reduce(lambda stream, apply: apply(stream), filters, iter(pictures)):
            if writer is None:
                mix = _sound(original.path, wish.output)
                writer = _writer(original, wish, frame, fps, loud=mix is not None)
            writer.write(frame.image)
            if mix is not None:
                writer.hear(mix.read(samples(writer.frames, fps)))
            tick(wish.phase, min(0.999, writer.frames / total) if total else 0.0, partial(_image, frame))
        if writer is None:
            raise InputError(FIELD, str(original.path), "holds no pictures: give another.")
        writer.close()
        height, width = frame.image.shape[:2]
        tick(wish.phase, 1.0)
        return Retouched(writer.frames, width, height, fps)
    finally:
        pictures.close()
        if mix is not None:
            mix.close()
        if writer is not None:
            writer.abandon()


class _Pictures:
    """A film's frames by its own clock, until somebody asks to stop."""

    def __init__(self, original: Original, stop: Event) -> None:
        self._film, self._stop = read_frames(original.path, FIELD), stop
        self._rate = original.fps

    def __iter__(self) -> Iterator[Frame]:
        for index, (image, time) in enumerate(self._film):
            if self._stop.is_set():
                raise Cancelled("Stopped: nothing was written.")
            yield Frame(image, self._on_the_beat(time), index)

    def _on_the_beat(self, time: Fraction) -> Fraction:
        """Return a time on the film's even beat where its clock is only too coarse to say so."""
        beat = round(time * self._rate) / self._rate
        return beat if abs(beat - time) <= _CLOCK else time

    def close(self) -> None:
        self._film.close()


def _image(frame: Frame) -> Image:
    return frame.image


def _spec(paint_fps: Fraction, fps: Fraction) -> RenderSpec:
    scene = {"keyframes": [{"prompt": "film"}], "backend": {"name": "placeholder"}}
    return RenderSpec.model_validate({"fps": float(fps), "paint_fps": float(paint_fps), "scenes": [scene]})


def _writer(original: Original, wish: Retouch, frame: Frame, fps: Fraction, *, loud: bool) -> VideoWriter:
    height, width = frame.image.shape[:2]
    said = read_metadata(original.path, FIELD)
    kept = {key: value for key, value in said.items() if key not in _CONTAINERS_OWN}
    encoding = Encoding(origin="compositeWithTrainedAlgorithmicMedia" if "reverie_spec" in kept else "algorithmicMedia")
    return VideoWriter.of(Output(wish.output, width, height, fps, kept, encoding, None, wish.overwrite), loud=loud)


_CONTAINERS_OWN = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder", "duration"})
"""What containers say of themselves, which the new one says anew."""


def _sound(path: Path, output: Path) -> Mix | None:
    if output.suffix.lower() not in {".mp4", ".webm"} or path.is_dir() or not has_sound(path):
        return None
    return Mix((Track(path, Fraction(0), 0, _ENDLESS),), _ENDLESS)
