"""Weights are here once, however many sessions use them, and gone when none does."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, ClassVar

from pydantic import BaseModel

from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.frame import Image, Images
from reverie.core.protocols import Adjustable, Backend, Generation, State, Tick, Together
from reverie.core.report import Event
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.state import handed, held
from reverie.core.timeline import Conditioning
from reverie.engine.troupe import Lend


class Residency:
    """The backends that are in use on this machine."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._here: dict[str, Shared] = {}
        self._users: dict[str, int] = {}

    @property
    def loaded(self) -> tuple[str, ...]:
        """Components that are in use, as JSON."""
        return tuple(self._here)

    @contextmanager
    def lent(self) -> Iterator[Lend]:
        """Lend backends while the block lasts; InputError where a component's options are wrong."""
        mine: set[str] = set()

        def lend(component: ComponentSpec) -> Backend:
            key = component.model_dump_json()
            with self._lock:
                if key not in self._here:
                    self._here[key] = Shared(registry.create("backends", component))
                if key not in mine:
                    mine.add(key)
                    self._users[key] = self._users.get(key, 0) + 1
                return self._here[key]

        try:
            yield lend
        finally:
            self._returned(mine)

    def _returned(self, keys: set[str]) -> None:
        with self._lock:
            for key in keys:
                self._users[key] -= 1
                if not self._users[key]:
                    del self._users[key], self._here[key]


class Shared:
    """A backend that several sessions have: they take turns, a step each."""

    Options: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, backend: Backend) -> None:
        self._backend, self._turn = backend, Lock()
        self.card = backend.card

    @property
    def environment(self) -> Mapping[str, Any]:
        """What the backend says of the machine it runs on."""
        told = getattr(self._backend, "environment", {})
        return told if isinstance(told, Mapping) else {}

    @classmethod
    def describe(cls, options: Any) -> BackendCard:
        """Not to be asked: whoever has this has the card."""
        raise NotImplementedError

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> Generation:
        """Begin a run of the backend."""
        with self._turn:
            return SharedRun(self._backend.start(spec, scene, tick), self._turn)


class SharedRun:
    """One session's run of a shared backend."""

    def __init__(self, run: Generation, turn: Lock) -> None:
        self._run, self._turn = run, turn

    @property
    def num_frames(self) -> int:
        """What the next step returns."""
        return self._run.num_frames

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Paint, when it is this session's turn."""
        with self._turn:
            return self._run.step(cond, tick)

    def paint_together(self, wishes: Sequence[Conditioning], tick: Tick) -> Generator[tuple[int, Image]]:
        """Paint many, which is one turn; nothing where the run paints one after the other."""
        if isinstance(self._run, Together):
            with self._turn:
                yield from self._run.paint_together(wishes, tick)

    def ready(self, options: Mapping[str, Any]) -> None:
        """Have it made ready for other options, beside whatever is painted; nothing where it has no others."""
        if isinstance(self._run, Adjustable):
            self._run.ready(options)

    def events(self) -> list[Event]:
        """What the run has to say."""
        return self._run.events()

    def state(self) -> State:
        """Return what the run knows."""
        return held(self._run)

    def restore(self, state: State) -> None:
        """Give the run what another knew."""
        handed(self._run, state)

    def close(self) -> None:
        """End the run."""
        self._run.close()
