"""A film in a file or a folder of pictures, with the spec it was made from."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from reverie.core.clock import duration, exact_rate, frame_count
from reverie.core.frame import Frame, Origin
from reverie.core.spec import RenderSpec
from reverie.media.encoding import Encoding, Output
from reverie.media.encoding import Origin as MadeBy
from reverie.media.provenance import SOURCE_TYPE_KEY, SOURCE_TYPES
from reverie.media.video import SPEC_KEY, VideoWriter, check_output

PLACEHOLDER_KEY = "reverie_placeholder"
_PLACEHOLDER_NOTE = "Frames of this film are a placeholder's, not a model's."


class FileOptions(BaseModel):
    """`path` says by its suffix what is written: .mp4, .webm, .gif, or none for a folder; `overwrite` may replace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(min_length=1)]
    overwrite: bool = False


class File:
    """The sink that writes every frame of a film."""

    Options = FileOptions

    def __init__(self, options: FileOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> FileRun:
        """Make sure that the film can be written; InputError or MachineError where it can't."""
        path, rate = Path(self.options.path), exact_rate(spec.fps)
        encoding = encoding_of(spec)
        check_output(path, rate, overwrite=self.options.overwrite, encoding=encoding)
        seconds = duration(spec)
        total = None if seconds is None else frame_count(seconds, rate)
        return FileRun(self.options, rate, total, described(spec), encoding)


def described(spec: RenderSpec) -> dict[str, str]:
    """Return what a film says of itself: its spec, less where it was written to, and the first prompt as its title."""
    kept = spec.model_copy(update={"sinks": ()})
    title = spec.scenes[0].keyframes[0].prompt or ""
    return {SPEC_KEY: kept.model_dump_json(), "title": title, SOURCE_TYPE_KEY: SOURCE_TYPES + origin_of(spec)}


def origin_of(spec: RenderSpec) -> MadeBy:
    """Return IPTC's word for where a film's pictures come from: a model, a model over somebody's pictures, or rules."""
    painters = {scene.backend.name for scene in spec.scenes}
    if painters <= _BY_RULES:
        return "algorithmicMedia"
    given = {scene.source.name for scene in spec.scenes} & _GIVEN
    return "compositeWithTrainedAlgorithmicMedia" if given else "trainedAlgorithmicMedia"


_BY_RULES = {"placeholder", "worlds"}
_GIVEN = {"image", "video", "tail", "camera", "mailbox"}


def encoding_of(spec: RenderSpec) -> Encoding:
    """Return how a spec's film is encoded."""
    said = spec.encoding
    return Encoding(codec=said.codec, bitrate=said.bitrate, crf=said.crf, origin=origin_of(spec))


class FileRun:
    """One film being written, at `rate` frames a second; it is opened when the first frame says how large it is.

    Frame `n` of the film shows what was last painted at `n / rate` seconds: frames that come at another rate are
    held or left out, so that the film always has its length. `close` makes it whole.
    """

    def __init__(
        self, options: FileOptions, rate: Fraction, total: int | None, said: dict[str, str], encoding: Encoding
    ) -> None:
        self._options, self._rate, self._total, self._said, self._encoding = options, rate, total, said, encoding
        self._writer: VideoWriter | None = None
        self._held: Frame | None = None
        self._spacing = 1 / rate

    def write(self, frame: Frame) -> None:
        """Take a frame; it is written when the next one says how long it lasts."""
        if self._held is not None:
            self._write_until(frame.time)
            self._spacing = frame.time - self._held.time
        self._held = frame
        if frame.origin is Origin.PLACEHOLDER and PLACEHOLDER_KEY not in self._said:
            self._say({**self._said, PLACEHOLDER_KEY: _PLACEHOLDER_NOTE})

    def describe(self, spec: RenderSpec) -> None:
        """Have the film carry another spec than the one it was begun with, and its title."""
        self._say({**self._said, **described(spec)})

    def _say(self, said: dict[str, str]) -> None:
        self._said = said
        if self._writer is not None:
            self._writer.describe(said)

    def _write_until(self, time: Fraction) -> None:
        held = self._held
        if held is None:
            return
        until = ceil(time * self._rate)
        until = until if self._total is None else min(until, self._total)
        writer = self._writer or self._opened(held)
        while writer.frames < until:
            writer.write(held.image)

    def _opened(self, first: Frame) -> VideoWriter:
        height, width = first.image.shape[:2]
        path, overwrite = Path(self._options.path), self._options.overwrite
        said = Output(path, width, height, self._rate, self._said, self._encoding, overwrite=overwrite)
        self._writer = VideoWriter.of(said)
        return self._writer

    def close(self) -> None:
        """Write what is held and give the film its name; without a frame there is none."""
        if self._held is not None:
            self._write_until(self._held.time + self._spacing)
        self._held = None
        if self._writer is not None:
            self._writer.close()

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._held = None
        if self._writer is not None:
            self._writer.abandon()
