"""What became of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from reverie.core.spec import RenderSpec
from reverie.core.timeline import Keyframe


@dataclass(frozen=True, slots=True)
class Receipt:
    """The first frame whose conditioning holds a keyframe; `time` is exact seconds of film."""

    keyframe: Keyframe
    frame: int
    time: Fraction


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What a frame's picture measures; units as in `reverie.measure.vitals`; `stagnant` names what it is dying of."""

    time: float
    brightness: float
    contrast: float
    detail: float
    saturation: float
    motion: float
    likeness: float
    stagnant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a frame: a spark, a reroll, a fallback, a hint; `reason` is for people."""

    frame: int
    time: float
    reason: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Frames a second, three that must never be mixed up.

    `model` is the network alone, `new` painted frames through the whole loop with encoding by wall clock,
    `displayed` delivered frames by wall clock.
    """

    model: float = 0.0
    new: float = 0.0
    displayed: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was shown and how it went.

    `frames` counts delivered frames by origin, `latency` has percentiles of a painted frame's time in milliseconds
    (`p50`, `p95`, `p99`), `environment` what decides the last bit: versions, kernels, threads, device.
    """

    spec: RenderSpec
    frames: Mapping[str, int] = field(default_factory=dict)
    fps: Rates = Rates()
    vitals: tuple[VitalSigns, ...] = ()
    sparks: tuple[Event, ...] = ()
    rerolls: tuple[Event, ...] = ()
    fallbacks: tuple[Event, ...] = ()
    hints: tuple[Event, ...] = ()
    latency: Mapping[str, float] = field(default_factory=dict)
    backend: str = ""
    seed: int = 0
    environment: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    cancelled: bool = False


class Stage(StrEnum):
    """Where a session stands.

    It is `waiting` for its first picture and `stalled` while no more come, where its pictures come from outside.
    """

    INITIALISING = "initialising"
    LOADING = "loading"
    WAITING = "waiting"
    RUNNING = "running"
    SELF_CORRECTING = "self-correcting"
    STALLED = "stalled"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What has come in from outside.

    `pictures` came so far, `dropped` of them were overtaken by newer ones before anybody looked; `fps` is of the last
    few seconds, `width` and `height` are the newest one's pixels, `silent` the seconds since it came. `ages` has
    percentiles (`p50`, `p95`, milliseconds) of the newest pictures by hop: `waited` from coming in to being taken,
    `painted` from there to being handed to whoever watches, `shown` of both together.
    """

    pictures: int = 0
    dropped: int = 0
    fps: float = 0.0
    width: int = 0
    height: int = 0
    silent: float | None = None
    ages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveState:
    """A session just now; cheap to ask for.

    `prompt` is the one with the largest share, `frame` and `time` (seconds) are of the newest frame shown. `fps` and
    `latency` (milliseconds of a painted frame: `p50`, `p95`, `p99`) are of the last few seconds; `drops` counts the
    frames by which the clock had to wait for pictures that came late. `input` is None where nothing comes from outside.
    """

    state: Stage
    prompt: str = ""
    frame: int = 0
    time: Fraction = Fraction(0)
    frozen: bool = False
    vitals: VitalSigns | None = None
    fps: Rates = Rates()
    latency: Mapping[str, float] = field(default_factory=dict)
    drops: int = 0
    input: Arrivals | None = None
