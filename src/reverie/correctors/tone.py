"""Light and colour of what was painted brought back to those of its source: a light repaint must not make it milky.

Mean and spread of light and of the two opponent colours are carried over, channel by channel (Reinhard et al. 2001,
"Color Transfer between Images"; the opponent channels are the ones of `colour`). Where the source itself is dim, its
spread of light is lifted to a floor, as a camera's exposure does.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.frame import Frame, Image
from reverie.core.protocols import State
from reverie.core.spec import RenderSpec, Share
from reverie.core.state import retold, told
from reverie.core.timeline import Conditioning
from reverie.correctors.colour import Dither, affine, moments


class ToneOptions(BaseModel):
    """How near the source's tone is kept.

    `share` of the way from the painted tone to the source's is gone. `floor` is the contrast, 0 to 1, that is asked of
    every picture even where the source has less; `gain` bounds how far a spread is stretched or narrowed, as a ratio.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    share: Share = 1.0
    floor: Share = 0.14
    gain: Annotated[float, Field(ge=1, le=10)] = 2.0


class Tone:
    """Corrector that gives what is painted the light and the colours of its source."""

    Options = ToneOptions
    resumable = True

    def __init__(self, options: ToneOptions) -> None:
        self.options = options

    def start(self, spec: RenderSpec) -> ToneCorrection:  # noqa: ARG002
        """Begin a run."""
        return ToneCorrection(self.options)


class ToneCorrection:
    """The state of one run: how many pictures were corrected, by which the dither moves."""

    def __init__(self, options: ToneOptions) -> None:
        self._options = options
        self._dither = Dither()
        self._frame = 0

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image:  # noqa: ARG002
        """Return the picture in its source's tone; as it is where there is no source."""
        if source is None:
            return image
        options, seen, wanted = self._options, moments(image), moments(source.image)
        wanted[1, 0] = max(wanted[1, 0], 127.5 * options.floor)
        ratio = (np.maximum(wanted[1], 0.5) / np.maximum(seen[1], 0.5)) ** options.share
        gain = np.clip(ratio, 1 / options.gain, options.gain)
        self._frame += 1
        mean = seen[0] + options.share * (wanted[0] - seen[0])
        return self._dither.mapped(image, affine(gain, seen[0], mean), self._frame)

    def state(self) -> State:
        """Return where the dither is."""
        return told(self, ("_frame",))

    def restore(self, state: State) -> None:
        """Go on from there."""
        retold(self, ("_frame",), state)
