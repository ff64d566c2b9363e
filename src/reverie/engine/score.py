"""A scene's timeline while it is performed: wishes come in, the past is closed, and asking never grows dearer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from reverie.core.timeline import Conditioning, Keyframe, Timeline

WISHES = ("prompt", "negative_prompt", "strength", "guidance_scale", "motion", "freeze")
"""Fields of a keyframe of which the newest wish wins."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the timeline says of one step."""

    cond: Conditioning
    frozen: bool = False
    spark: bool = False


class Score:
    """One scene's keyframes; not for several threads at once.

    What has had all of its effect is folded into the timeline's defaults, so that a step costs the same after a night
    of wishes as after one; no bit of what is told changes by that.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._past: list[Keyframe] = []
        self._timeline = timeline
        self._frozen = False
        self._asked: Fraction | None = None

    @property
    def keyframes(self) -> tuple[Keyframe, ...]:
        """All keyframes, in order."""
        return (*self._past, *self._timeline.keyframes)

    def at(self, now: Fraction) -> Told:
        """Return what the step at `now` (seconds of the scene) is told; ask once for each step, in order."""
        told = Told(self._timeline.at(now), self._holds(now), self._timeline.sparks(self._asked, now))
        self._asked = now
        self._close(now)
        return told

    def insert(self, keyframe: Keyframe, next_step: Fraction) -> None:
        """Add a wish; of wishes for the next step, at `next_step`, the newest wins, field by field."""
        due = float(next_step)
        if keyframe.time > due:
            self._timeline = self._timeline.inserted(keyframe)
            return
        asked = -1.0 if self._asked is None else float(self._asked)
        kept: list[Keyframe] = []
        for number, key in enumerate(self._timeline.keyframes):
            opening = not self._past and number == 0
            if opening or not asked < key.time <= due:
                kept.append(key)
            elif (left := _less(key, keyframe)) is not None and left.blend == keyframe.blend:
                keyframe = _joined(left, keyframe)
            elif left is not None:
                kept.append(left)
        self._timeline = Timeline((*kept, keyframe), self._timeline.defaults)

    @property
    def asked(self) -> Fraction | None:
        """The moment of the newest step, None before the first."""
        return self._asked

    def resume(self, asked: Fraction | None) -> None:
        """Go on behind a step that another was asked about."""
        self._asked = asked
        if asked is not None:
            self._close(asked)

    def _holds(self, now: Fraction) -> bool:
        spoken = [key.freeze for key in self._timeline.until(now) if key.freeze is not None]
        return spoken[-1] if spoken else self._frozen

    def _close(self, now: Fraction) -> None:
        done = self._timeline.settled(now)
        if not done:
            return
        closed = self._timeline.keyframes[:done]
        self._past += closed
        self._frozen = next((key.freeze for key in reversed(closed) if key.freeze is not None), self._frozen)
        self._timeline = self._timeline.without(done, now)


def _less(key: Keyframe, newer: Keyframe) -> Keyframe | None:
    """Return what is left of a wish beside a newer one for the same step, None for nothing."""
    silenced = {name: None for name in WISHES if getattr(newer, name) is not None}
    options = {name: value for name, value in key.options.items() if name not in newer.options}
    left = key.model_copy(update={**silenced, "options": options})
    speaks = left.spark or options or any(getattr(left, name) is not None for name in WISHES)
    return left if speaks else None


def _joined(older: Keyframe, newer: Keyframe) -> Keyframe:
    """Return one wish for two that speak of different things over the same blend."""
    said = {name: value for name in WISHES if (value := getattr(older, name)) is not None}
    both = {"options": {**older.options, **newer.options}, "spark": older.spark or newer.spark}
    return newer.model_copy(update={**said, **both})
