"""From a spec to a session, by way of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.errors import Cancelled, ReverieError
from reverie.core.frame import Image, Origin
from reverie.core.protocols import Corrector, Generation, State, Tick
from reverie.core.report import Receipt
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe, Timeline
from reverie.engine.adjusting import adjustable, check_adjusted, rungs_of
from reverie.engine.budget import Rung
from reverie.engine.environment import environment
from reverie.engine.holding import Holding
from reverie.engine.meter import Meter
from reverie.engine.painter import Painter
from reverie.engine.record import MOST_VITALS, Hear, Kind, Record, unheard
from reverie.engine.schedule import stretches
from reverie.engine.session import Session, Setup, unplaced
from reverie.engine.shot import Cast, Shot
from reverie.engine.troupe import STAND_IN, Lend, Troupe, card_of, fitted, own

USUAL_STRENGTH = 0.5
USUAL_GUIDANCE = 1.0


def silent(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Take progress and say nothing."""


@dataclass(frozen=True, slots=True)
class House:
    """Where a session plays.

    `lend` gives it backends, `hear` is told of its events as they happen, `placed` of the keyframes that it places by
    itself, and the vitals of the newest `most_vitals` frames are kept; `clock` returns the seconds that frames are
    measured by.
    """

    lend: Lend = own
    hear: Hear = unheard
    most_vitals: int = MOST_VITALS
    placed: Callable[[Receipt], None] = unplaced
    clock: Callable[[], float] = perf_counter


ALONE = House()


def assemble(spec: RenderSpec, tick: Tick = silent, house: House = ALONE, since: State | None = None) -> Session:
    """Return a session that is ready to paint its first frame, or the next one where `since` says what came before.

    Raises InputError where a component, an option, a size or a keyframe's setting is not accepted, and MachineError
    where the first scene's backend can't start and the spec allows no fallback.
    """
    return Assembly(spec, tick, house, since).session()


class Assembly:
    """The parts of one session while it is put together, and later whenever a scene begins."""

    def __init__(self, spec: RenderSpec, tick: Tick, house: House, since: State | None = None) -> None:
        self._tick, self._record, self._meter = tick, Record(house.hear, house.most_vitals), Meter(house.clock)
        self._since, self._placed = since, house.placed
        self._stretches, self._fallback = stretches(spec), spec.fallback
        self._players = [scene.backend for scene in spec.scenes]
        self._cards = [self._card(number, spec) for number in range(len(spec.scenes))]
        self._rungs = [self._ways(number, spec) for number in range(len(spec.scenes))]
        scenes = tuple(self._fitted(number, spec) for number in range(len(spec.scenes)))
        self._spec = spec.model_copy(update={"scenes": scenes})
        self._troupe = Troupe(self._spec, tick, house.lend)
        self._correctors: list[Corrector] = [registry.create("correctors", part) for part in spec.correctors]
        self._sources = [registry.create("sources", scene.source) for scene in scenes]

    def session(self) -> Session:
        """Return the session, its first scene begun."""
        spec = self._spec
        setup = Setup(
            spec=spec,
            open_shot=self.shot,
            fit=self._fit,
            timelines=self.timelines(),
            filters=[registry.create("filters", part).start(spec) for part in spec.filters],
            record=self._record,
            meter=self._meter,
            backend=lambda: self._cards[0].id,
            environment=self._environment,
            since=self._since,
            hold=self._holding,
            placed=self._placed,
        )
        return Session(setup)

    def timelines(self) -> list[Timeline]:
        """Return each scene's timeline, within its model's ranges."""
        return [self._timeline(scene, card) for scene, card in zip(self._spec.scenes, self._cards, strict=True)]

    def shot(self, number: int) -> Shot:
        """Begin the scene of a number."""
        scene = self._spec.scenes[number]
        generation = self._generation(number, scene)
        seeder = self._spec.vitality.backend
        cast = Cast(
            number=number,
            seed=self._spec.seed if scene.seed is None else scene.seed,
            name=self._cards[number].id,
            source=self._sources[number].start(self._spec, scene),
            painter=self._painter(generation),
            seeder=lambda: self._painter(self._troupe.generation(seeder or self._players[number], scene)),
            seeder_name=None if seeder is None else card_of(seeder).id,
            corrections=tuple(corrector.start(self._spec) for corrector in self._correctors),
            origin=Origin.PLACEHOLDER if self._players[number] == STAND_IN else Origin.PAINTED,
        )
        return Shot(self._spec, cast, self._record, self._meter, self._tick)

    def _card(self, number: int, spec: RenderSpec) -> BackendCard:
        try:
            card = card_of(self._players[number])
        except ReverieError as error:
            card = self._stand_in(number, spec, error)
        card.check({"width": spec.width, "height": spec.height})
        return card

    def _fitted(self, number: int, spec: RenderSpec) -> Scene:
        scene = spec.scenes[number]
        size = spec.width, spec.height
        return scene.model_copy(update={"keyframes": tuple(self._fit(number, key, size) for key in scene.keyframes)})

    def _fit(self, number: int, keyframe: Keyframe, size: tuple[int, int] | None = None) -> Keyframe:
        if adjustable(self._players[number]):
            check_adjusted(keyframe, self._cards[number], size or (self._spec.width, self._spec.height))
        taken, changes = fitted(keyframe, self._cards[number], clamp=self._fallback)
        for change in changes:
            self._note(number, change)
        return taken

    def _ways(self, number: int, spec: RenderSpec) -> tuple[Rung, ...]:
        """Return the ways to paint that the budget of a scene chooses from, none where there is no budget to hold."""
        if spec.budget is None:
            return ()
        if self._players[number] == STAND_IN and spec.scenes[number].backend != STAND_IN:
            self._note(number, "the placeholder paints in one way only, so that no budget is held")
            return ()
        return rungs_of(spec, self._players[number], self._cards[number])

    def _holding(self, number: int) -> Holding | None:
        budget, rungs = self._spec.budget, self._rungs[number]
        stands_in = self._players[number] == STAND_IN
        return None if budget is None or not rungs or stands_in else Holding(budget, rungs)

    def _generation(self, number: int, scene: Scene) -> Generation:
        if self._since is not None and self._since["stand_in"] and self._players[number] != STAND_IN:
            self._players[number], self._cards[number] = STAND_IN, card_of(STAND_IN)
        try:
            return self._troupe.generation(self._players[number], scene)
        except Cancelled:
            raise
        except ReverieError as error:
            self._cards[number] = self._stand_in(number, self._spec, error)
            return self._troupe.generation(STAND_IN, scene)

    def _stand_in(self, number: int, spec: RenderSpec, error: ReverieError) -> BackendCard:
        """Let the placeholder play, or raise what kept the backend from it where no fallback is allowed."""
        if not spec.fallback or self._players[number] == STAND_IN:
            raise error
        self._note(number, f"{self._players[number].name} can't paint, the placeholder does: {error}")
        self._players[number] = STAND_IN
        return card_of(STAND_IN)

    def _note(self, number: int, reason: str) -> None:
        stretch = self._stretches[number]
        self._record.note(Kind.FALLBACK, stretch.first, stretch.start, reason)

    def _painter(self, generation: Generation) -> Painter:
        spec = self._spec
        return Painter(generation, (spec.width, spec.height), spec.vitality.rerolls, self._record)

    def _timeline(self, scene: Scene, card: BackendCard) -> Timeline:
        usual = Conditioning(
            prompts=(),
            strength=card.default("strength", USUAL_STRENGTH),
            guidance_scale=card.default("guidance_scale", USUAL_GUIDANCE),
        )
        return Timeline(scene.keyframes, usual)

    def _environment(self) -> Mapping[str, Any]:
        correctors = {
            part.name: dict(told)
            for part, corrector in zip(self._spec.correctors, self._correctors, strict=True)
            if (told := getattr(corrector, "environment", None))
        }
        told_all = {**environment(), **self._troupe.environment(self._players[0])}
        return {**told_all, "correctors": correctors} if correctors else told_all
