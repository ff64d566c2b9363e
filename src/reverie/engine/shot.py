"""One scene being painted: where its pictures start from, what repaints and corrects them, and whether they live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction

import numpy as np

from reverie.core.clock import exact_rate
from reverie.core.errors import MachineError
from reverie.core.frame import STILL, Frame, Image, Images, Origin
from reverie.core.protocols import Arriving, Correction, Generation, Heeding, Remembering, Source, State, Tick
from reverie.core.report import VitalSigns
from reverie.core.spec import RenderSpec
from reverie.core.state import handed, held, retold, told
from reverie.core.timeline import Conditioning
from reverie.engine.meter import Meter
from reverie.engine.painter import Painter
from reverie.engine.record import Kind, Record
from reverie.engine.rescue import Rescue
from reverie.engine.score import Told
from reverie.engine.seedling import Nursery, Seedling
from reverie.engine.seeds import derived
from reverie.engine.stills import frame_of, noted
from reverie.engine.vitals import Pulse

FRAMES, SEEDS, FIRST = 0, 1, 2
"""What a number drawn from the film's seed is for."""


@dataclass(frozen=True)
class Cast:
    """Who plays in a shot.

    `number` is the scene's place in the film and `seed` what all chance in it follows from; `seeder` makes the painter
    of first pictures and sparks' seeds when it is first needed, `seeder_name` names it where it is another backend than
    the scene's own; `origin` says whether the frames are painted or a placeholder's.
    """

    number: int
    seed: int
    name: str
    source: Source
    painter: Painter
    seeder: Callable[[], Painter]
    seeder_name: str | None
    corrections: tuple[Correction, ...]
    origin: Origin = Origin.PAINTED


class Shot:
    """The state of one scene under way."""

    def __init__(self, spec: RenderSpec, cast: Cast, record: Record, meter: Meter, tick: Tick) -> None:
        self._cast, self._record, self._meter, self._tick = cast, record, meter, tick
        self._rate = exact_rate(spec.paint_fps)
        self._strength = spec.vitality.spark.strength
        self._pulse = Pulse(spec.vitality.thresholds, spec.paint_fps)
        self._nursery = Nursery(spec.paint_fps, self._foreign, self._pulse.fresh)
        self._beside, self._live = cast.seeder_name is not None, spec.live
        self._rescue = Rescue(spec.vitality, float(1 / self._rate), self._nursery.frames if self._beside else 0)
        self._seeder: Painter | None = None
        self._last: Frame | None = None
        self._healthy: Image | None = None
        self._signs: VitalSigns | None = None
        self._wish: tuple[object, ...] | None = None

    @property
    def arriving(self) -> Arriving | None:
        """The source, where its pictures come from outside."""
        source = self._cast.source
        return source if isinstance(source, Arriving) else None

    @property
    def generation(self) -> Generation:
        """What paints."""
        return self._cast.painter.generation

    @property
    def signs(self) -> VitalSigns | None:
        """What the newest picture measures, None before the first."""
        return self._signs

    @property
    def stands_in(self) -> bool:
        """True where the placeholder paints in place of another model."""
        return self._cast.origin is Origin.PLACEHOLDER

    @property
    def rescued(self) -> bool:
        """True while a dying picture is being brought back."""
        return self._rescue.busy

    @property
    def num_frames(self) -> int:
        """How many frames the next step makes."""
        return max(1, self._cast.painter.generation.num_frames)

    def step(self, index: int, told: Told, most: int | None = None) -> list[Frame]:
        """Paint the next frames, the first of which is `index`: one for image models, a window for video models.

        `most` is how many frames are still wanted, None for any number.
        """
        if told.spark:
            self._rescue.spark.ask()
        if told.frozen and self._last is not None:
            return [self._rested(index)]
        cond = replace(told.cond, seed=derived(self._cast.seed, self._cast.number, FRAMES, index))
        self._prepare(cond, index)
        given = self._begin(cond, index)
        if self._rests(given, cond):
            return [self._rested(index)]
        begin = None if given is None else given.image
        if begin is not None and self._last is None:
            self._pulse.fresh(begin)
            if cond.strength == 0:
                return [self._as_given(begin, index, cond)]
        source = None if begin is None else self._rescue.before(begin, cond.motion)
        told_all = replace(
            cond,
            frames=self._history(source),
            last_image=None if self._last is None else self._last.image,
        )
        images = self._cast.painter.paint(told_all, index, self._time(index), self._tick, self._meter)
        if images is None:
            return [self._finished(self._stand_in(source), index, cond, None, Origin.HELD)]
        if begin is None and self._last is None:
            self._pulse.fresh(images[0])
        return [
            self._finished(np.asarray(image), index + step, cond, source if step == 0 else None, self._cast.origin)
            for step, image in enumerate(images[:most])
        ]

    def close(self) -> None:
        """Let go of the source and of what paints."""
        self._nursery.close()
        self.hints()
        for painter in (self._cast.painter, self._seeder):
            if painter is not None:
                painter.generation.close()
        self._cast.source.close()

    def state(self) -> State:
        """Return all that the next step depends on; asked between two steps."""
        cast = self._cast
        nursery = self._nursery.state()
        return {
            "name": cast.name,
            "last": None if self._last is None else noted(self._last),
            "wish": self._wish,
            **told(self, ("_healthy",)),
            "signs": None if self._signs is None else asdict(self._signs),
            "pulse": self._pulse.state(),
            "nursery": nursery,
            "rescue": self._rescue.state(),
            "painter": held(cast.painter.generation),
            "seeder": None if self._seeder is None else held(self._seeder.generation),
            "source": held(cast.source),
            "corrections": [held(correction) for correction in cast.corrections],
        }

    def restore(self, state: State) -> None:
        """Go on from what another shot of the same scene knew; what another model knew is left out."""
        cast = self._cast
        self._last = None if state["last"] is None else frame_of(state["last"])
        self._wish = state.get("wish")
        retold(self, ("_healthy",), state)
        self._signs = None if state["signs"] is None else VitalSigns(**state["signs"])
        self._pulse.restore(state["pulse"])
        self._nursery.restore(state["nursery"])
        self._rescue.restore(state["rescue"], self._nursery.again)
        if cast.name == state["name"]:
            handed(cast.painter.generation, state["painter"])
        if state["seeder"] is not None and (self._beside or cast.name == state["name"]):
            self._seeder = cast.seeder()
            handed(self._seeder.generation, state["seeder"])
        handed(cast.source, state["source"])
        for correction, known in zip(cast.corrections, state["corrections"], strict=True):
            handed(correction, known)

    def hints(self) -> None:
        """Write down what the generation has to say so far."""
        source = self._cast.source
        if isinstance(source, Heeding):
            self._record.hints(source.events())
        self._record.hints(self._cast.painter.generation.events())

    def _as_given(self, image: Image, index: int, cond: Conditioning) -> Frame:
        """Show the picture that the scene begins with as it is, bit by bit; correctors learn what it is like."""
        for correction in self._cast.corrections:
            correction.correct(image, None, cond)
        self._observe(self._pulse.feel(image, self._time(index), cond, learn=True), image, index)
        cut = self._cast.number > 0
        self._last = Frame(image, self._time(index), index, cut=cut, origin=self._cast.origin)
        return self._last

    def _history(self, begin: Image | None) -> Images | None:
        """Return what to go on from: one picture, or at the first step all that the model would have and there is."""
        wanted = getattr(self._cast.painter.generation, "history", 0)
        if self._last is None and wanted > 1 and isinstance(self._cast.source, Remembering):
            before = self._cast.source.before(wanted)
            if len(before) > 1:
                return before
        return None if begin is None else begin[None]

    def _time(self, index: int) -> Fraction:
        return index / self._rate

    def _rests(self, given: Frame | None, cond: Conditioning) -> bool:
        """True where neither the picture to be repainted nor what is wished of it is new."""
        wish = (cond.prompts, cond.negative_prompt, cond.strength, cond.guidance_scale, cond.options)
        same, self._wish = wish == self._wish, wish
        return given is not None and given.origin is Origin.HELD and self._last is not None and same

    def _begin(self, cond: Conditioning, index: int) -> Frame | None:
        if isinstance(self._cast.source, Heeding):
            self._cast.source.heed(cond)
        found = self._cast.source.at(self._time(index), self._last, cond.motion)
        if found is not None:
            return found
        if self._last is not None or self._cast.seeder_name is None:
            return None
        first = self._seed(replace(cond, strength=1.0), index, FIRST)
        if first is not None:
            reason = f"the first picture was painted by {self._cast.seeder_name}, {self._cast.name} repaints from there"
            self._record.note(Kind.HINT, index, self._time(index), reason)
        return None if first is None else Frame(first, self._time(index), index)

    def _prepare(self, cond: Conditioning, index: int) -> None:
        wish = replace(cond, strength=self._strength, seed=0)
        for reason in self._rescue.prepare(lambda: self._sown(wish, index), cond.motion):
            self._record.note(Kind.SPARK, index, self._time(index), reason)
        if self._beside and self._live:
            self._nursery.foresee(wish, index)

    def _sown(self, wish: Conditioning, index: int) -> Seedling:
        """Begin a seed: at once where the scene's own backend paints it, beside the show where another does."""
        if self._beside:
            return self._nursery.sow(wish, index)
        return Seedling(lambda: self._seed(wish, index, SEEDS))

    def _seed(self, cond: Conditioning, index: int, purpose: int) -> Image | None:
        self._nursery.wait()
        seed = self._seed_painted(cond, index, purpose, index)
        if seed is not None:
            self._pulse.fresh(seed)
        return seed

    def _foreign(self, cond: Conditioning, index: int, number: int) -> Image | None:
        return self._seed_painted(cond, index, SEEDS, number)

    def _seed_painted(self, cond: Conditioning, index: int, *path: int) -> Image | None:
        """Paint a picture for a frame's sake; its chance follows from `path`."""
        self._seeder = self._seeder or self._cast.seeder()
        base = None if self._beside else self._healthy
        wish = replace(
            cond,
            seed=derived(self._cast.seed, self._cast.number, *path),
            frames=None if base is None else base[None],
            last_image=base,
        )
        images = self._seeder.paint(wish, index, self._time(index), self._tick, None)
        return None if images is None else np.asarray(images[0])

    def _stand_in(self, source: Image | None) -> Image:
        """The last good picture, or the one to be repainted where seeds keep that alive or nothing came before."""
        if source is not None and (self._rescue.busy or self._last is None):
            return source
        if self._last is None:
            raise MachineError(f"{self._cast.name}: the first picture came out unusable every time it was painted.")
        return self._last.image

    def _finished(self, image: Image, index: int, cond: Conditioning, source: Image | None, origin: Origin) -> Frame:
        time = self._time(index)
        start = None if source is None else Frame(source, time, index, origin=origin, motion=cond.motion)
        blooming = self._rescue.blooming
        image = self._rescue.after(image, source, cond.motion)
        if origin is not Origin.HELD:
            for correction in self._cast.corrections:
                image = correction.correct(image, start, cond)
        signs = self._pulse.feel(image, time, cond, learn=not self._rescue.busy and origin is not Origin.HELD)
        self._observe(signs, image, index)
        held_still = origin is Origin.HELD and self._last is not None and image is self._last.image
        motion = STILL if held_still or self._last is None else cond.motion
        cut = self._last is None and self._cast.number > 0
        self._last = Frame(image, time, index, cut=cut, origin=origin, motion=motion, blooming=blooming)
        return self._last

    def _observe(self, signs: VitalSigns, image: Image, index: int) -> None:
        self._signs = signs
        self._record.felt(signs)
        if not signs.stagnant:
            self._healthy = image
        if self._rescue.observe(signs.stagnant, self._pulse.margin):
            reason = f"{', '.join(signs.stagnant)} again after a spark: seeds are kept in the picture until it lives"
            self._record.note(Kind.FALLBACK, index, self._time(index), reason)

    def _rested(self, index: int) -> Frame:
        if self._last is None or self._signs is None:
            raise AssertionError("a picture rests only after there is one")
        self._record.felt(replace(self._signs, time=float(self._time(index)), motion=0.0, stagnant=()))
        self._last = Frame(self._last.image, self._time(index), index, origin=Origin.HELD)
        return self._last
