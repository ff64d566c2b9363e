"""How one shot passes into the next, frame by frame, on the planes of both.

Every kind is a function that makes ready what can be (a field of noise, a colour) and returns what draws a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from reverie.core.spec import DIRECTIONS, Transition
from reverie.media.fields import Field, Order, noise, radius, smooth
from reverie.media.planes import Plane, Planes
from reverie.media.zooming import zoomed


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of a transition: its `share` of the way (0 the shot before, 1 the shot after) and the `step` it makes.

    What moves is blurred along the way that it goes while the shutter is open.
    """

    share: float
    step: float


Blend = Callable[[Planes, Planes, Moment, Planes], None]
"""Writes what is seen of the shots before and after into the last of its arguments."""


@dataclass(frozen=True, slots=True)
class Space:
    """What a picture's planes are: `black` in each, whether the last two are `halved`, any colour."""

    black: tuple[int, int, int]
    halved: bool
    levels: Callable[[str], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a transition takes place: pictures of a size in pixels, and what their planes are."""

    width: int
    height: int
    space: Space


Make = Callable[[Transition, Ground], Blend]

EASINGS: Mapping[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "ease-in": lambda t: t * t,
    "ease-out": lambda t: t * (2 - t),
    "ease-in-out": smooth,
}
"""Progress as shown by progress in time, both 0..1."""

SHUTTER = 0.4
"""The share of a frame's time in which light falls on it: film cameras have up to half."""


def _cut(_transition: Transition, _ground: Ground) -> Blend:
    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        for shown, into in zip(before if moment.share < 0.5 else after, out, strict=True):
            into[:] = shown

    return blend


def _crossfade(_transition: Transition, _ground: Ground) -> Blend:
    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        for one, other, into in zip(before, after, out, strict=True):
            cv2.addWeighted(one, 1 - moment.share, other, moment.share, 0, dst=into)

    return blend


def _fade(transition: Transition, ground: Ground) -> Blend:
    colour = ground.space.levels(transition.color)

    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        shown, covered = (before, 2 * moment.share) if moment.share < 0.5 else (after, 2 - 2 * moment.share)
        for plane, level, into in zip(shown, colour, out, strict=True):
            cv2.LUT(plane, _towards(level, smooth(covered)), dst=into)

    return blend


def _wipe(transition: Transition, _ground: Ground) -> Blend:
    towards, soft = _direction(transition), 0.14

    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        for one, other, into in zip(before, after, out, strict=True):
            _swept(_along(one, towards), _along(other, towards), moment.share, soft, _along(into, towards))

    return blend


def _swept(before: Plane, after: Plane, share: float, soft: float, out: Plane) -> None:
    """Uncover `after` from the first column on, over an edge as wide as `soft` of the picture."""
    across = (np.arange(before.shape[1]) + 0.5) / before.shape[1]
    ramp = np.clip((share * (1 + soft) - across) / soft, 0, 1)
    weight = np.rint(256 * ramp * ramp * (3 - 2 * ramp)).astype(np.uint16)
    first, last = int((weight == 256).sum()), int((weight > 0).sum())
    out[:, :first] = after[:, :first]
    out[:, last:] = before[:, last:]
    band, part = slice(first, last), weight[first:last]
    mixed = before[:, band] * (256 - part) + after[:, band] * part + np.uint16(128)
    out[:, band] = (mixed >> 8).astype(np.uint8)


def _slide(transition: Transition, ground: Ground) -> Blend:
    """The next picture glides over the one before, which gives way at a third of its speed, into the shade."""
    towards = _direction(transition)
    long, space = ground.width if towards in ("left", "right") else ground.height, ground.space

    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        reach = 2 * round(moment.share * long / 2)
        for number, (one, other, into) in enumerate(zip(before, after, out, strict=True)):
            scale = 2 if number and space.halved else 1
            blur = moment.step * SHUTTER * long / scale
            pair = _along(one, towards), _along(other, towards)
            _slid(*pair, (reach // scale, blur, moment.share), space.black[number], _along(into, towards))

    return blend


_GIVING_WAY = 0.33
_SHADE, _SHADE_WIDTH, _DUSK = 0.55, 0.09, 0.35


def _slid(before: Plane, after: Plane, motion: tuple[int, float, float], black: int, out: Plane) -> None:
    """Bring `after` in from the first column on, by `motion`: columns so far, columns of blur, share of the way."""
    reach, blur, share = motion
    columns = before.shape[1]
    soft = min(round(blur), reach)
    edge = reach - soft
    aside = round(reach * _GIVING_WAY)
    kept = np.clip(1 - _SHADE * _shadow(columns - reach, columns, share), 0, 1) * (1 - _DUSK * share)
    kept = np.concatenate([np.full(soft, kept[0] if len(kept) else 1.0), kept])
    behind = _weighed(_blurred(before, blur * _GIVING_WAY)[:, edge - aside : columns - aside], black, kept)
    coming = _blurred(after, blur)
    out[:, :edge] = coming[:, columns - reach : columns - soft]
    out[:, reach:] = behind[:, soft:]
    veil = np.rint(256 * (np.arange(soft) + 0.5) / max(1, soft)).astype(np.uint16)
    out[:, edge:reach] = (coming[:, columns - soft :] * (256 - veil) + behind[:, :soft] * veil) >> 8


def _weighed(plane: Plane, black: int, kept: npt.NDArray[np.float64]) -> Plane:
    weight = np.rint(256 * kept).astype(np.uint16)
    return np.asarray((plane * weight + black * (256 - weight) + np.uint16(128)) >> 8, np.uint8)


def _shadow(columns: int, whole: int, share: float) -> npt.NDArray[np.float64]:
    """Return how dark the shadow beside the edge is, 0..1, by columns away from it; it comes as the edge comes."""
    away = np.arange(columns) / (whole * _SHADE_WIDTH)
    return np.asarray(np.exp(-2.5 * away) * min(1.0, 8 * share), np.float64)


def _blurred(plane: Plane, columns: float) -> Plane:
    """Smear a plane along its second axis over so many columns."""
    wide = 2 * round(columns / 2) + 1
    if wide < 3:
        return plane
    lying = np.ascontiguousarray(plane)
    return np.asarray(cv2.blur(lying, (wide, 1), borderType=cv2.BORDER_REPLICATE), np.uint8)


_NEAR, _FAR = 1.5, 0.6
"""Doublings of size on the way: of a picture flown into, and of one still far away, which has no surroundings."""


def _zoom(transition: Transition, ground: Ground) -> Blend:
    """Fly into the picture, or back out of it, through to the next one, which opens from the middle or closes in."""
    inwards = _direction(transition) == "in"
    fields = _on_planes(radius(ground.width, ground.height, outwards=inwards), ground.space, soft=0.6)
    near, far = (_NEAR, _FAR) if inwards else (-_FAR, -_NEAR)

    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        way = smooth(moment.share)
        speed = 6 * moment.share * (1 - moment.share) * moment.step * SHUTTER
        opened = float(np.clip((way - 0.15) / 0.8, 0, 1))
        for one, other, field, into in zip(before, after, fields, out, strict=True):
            leaving = zoomed(one, near * way, near * speed)
            coming = zoomed(other, far * (way - 1), far * speed)
            field.uncover(leaving, coming, opened, into)

    return blend


def _dissolve(_transition: Transition, ground: Ground) -> Blend:
    """The next picture comes through the one before in drifts, as frost melts off a window."""
    fields = _on_planes(noise(ground.width, ground.height), ground.space, soft=0.55)

    def blend(before: Planes, after: Planes, moment: Moment, out: Planes) -> None:
        for one, other, field, into in zip(before, after, fields, out, strict=True):
            field.uncover(one, other, moment.share, into)

    return blend


def _on_planes(order: Order, space: Space, soft: float) -> tuple[Field, Field, Field]:
    """Return the fields of all planes: those of colour may have half as many pixels each way."""
    if not space.halved:
        return (Field.of(order, soft),) * 3
    half = -(-order.shape[1] // 2), -(-order.shape[0] // 2)
    colour = Field.of(np.asarray(cv2.resize(order, half, interpolation=cv2.INTER_AREA), np.float32), soft)
    return Field.of(order, soft), colour, colour


KINDS: Mapping[str, Make] = {
    "cut": _cut,
    "fade": _fade,
    "crossfade": _crossfade,
    "wipe": _wipe,
    "slide": _slide,
    "zoom": _zoom,
    "dissolve": _dissolve,
}

_VIEWS: Mapping[str, Callable[[Plane], Plane]] = {
    "right": lambda plane: plane,
    "left": lambda plane: plane[:, ::-1],
    "down": lambda plane: plane.T,
    "up": lambda plane: plane.T[:, ::-1],
}


def _along(plane: Plane, direction: str) -> Plane:
    """Return a plane seen so that what goes in a direction goes from its first column to its last."""
    return _VIEWS[direction](plane)


def _direction(transition: Transition) -> str:
    return transition.direction or DIRECTIONS[transition.kind][0]


def _towards(level: int, share: float) -> Plane:
    """Return the table that brings every value a share of the way to a level."""
    return np.asarray(np.rint(np.arange(256) * (1 - share) + level * share), np.uint8)


def levels(colour: str) -> tuple[int, int, int]:
    """Return a colour, #rrggbb, as light, blue and red difference (ITU-R BT.709-6, limited range)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        round(16 + 219 * light),
        round(128 + 224 * (blue - light) / 1.8556),
        round(128 + 224 * (red - light) / 1.5748),
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


VIDEO = Space((16, 128, 128), True, levels)
PICTURES = Space((0, 0, 0), False, _channels)
"""Light and colour as video has them, see `planes`; and red, green and blue of whole pictures."""


def blend_of(
    transition: Transition, width: int, height: int, space: Space = VIDEO
) -> Callable[[Planes, Planes, int, int, Planes], None]:
    """Return what draws frame `number` of `count` of a transition between pictures of a size in pixels.

    Numbers begin with 1; frames 0 and `count + 1` would be the shot before and the shot after, as they are.
    """
    drawn, easing = KINDS[transition.kind](transition, Ground(width, height, space)), EASINGS[transition.easing]

    def blend(before: Planes, after: Planes, number: int, count: int, out: Planes) -> None:
        ends = [easing(min(1.0, max(0.0, (number + half) / (count + 1)))) for half in (-0.5, 0.5)]
        drawn(before, after, Moment(easing(number / (count + 1)), ends[1] - ends[0]), out)

    return blend
