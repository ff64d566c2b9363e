"""A restyled film settled by what was shown before: it keeps what goes on, and lets go of what is new.

The picture before is moved as the source moved; a network that has learnt to undo drift, burn, blur and wobble says,
place by place, how much of it to keep, with the bank's word for how the place used to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from reverie.core.frame import Frame, Image
from reverie.core.protocols import State
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning
from reverie.correctors.palette import Palette
from reverie.media.cuts import is_cut
from reverie.media.geometry import fit

if TYPE_CHECKING:
    from reverie.models.recollection import Recollection
    from reverie.models.recollection_on_card import CardRecollection

REST, STIR = 0.5, 4.0
"""Levels of 255 by which a source's small picture may change, in the mean and anywhere, and still stand still.

It is small so that a camera's noise is averaged away (JoyAI's static gate has half a level, too).
"""

AWAKE = 48
"""Frames for which a scene at rest is painted on after another wish, so that the wish is seen whole."""

SMALL = 16
"""Pixels of the small picture's sides."""

SEEN_WIDTH = 256
"""Pixels of width that motion is looked for in, at most."""

_NOTHING = None

Flow = npt.NDArray[np.float32]


class MemoryOptions(BaseModel):
    """What the memory is: `bank` frames are remembered, one in `every`; without a `network` half of each is kept.

    `network` off and `bank` 0 are for comparison: a plain blend, and a network without a past. `device` is where the
    network runs, auto for a graphics card where torch has one and the processor otherwise; without a bank, and by
    openvino, it is the processor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    bank: Annotated[int, Field(ge=0, le=64)] = 12
    every: Annotated[int, Field(ge=1, le=240)] = 4
    network: bool = True
    keep: Annotated[float, Field(ge=0, le=1)] = 0.5
    palette: Annotated[float, Field(ge=0, le=1)] = 0.6
    runtime: Literal["auto", "torch", "openvino"] = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d{1,2})?)$")] = "auto"


class Memory:
    """Corrector that settles what is painted of a moving source."""

    Options = MemoryOptions
    resumable = True

    def __init__(self, options: MemoryOptions) -> None:
        self.options = options
        self.environment: Mapping[str, Any] = {}

    def start(self, spec: RenderSpec) -> MemoryCorrection:
        """Begin a run; the network's weights are shared."""
        options = self.options
        if not options.network:
            return MemoryCorrection(options, None)
        recollection = self._recollection()
        recollection.prepare(spec.height, spec.width)
        return MemoryCorrection(options, recollection)

    def _recollection(self) -> Recollection | CardRecollection:
        options, device = self.options, device_for(self.options)
        if device != "cpu":
            from reverie.models.recollection_on_card import on_card

            card = on_card(options.bank, options.every, device)
            self.environment = card.environment
            return card
        from reverie.models.memory_runtimes import Place, shipped
        from reverie.models.recollection import Recollection

        network = shipped(Place(options.runtime, options.dtype, options.threads))
        self.environment = network.environment
        return Recollection(options.bank, options.every, network)


def device_for(options: MemoryOptions) -> str:
    """Return where the memory runs; MachineError for a graphics card that is not there."""
    from reverie.models.place import best_device, checked_device

    if options.runtime == "openvino" or options.bank == 0:
        return "cpu"
    if options.device != "auto":
        return checked_device(options.device)
    best = best_device()
    return best if best == "cuda" else "cpu"


class MemoryCorrection:
    """The state of one run: the last source, what was shown for it, and the bank."""

    def __init__(self, options: MemoryOptions, recollection: Recollection | CardRecollection | None) -> None:
        self._options, self._recollection = options, recollection
        self._finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._past: tuple[Image, Image] | None = None
        self._small: Flow | None = None
        self._wish: tuple[Any, ...] | None = None
        self._awake = 0
        self._palette = Palette(options.palette)

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image:
        """Return the settled picture; as it is where there is no source, the last one where the source stands still."""
        if source is None:
            return image
        given = fit(source.image, image.shape[1], image.shape[0])
        small = _shrunk(given)
        woken = self._woken(cond)
        same = self._past is not None and self._past[1].shape == image.shape
        if self._past is not None and same and not woken and self._rests(self._past[0], small):
            # What stands still is compared with where it came to rest, so that a slow change is not missed for ever.
            return self._past[1]
        self._palette.expect(cond.prompts)
        shown = self._settled(image, given)
        self._palette.learn(shown, given)
        self._past, self._small = (given, shown), small
        return shown

    def state(self) -> State:
        """Return the last source, what was shown for it, and what is remembered."""
        recollection = None if self._recollection is None else self._recollection.state()
        return {
            "past": self._past,
            "recollection": recollection,
            "wish": self._wish,
            "awake": self._awake,
            "palette": self._palette.state(),
        }

    def restore(self, state: State) -> None:
        """Go on from there."""
        self._past = None if state["past"] is None else (state["past"][0], state["past"][1])
        self._small = None
        self._wish, self._awake = state.get("wish"), state.get("awake", 0)
        if "palette" in state:
            self._palette.restore(state["palette"])
        if self._recollection is not None and state["recollection"] is not None:
            self._recollection.restore(state["recollection"])

    def _settled(self, image: Image, given: Image) -> Image:
        if self._past is None or self._past[1].shape != image.shape or is_cut(self._past[0], given):
            self._palette.turn(image, given)
            image = self._palette.kept(image)
            self._forget(given, image)
            return image
        image = self._palette.kept(image)
        before, shown = self._past
        places, seen = self._moved(before, given)
        if self._recollection is not None and self._recollection.moves:
            return self._recollection.settle_moved(image, shown, given, before, places)
        kept = _taken(shown, places, cv2.INTER_CUBIC)
        if self._recollection is None:
            share = self._options.keep * (seen[..., None] > 0)
            return np.asarray(image + (kept.astype(np.float32) - image) * share + 0.5, np.uint8)
        from reverie.models.composing import Moment

        return self._recollection.settle(Moment(image, kept, given, _taken(before, places, cv2.INTER_LINEAR), seen))

    def _woken(self, cond: Conditioning) -> bool:
        """True for as long as another wish than before may still be coming through."""
        wish = (cond.prompts, cond.negative_prompt, cond.strength, cond.guidance_scale)
        self._awake = AWAKE if self._wish not in (None, wish) else max(0, self._awake - 1)
        self._wish = wish
        return self._awake > 0

    def _rests(self, before: Image, small: Flow) -> bool:
        if self._small is None:
            self._small = _shrunk(before)
        apart = cv2.absdiff(self._small, small)
        return bool(apart.mean() < REST and apart.max() < STIR)

    def _forget(self, given: Image, shown: Image) -> None:
        if self._recollection is not None:
            self._recollection.begin(given, shown)

    def _moved(self, before: Image, given: Image) -> tuple[Flow, npt.NDArray[np.uint8]]:
        """Return where each pixel was in the picture before, and 255 where that is inside it."""
        rows, columns = given.shape[:2]
        share = min(1.0, SEEN_WIDTH / columns)
        size = max(32, round(columns * share)), max(32, round(rows * share))
        now, past = (
            cv2.cvtColor(cv2.resize(one, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
            for one in (given, before)
        )
        flow = np.asarray(self._finder.calc(now, past, _NOTHING), np.float32)  # type: ignore[call-overload]
        if size != (columns, rows):
            flow = np.asarray(cv2.resize(flow, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
            flow *= np.array([columns / size[0], rows / size[1]], np.float32)
        places = np.asarray(cv2.add(flow, _grid(columns, rows)), np.float32)
        seen = cv2.inRange(places, (0.0, 0.0, 0.0, 0.0), (columns - 1.0, rows - 1.0, 0.0, 0.0))
        return places, np.asarray(seen, np.uint8)


def _shrunk(picture: Image) -> Flow:
    return np.asarray(cv2.resize(picture.astype(np.float32), (SMALL, SMALL), interpolation=cv2.INTER_AREA), np.float32)


@lru_cache(maxsize=2)
def _grid(columns: int, rows: int) -> Flow:
    places = np.dstack(np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)))
    places.flags.writeable = False
    return places


def _taken(picture: Image, places: Flow, kind: int) -> Image:
    return np.asarray(
        cv2.remap(picture, places, _NOTHING, kind, borderMode=cv2.BORDER_REPLICATE),  # type: ignore[call-overload]
        np.uint8,
    )
