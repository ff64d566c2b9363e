"""A studio that writes down where each picture of a live restyle was when: python -m benchmarks._traced FILE serve ….

The pictures that come in bear numbers (see `_tally`), and so do those that go out: the number of the picture that
was repainted last. FILE is written when the session ends. All moments are `time.monotonic()`.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Any

from aiortc.codecs import h264, vpx

from benchmarks._tally import read_tally, tallied
from reverie.cli import main
from reverie.core import registry
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.spec import RenderSpec, Scene
from reverie.correctors.memory import MemoryCorrection
from reverie.engine.painter import Painter
from reverie.media.upright import Pictures
from reverie.server.routes import feed
from reverie.sinks.hub import Hub
from reverie.sinks.mjpeg import JpegLane
from reverie.sinks.video import VideoLane
from reverie.sources.mailbox import Mailbox, MailboxRun

TICKS = 100.0
PARTS = (("motion", MemoryCorrection, "_moved"), ("paint", Painter, "paint"), ("memory", MemoryCorrection, "correct"))


class Trace:
    """What was written down of one session; `came` and `read` know things under way by their identity."""

    def __init__(self) -> None:
        self.path = Path()
        self.came: dict[int, float] = {}
        self.read: dict[int, float] = {}
        self.begin()

    def begin(self) -> None:
        """Forget everything but what is under way."""
        self.fed: dict[float, dict[str, Any]] = {}
        self.frames: dict[int, dict[str, Any]] = {}
        self.parts: dict[str, float] = {}
        self.number: int | None = None
        self.began, self.processor = time.monotonic(), threads()

    def save(self) -> None:
        """Write it down."""
        before, after = self.processor, threads()
        spent = {name: round(after[name] - before.get(name, 0.0), 3) for name in after}
        whole = {"seconds": time.monotonic() - self.began, "threads": spent, "frames": list(self.frames.values())}
        self.path.write_text(json.dumps(whole))


def threads() -> dict[str, float]:
    """Return the seconds of processor time that this process has taken, by the names of its threads."""
    named = {thread.native_id: thread.name for thread in threading.enumerate()}
    found: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        try:
            said = (task / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        name = re.sub(r"[-_ (].?\d.*$", "", named.get(int(task.name), "others"))
        found[name] = found.get(name, 0.0) + (int(said[11]) + int(said[12])) / TICKS
    return found


TRACE = Trace()


class TracedMailbox(Mailbox):
    """The mailbox, written down."""

    def start(self, spec: RenderSpec, scene: Scene) -> MailboxRun:  # noqa: ARG002
        """Begin to take pictures."""
        return TracedRun(spec.width, spec.height)


class TracedRun(MailboxRun):
    """One run, written down; what is measured before the show begins is forgotten when it does."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        TRACE.begin()

    def feed(self, frame: Frame) -> None:
        """Write down which picture came in, and when its reading began."""
        number, now = read_tally(frame.image), time.monotonic()
        known = {"number": number, "came": TRACE.read.pop(id(frame.image), now)}
        super().feed(frame)
        TRACE.fed[self._came[-1]] = known

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None:
        """Write down when which picture was taken for which frame."""
        found = super().at(time, last, motion)
        TRACE.parts = {}
        if found is not None and found.origin is not Origin.HELD and self._way is not None:
            fed, taken = self._way
            known = TRACE.fed.pop(fed, {"number": None, "came": fed})
            TRACE.frames[found.index] = {**known, "fed": fed, "taken": taken, "parts": TRACE.parts}
            TRACE.number = known["number"]
        return found

    def close(self) -> None:
        """Keep what was written down."""
        super().close()
        if TRACE.frames:
            TRACE.save()


def around(owner: Any, name: str, noted: Callable[[tuple[Any, ...], Any, float, float], Any]) -> None:
    """Have a function tell what it was given, what it returned, and when it began and ended, and `noted` return it."""
    before = getattr(owner, name)

    @wraps(before)
    def told(*given: Any, **named: Any) -> Any:
        began = time.monotonic()
        answer = before(*given, **named)
        return noted(given, answer, began, time.monotonic())

    setattr(owner, name, told)


def decoded(given: tuple[Any, ...], frames: Any, began: float, ended: float) -> Any:  # noqa: ARG001
    """A packet became frames."""
    TRACE.came.update({id(frame): began for frame in frames})
    return frames


def pictured(given: tuple[Any, ...], answer: Any, began: float, ended: float) -> Any:  # noqa: ARG001
    """A decoded frame became a picture."""
    TRACE.read[id(answer[0])] = TRACE.came.pop(id(given[1]), began)
    return answer


def unpacked(given: tuple[Any, ...], image: Image, began: float, ended: float) -> Image:  # noqa: ARG001
    """A JPEG became a picture."""
    TRACE.read[id(image)] = began
    return image


def part(name: str) -> Callable[[tuple[Any, ...], Any, float, float], Any]:
    """Note how long something took of the frame under way."""

    def noted(given: tuple[Any, ...], answer: Any, began: float, ended: float) -> Any:  # noqa: ARG001
        TRACE.parts[name] = TRACE.parts.get(name, 0.0) + ended - began
        return answer

    return noted


def encoded(name: str) -> Callable[[tuple[Any, ...], Any, float, float], Any]:
    """Note when a frame was encoded one way, and how long that took."""

    def noted(given: tuple[Any, ...], answer: Any, began: float, ended: float) -> Any:
        known = TRACE.frames.get(given[1].index)
        if known is not None:
            known.setdefault(name, [began, ended])
        return answer

    return noted


class Marking:
    """Gives frames their numbers on their way to whoever watches; one that is the same again stays the same."""

    def __init__(self, write: Callable[[Any, Frame], None]) -> None:
        self._write = write
        self._image: Image | None = None
        self._marked: Image | None = None

    def write(self, hub: Any, frame: Frame) -> None:
        """Write a frame that bears its number."""
        known = TRACE.frames.get(frame.index)
        if known is not None:
            known["shown"] = time.monotonic()
        if self._marked is None or frame.image is not self._image:
            self._image, self._marked = frame.image, tallied(frame.image, TRACE.number or 0)
        self._write(hub, replace(frame, image=self._marked))


def attached() -> None:
    """Have everything written down."""
    registry.BUILT_IN["sources"]["mailbox"] = f"{__name__}:TracedMailbox"
    registry.targets.cache_clear()
    for codec in (h264.H264Decoder, vpx.Vp8Decoder):
        around(codec, "decode", decoded)
    around(Pictures, "sized", pictured)
    around(feed, "decode_jpeg", unpacked)
    for name, owner, function in PARTS:
        around(owner, function, part(name))
    around(JpegLane, "_encoded", encoded("jpeg"))
    around(VideoLane, "_encode", encoded("video"))
    marking = Marking(Hub.write)

    def marked(hub: Hub, frame: Frame) -> None:
        marking.write(hub, frame)

    setattr(Hub, "write", marked)  # noqa: B010


if __name__ == "__main__":
    # By its own name it is another module than the one that the registry finds.
    from benchmarks import _traced

    _traced.TRACE.path = Path(sys.argv[1])
    _traced.attached()
    sys.exit(main(sys.argv[2:]))
