"""Detail held to a slow anchor: a loop that softens is sharpened a little, one that roughens is softened a little."""

from __future__ import annotations

from math import ceil, inf
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
from reverie.measure import vitals

ROUGH = 1.6
"""Share of the anchor up to which a rise is let be."""

RISE = 1.3
"""Most that the anchor of a first picture may rise to while it is learned, as a share of that picture's detail."""

_NEXT = np.ones((3, 3), dtype=np.uint8)
_TOUCH = 0.02
_LEARNED = ("_anchor", "_learned", "_most")


class DetailOptions(BaseModel):
    """How detail is held.

    `sharpen` and `soften` are the most that is added or taken of what a blur of `radius` (standard deviation in pixels)
    removes; differences up to `threshold` (levels of 255) are left alone when sharpening, so that flat areas stay flat,
    and no pixel passes its neighbours, so that no halo grows from frame to frame.
    `settle` and `follow` are as in the corrector `colour`; `leash` is how far the anchor may wander, as a ratio.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sharpen: Annotated[float, Field(ge=0, le=2)] = 0.35
    soften: Share = 0.4
    radius: Annotated[float, Field(gt=0, le=20)] = 1.0
    threshold: Annotated[int, Field(ge=0, le=255)] = 2
    settle: Annotated[float, Field(ge=0, le=60)] = 2.0
    follow: Annotated[float, Field(gt=0, le=100_000)] = 90.0
    leash: Share = 0.15


class Detail:
    """Corrector that holds the variance of the Laplacian to a slow anchor by a mild unsharp mask."""

    Options = DetailOptions
    resumable = True

    def __init__(self, options: DetailOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> DetailCorrection:
        """Begin a run, with nothing learned."""
        return DetailCorrection(self.options, spec.paint_fps)


class DetailCorrection:
    """The state of one run: the anchor, in the units of `reverie.measure.vitals.detail`."""

    def __init__(self, options: DetailOptions, fps: float) -> None:
        self._options = options
        self._settling = Settling(fps, options.settle, options.follow)
        side = 2 * ceil(2 * options.radius) + 1
        self._kernel = (side, side)
        self._anchor = self._learned = -1.0
        self._most = inf

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image:  # noqa: ARG002
        """Return the picture a little sharper or softer; the same picture where its detail is near the anchor's."""
        seen = vitals.detail(vitals.look(image))
        pace = self._settling.follow(cond.prompts)
        if self._settling.anew:
            self._most = inf
        if self._anchor < 0:
            self._anchor = self._learned = seen
            self._most = RISE * seen
            return image
        self._anchor += pace * (seen - self._anchor)
        if self._settling.settling:
            self._anchor = min(self._anchor, self._most)
            self._learned = self._anchor
        low, high = self._learned / (1 + self._options.leash), self._learned * (1 + self._options.leash)
        self._anchor = min(max(self._anchor, low), high)
        return self._touched(image, amount(seen, self._anchor, self._options))

    def state(self) -> State:
        """Return what was learned."""
        return {"settling": self._settling.state(), **told(self, _LEARNED)}

    def restore(self, state: State) -> None:
        """Know what another had learned."""
        self._settling.restore(state["settling"])
        retold(self, _LEARNED, state)

    def _touched(self, image: Image, share: float) -> Image:
        if abs(share) < _TOUCH:
            return image
        soft = cv2.GaussianBlur(image, self._kernel, self._options.radius)
        if share < 0:
            return cast(Image, cv2.addWeighted(image, 1 + share, soft, -share, 0))
        table = raised(share, self._options.threshold)
        up, down = cv2.LUT(cv2.subtract(image, soft), table), cv2.LUT(cv2.subtract(soft, image), table)
        sharp = cv2.subtract(cv2.add(image, up), down)
        return cast(Image, cv2.min(cv2.max(sharp, cv2.erode(image, _NEXT)), cv2.dilate(image, _NEXT)))


def amount(seen: float, anchor: float, options: DetailOptions) -> float:
    """Return how much to sharpen (over 0) or soften (under 0): as much as the fall or rise against the anchor.

    A rise is let be up to `ROUGH` times the anchor: a fresh picture bloomed in is sharper than what became of the last.
    """
    ratio = seen / max(anchor, 1e-9)
    return min(options.sharpen, 1.0 - ratio) if ratio <= 1 else -min(options.soften, max(0.0, ratio / ROUGH - 1.0))


def raised(share: float, threshold: int) -> npt.NDArray[np.uint8]:
    """Return what is added to each difference from 0 to 255 levels: `share` of what is over the threshold."""
    return np.rint(np.clip(share * (np.arange(256.0) - threshold), 0, 255)).astype(np.uint8)
