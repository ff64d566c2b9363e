"""Who can play: backends by their registered names, each loaded once, their cards, and who stands in for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.errors import InputError, MachineError, ReverieError
from reverie.core.protocols import Backend, Generation, Tick
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe

STAND_IN = ComponentSpec(name="placeholder")
"""What paints where a backend can't start and the spec allows a fallback."""

LIVE = ("strength", "guidance_scale")
"""Settings of a keyframe that a card has ranges for."""


Lend = Callable[[ComponentSpec], Backend]
"""Gives the backend that a component names: a new one, or one that other sessions have too."""


def own(component: ComponentSpec) -> Backend:
    """Make a backend for one session alone; InputError where its options are wrong."""
    backend: Backend = registry.create("backends", component)
    return backend


class Troupe:
    """The backends of one session, shared by its scenes and by first pictures and sparks."""

    def __init__(self, spec: RenderSpec, tick: Tick, lend: Lend = own) -> None:
        self._spec, self._tick, self._lend = spec, tick, lend
        self._backends: dict[str, Backend] = {}

    def backend(self, component: ComponentSpec) -> Backend:
        """Return the backend a component names, the same one each time; InputError where its options are wrong."""
        key = component.model_dump_json()
        if key not in self._backends:
            self._backends[key] = self._lend(component)
        return self._backends[key]

    def generation(self, component: ComponentSpec, scene: Scene) -> Generation:
        """Begin a run of a backend; MachineError says in a sentence why it can't."""
        try:
            return self.backend(component).start(self._spec, scene, self._tick)
        except ReverieError:
            raise
        except (ImportError, MemoryError, OSError, RuntimeError, ValueError) as error:
            raise MachineError(f"{component.name} could not start: {_sentence(error)}") from error

    def environment(self, component: ComponentSpec) -> Mapping[str, Any]:
        """Return what a backend says of the machine it runs on; nothing where it has nothing to say."""
        told = getattr(self._backends.get(component.model_dump_json()), "environment", {})
        return told if isinstance(told, Mapping) else {}


def card_of(component: ComponentSpec) -> BackendCard:
    """Return the card of a backend without loading its weights."""
    card: BackendCard = registry.resolve("backends", component.name).describe(
        registry.options_of("backends", component)
    )
    return card


def fitted(keyframe: Keyframe, card: BackendCard, clamp: bool) -> tuple[Keyframe, tuple[str, ...]]:
    """Return a keyframe that a backend can follow, and what had to be changed for it, in words.

    Raises InputError for a setting outside the card's range unless `clamp` allows to bring it inside.
    """
    changed: dict[str, float] = {}
    words: list[str] = []
    for name in LIVE:
        value = getattr(keyframe, name)
        if value is None or name not in card.ranges or (name == "strength" and value == 0):
            continue  # a strength of 0 shows what is given: the model is not asked
        try:
            card.ranges[name].check(name, value)
        except InputError:
            if not clamp:
                raise
            limits = card.ranges[name]
            changed[name] = min(max(value, limits.minimum), limits.maximum)
            words.append(f"{name} {value:g} is outside {card.id}'s range: {changed[name]:g} is used")
    return keyframe.model_copy(update=changed) if changed else keyframe, tuple(words)


def _sentence(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{(lines[0] if lines else type(error).__name__).rstrip('.')}."
