"""The spark and the keeper at work on pictures: seeds painted when due, laid in before the repaint and over it."""

from __future__ import annotations

from collections.abc import Callable

from reverie.core.frame import Image, Motion
from reverie.core.protocols import State
from reverie.core.spec import Vitality
from reverie.core.state import retold, told
from reverie.engine.bloom import laid, mixed, seen
from reverie.engine.keeper import Keeper
from reverie.engine.seedling import Seedling
from reverie.engine.spark import Layer, Phase, Spark

Sow = Callable[[], Seedling]

_SEEN = ("_blooming", "_kept", "_kept_before")
_COMING = ("_growing", "_to_be_kept")


class Rescue:
    """What is done for one shot's dying picture. Each frame: `prepare`, `before`, `after`, `observe`.

    `frame` is seconds a painted frame, `ahead` the frames from sowing a seed until it is planted.
    """

    def __init__(self, vitality: Vitality, frame: float, ahead: int = 0) -> None:
        self.spark = Spark(vitality.spark, vitality.patience)
        self.keeper = Keeper(vitality.spark.frames)
        self._frame, self._ahead = frame, ahead
        self._growing: Seedling | None = None
        self._blooming: Image | None = None
        self._to_be_kept: Seedling | None = None
        self._kept: Image | None = None
        self._kept_before: Image | None = None

    @property
    def busy(self) -> bool:
        """True while seeds are seen: the picture is then no example of what the repaint does by itself."""
        return self.keeper.active or self.spark.phase in (Phase.LIT, Phase.BLOOMING)

    @property
    def blooming(self) -> bool:
        """True where a spark's seed is laid into the frame at hand."""
        return self.spark.layer() is not None and self._blooming is not None

    def prepare(self, sow: Sow, motion: Motion) -> tuple[str, ...]:
        """Sow or plant the seeds that are due before the next frame; return why a spark was lit, if one was."""
        lit = self._grow(sow) if self.spark.wants_seed else ()
        self._keep(sow, motion)
        return lit

    def _grow(self, sow: Sow) -> tuple[str, ...]:
        lit: tuple[str, ...] = ()
        if self._growing is None:
            lit, self._growing = (self.spark.reason,), sow()
        if self._growing.ripe():
            self._blooming = self._growing.take()
            self._growing = None
            self.spark.planted(self._blooming is not None)
        return lit

    def _keep(self, sow: Sow, motion: Motion) -> None:
        """Let the next seed to be kept grow while the one before is still seen."""
        if self._to_be_kept is None and self.keeper.wants_seed(self._ahead):
            self._to_be_kept = sow()
        if self._to_be_kept is not None and self._to_be_kept.ripe():
            seed, self._to_be_kept = self._to_be_kept.take(), None
            self._kept_before, self._kept = self._kept, self._kept if seed is None else seed
            self.keeper.planted(motion.zoom**self._frame)

    def before(self, source: Image, motion: Motion) -> Image:
        """Lay the seeds into the picture that is about to be repainted."""
        for seed, layer in self._layers():
            source = laid(source, seen(seed, layer, motion, self._frame), layer.radius, layer.weight)
        return source

    def after(self, painted: Image, source: Image | None, motion: Motion) -> Image:
        """Keep in what is shown the share of the seeds that a repaint must not take away; `source` is what it got."""
        layer = self.spark.layer()
        if layer is not None and self._blooming is not None:
            painted = laid(painted, seen(self._blooming, layer, motion, self._frame), layer.radius, layer.over)
        return painted if source is None else mixed(painted, source, self.keeper.hold)

    def observe(self, stagnant: tuple[str, ...], margin: float) -> bool:
        """Take note of how the frame turned out; True where the repaint has just been found not to be trusted."""
        relapsed = bool(stagnant) and self.spark.phase is Phase.COOLING and not self.keeper.active
        self.keeper.observe(bool(stagnant), margin)
        if relapsed:
            self.keeper.begin()
        if relapsed or not self.keeper.active:
            self._to_be_kept = self._kept = self._kept_before = None
        self.spark.observe(() if self.keeper.active else stagnant)
        return relapsed

    def state(self) -> State:
        """Return where both machines stand, the seeds that are seen and those to come."""
        coming = {name: getattr(self, name) for name in _COMING}
        seeds = {name: None if seed is None else seed.state() for name, seed in coming.items()}
        return {"spark": self.spark.state(), "keeper": self.keeper.state(), **told(self, _SEEN), **seeds}

    def restore(self, state: State, again: Callable[[State], Seedling]) -> None:
        """Go on where another stood; `again` makes a seed to come from its state."""
        self.spark.restore(state["spark"])
        self.keeper.restore(state["keeper"])
        retold(self, _SEEN, state)
        for name in _COMING:
            setattr(self, name, None if state[name] is None else again(state[name]))

    def _layers(self) -> list[tuple[Image, Layer]]:
        kept_before, kept = self.keeper.layers()
        pairs = ((self._kept_before, kept_before), (self._kept, kept), (self._blooming, self.spark.layer()))
        return [(seed, layer) for seed, layer in pairs if seed is not None and layer is not None]
