"""The extension points: narrow, structural, and all there is to know for writing a plugin.

Every plugin is a class with an `Options` model (pydantic) whose only constructor argument is an instance of it. It
holds what any number of runs may share; `start` gives the state of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from reverie.core.card import BackendCard
from reverie.core.frame import Frame, Image, Images, Motion
from reverie.core.report import Arrivals, Event, LiveState, Receipt, Report
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe

Filter = Callable[[Iterator[Frame]], Iterator[Frame]]

State = Mapping[str, Any]
"""What a run knows: None, bool, int, float, str, Fraction, tuples, lists, mappings and arrays; see `core.state`."""


class Tick(Protocol):
    """Progress up, cancellation down: `done` is 0..1 of a phase; raises `Cancelled` to stop."""

    def __call__(self, phase: str, done: float, preview: Callable[[], Image] | None = None) -> None: ...  # noqa: D102


class Plugin(Protocol):
    """What every plugin class has: a model of its options."""

    Options: ClassVar[type[BaseModel]]

    def __init__(self, options: Any) -> None: ...


@runtime_checkable
class Resumable(Protocol):
    """A run that goes on elsewhere from what it knew here: a run that was restored gives the same bits as the first.

    A plugin class whose runs are such, or know nothing, says so by `resumable = True`: a film's scene is then painted
    in windows, and a kill costs one at most. `state` is asked between two steps, `restore` before the first.
    """

    def state(self) -> State: ...  # noqa: D102
    def restore(self, state: State) -> None: ...  # noqa: D102


@runtime_checkable
class Together(Protocol):
    """A run whose pictures follow from the words, numbers and seed of a step alone: many may be asked for at once.

    A plugin class whose runs are such says so by `together = True`, and its card how many by `at_once`: a film's
    pictures are then painted ahead of its scenes. `paint_together` yields which wish a picture is for, and the picture,
    as they come; a picture is what `step` would have returned. What it raises is no loss of those that it has yielded.
    Options that the class names in `regardless` change nothing in a picture: one painted ahead is found under others.
    """

    def paint_together(  # noqa: D102
        self, wishes: Sequence[Conditioning], tick: Tick
    ) -> Generator[tuple[int, Image]]: ...


@runtime_checkable
class Adjustable(Protocol):
    """A run whose steps and painted size may change from one picture to the next, as a keyframe's options say.

    These are `num_inference_steps`, `width` and `height` in pixels, up to the film's; its pictures have the film's size
    all the same. `ready` returns when a picture of other options would wait for nothing; from any thread. A plugin
    class whose runs are such says so by `adjustable = True`.
    """

    def ready(self, options: Mapping[str, Any]) -> None: ...  # noqa: D102


class Generation(Protocol):
    """The state of one run of a backend: noise, caches, history."""

    @property
    def num_frames(self) -> int: ...  # noqa: D102
    def step(self, cond: Conditioning, tick: Tick) -> Images: ...  # noqa: D102
    def events(self) -> list[Event]: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Backend(Plugin, Protocol):
    """A model's weights, shared by any number of runs; `describe` gives the card without loading any."""

    card: BackendCard

    @classmethod
    def describe(cls, options: Any) -> BackendCard: ...  # noqa: D102
    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> Generation: ...  # noqa: D102


class Source(Protocol):
    """The picture to start from at a moment; owns the input's clock."""

    def at(self, time: Fraction, last: Frame | None, motion: Motion) -> Frame | None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


@runtime_checkable
class Heeding(Protocol):
    """A source whose pictures follow from the words: it is told a step's before it is asked for the step's picture."""

    def heed(self, cond: Conditioning) -> None: ...  # noqa: D102
    def events(self) -> list[Event]: ...  # noqa: D102


@runtime_checkable
class Remembering(Protocol):
    """A source that knows what was shown before its scene.

    `before` returns the last frames of that, as many as are asked for or there are, `(T, H, W, 3)` uint8. A generation
    that goes on from more than one picture says by its `history` how many it would have at its first step, and is given
    them as `Conditioning.frames`: none of them is shown again. A plugin class whose runs are such says so by
    `remembers = True`.
    """

    def before(self, frames: int) -> Images: ...  # noqa: D102


@runtime_checkable
class Arriving(Protocol):
    """A source whose pictures come from outside, when they come: the show waits for them, never they for it.

    `feed` gives it one of any size, which takes the place of one that nobody took yet. `wait` returns True as soon as
    there is one, False after some seconds; `at` gives a picture that was taken before as `Origin.HELD`. `shown` is
    called when what was made of the newest one taken is with whoever watches. All from any thread. A plugin class whose
    runs are such says so by `arriving = True`.
    """

    @property
    def stalled(self) -> bool: ...  # noqa: D102
    def feed(self, frame: Frame) -> None: ...  # noqa: D102
    def wait(self, seconds: float) -> bool: ...  # noqa: D102
    def shown(self) -> None: ...  # noqa: D102
    def arrivals(self) -> Arrivals: ...  # noqa: D102


class SourcePlugin(Plugin, Protocol):
    """A kind of source."""

    def start(self, spec: RenderSpec, scene: Scene) -> Source: ...  # noqa: D102


class Correction(Protocol):
    """The state of one run of a corrector: the last touch before a frame is shown and fed back."""

    def correct(self, image: Image, source: Frame | None, cond: Conditioning) -> Image: ...  # noqa: D102


class Corrector(Plugin, Protocol):
    """Weights or settings of a corrector."""

    def start(self, spec: RenderSpec) -> Correction: ...  # noqa: D102


class FilterPlugin(Plugin, Protocol):
    """A kind of filter; one `start` makes one filter for one run."""

    def start(self, spec: RenderSpec) -> Filter: ...  # noqa: D102


@runtime_checkable
class Sink(Protocol):
    """Where frames end; `close` makes whole what was written so far, `abandon` leaves nothing of it."""

    def write(self, frame: Frame) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def abandon(self) -> None: ...  # noqa: D102


class SinkPlugin(Plugin, Protocol):
    """A kind of sink; `start` opens it for one run."""

    def start(self, spec: RenderSpec) -> Sink: ...  # noqa: D102


class Handle(Protocol):
    """A session under way, wherever it runs; every method may be called from any thread.

    `spec` replays what was shown. `attach` gives every frame from now on to a sink, `detach` returns when all that was
    handed to it is written and it is closed; the end closes those that are left. `cancel` asks for the end and waits
    for nothing; `result` waits for it and raises what ended the session, TimeoutError where that takes too long.
    """

    @property
    def spec(self) -> RenderSpec: ...  # noqa: D102
    def insert(self, keyframe: Keyframe) -> Receipt: ...  # noqa: D102
    def feed(self, frame: Frame) -> None: ...  # noqa: D102
    def attach(self, sink: Sink) -> None: ...  # noqa: D102
    def detach(self, sink: Sink) -> None: ...  # noqa: D102
    def cancel(self) -> None: ...  # noqa: D102
    def result(self, timeout: float | None = None) -> Report: ...  # noqa: D102
    def state(self) -> LiveState: ...  # noqa: D102
    def report(self) -> Report: ...  # noqa: D102
