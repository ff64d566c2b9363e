"""Colours held to a slow anchor, so that thousands of repaints neither burn nor wash out."""

from __future__ import annotations

from typing import Annotated, cast

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.frame import Frame, Image
from reverie.core.protocols import State
from reverie.core.spec import RenderSpec, Share
from reverie.core.state import retold, told
from reverie.core.timeline import Conditioning
from reverie.correctors.settling import Settling

Floats = npt.NDArray[np.float32]

_LUMA = np.array([0.299, 0.587, 0.114])
_TO_OPPONENT = np.stack([_LUMA, np.array([1.0, 0.0, 0.0]) - _LUMA, np.array([0.0, 0.0, 1.0]) - _LUMA])
"""Luma (BT.601), red less luma, blue less luma: light and the two opponent colours, linear in R, G and B."""

_FROM_OPPONENT = np.linalg.inv(_TO_OPPONENT)
_THUMB = 64
_PLAY = 16
_LEARNED = ("_anchor", "_learned", "_frame")


class ColourOptions(BaseModel):
    """How colours are held.

    `rate` is the share of the error that is taken back each frame. `settle` is the seconds after a change of prompt in
    which the anchor is learned anew, `follow` its time constant in seconds afterwards, `leash` how far it may wander
    from what it had learned (means as a share of white, spreads as a ratio). `shift` (share of white) and `gain` bound
    what is done in one frame, so that a sudden collapse stays visible and is met by a spark.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    rate: Share = 0.1
    settle: Annotated[float, Field(ge=0, le=60)] = 2.0
    follow: Annotated[float, Field(gt=0, le=100_000)] = 90.0
    leash: Share = 0.05
    shift: Share = 0.008
    gain: Share = 0.02


class Colour:
    """Corrector that holds mean and spread of light and of the two opponent colours to a slow anchor."""

    Options = ColourOptions
    resumable = True

    def __init__(self, options: ColourOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> ColourCorrection:
        """Begin a run, with nothing learned."""
        return ColourCorrection(self.options, spec.paint_fps)


class ColourCorrection:
    """The state of one run: the anchor, `(2, 3)` mean and spread of the three channels, in levels of 255."""

    def __init__(self, options: ColourOptions, fps: float) -> None:
        self._options = options
        self._settling = Settling(fps, options.settle, options.follow)
        self._anchor: npt.NDArray[np.float64] | None = None
        self._learned: npt.NDArray[np.float64] | None = None
        self._dither = Dither()
        self._frame = 0

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image:  # noqa: ARG002
        """Return the picture a step nearer to the anchor; the same bits where nothing is off."""
        seen = moments(image)
        pace = self._settling.follow(cond.prompts)
        if self._anchor is None or self._learned is None:
            self._anchor = self._learned = seen
            return image
        self._anchor = self._anchor + pace * (seen - self._anchor)
        if self._settling.settling:
            self._learned = self._anchor
        self._anchor = leashed(self._anchor, self._learned, self._options.leash)
        self._frame += 1
        return self._dither.mapped(image, pull(seen, self._anchor, self._options), self._frame)

    def state(self) -> State:
        """Return what was learned."""
        return {"settling": self._settling.state(), **told(self, _LEARNED)}

    def restore(self, state: State) -> None:
        """Know what another had learned."""
        self._settling.restore(state["settling"])
        retold(self, _LEARNED, state)


def moments(image: Image) -> npt.NDArray[np.float64]:
    """Return mean (row 0) and spread (row 1) of light and the two opponent colours, in levels of 255."""
    small = cv2.resize(image, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA).astype(np.float32)
    mean, spread = cv2.meanStdDev(cv2.transform(small, _TO_OPPONENT))
    return np.stack([mean[:, 0], spread[:, 0]])


def leashed(anchor: npt.NDArray[np.float64], learned: npt.NDArray[np.float64], leash: float) -> npt.NDArray[np.float64]:
    """Keep the anchor's means within `leash` of white, and its spreads within that ratio, of what was learned."""
    mean = np.clip(anchor[0], learned[0] - 255 * leash, learned[0] + 255 * leash)
    spread = np.clip(anchor[1], learned[1] * (1 - leash), learned[1] * (1 + leash))
    return np.stack([mean, spread])


def pull(
    seen: npt.NDArray[np.float64], anchor: npt.NDArray[np.float64], options: ColourOptions
) -> npt.NDArray[np.float64]:
    """Return the `(3, 4)` affine map of RGB (levels of 255) that goes `rate` of the way from `seen` to `anchor`."""
    shift = np.clip(options.rate * (anchor[0] - seen[0]), -255 * options.shift, 255 * options.shift)
    ratio = (anchor[1] / np.maximum(seen[1], 0.5)) ** options.rate
    gain = np.clip(ratio, 1 / (1 + options.gain), 1 + options.gain)
    return affine(gain, seen[0], seen[0] + shift)


def affine(
    gain: npt.NDArray[np.float64], seen: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the `(3, 4)` map of RGB that spreads each opponent channel by its gain and brings its mean to `wanted`."""
    turn = _FROM_OPPONENT @ np.diag(gain) @ _TO_OPPONENT
    move = _FROM_OPPONENT @ (wanted - gain * seen)
    return np.hstack([turn, move[:, None]])


class Dither:
    """Rounds colours under a pattern that moves each frame: a correction of under a level would vanish without.

    The pattern is interleaved gradient noise (Jimenez 2014) of under half a level, so whole levels stay as they are.
    """

    def __init__(self) -> None:
        self._pattern: Floats = np.zeros((0, 0, 3), dtype=np.float32)

    def mapped(self, image: Image, matrix: npt.NDArray[np.float64], frame: int) -> Image:
        """Return the picture under a `(3, 4)` affine map of RGB, in levels of 255."""
        height, width = image.shape[:2]
        if self._pattern.shape[:2] != (height + _PLAY, width + _PLAY):
            self._pattern = gradient_noise(height + _PLAY, width + _PLAY)
        down, right = frame * 5 % _PLAY, frame * 11 % _PLAY
        here = self._pattern[down : down + height, right : right + width]
        return cast(Image, cv2.add(cv2.transform(image.astype(np.float32), matrix), here, dtype=cv2.CV_8U))


def gradient_noise(height: int, width: int) -> Floats:
    """Return `(height, width, 3)` float32 within half a level around 0, the same for R, G and B."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    noise = np.modf(52.9829189 * np.modf(0.06711056 * x + 0.00583715 * y)[0])[0]
    return np.repeat((0.998 * (noise - 0.5)).astype(np.float32)[:, :, None], 3, axis=2)
