"""Pictures painted ahead of their scenes, many at once; each is on the shelf by what it shows, for whoever asks for it.

Nothing depends on it: a picture that is not there is painted when its scene comes to it, and what keeps it from being
painted is said then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from reverie.core import registry, state
from reverie.core.card import BackendCard
from reverie.core.errors import Cancelled, ReverieError
from reverie.core.frame import Image, Images
from reverie.core.protocols import Backend, Generation, State, Tick, Together
from reverie.core.report import Event, Report
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.state import handed, held
from reverie.core.timeline import Conditioning
from reverie.engine.foresight import foreseen
from reverie.engine.troupe import Lend, Troupe, own
from reverie.execution.identities import identities
from reverie.execution.notes import Notes
from reverie.execution.plan import FORMAT, Unit, painting
from reverie.execution.shelf import NOTES, STATE, Shelf
from reverie.execution.windows import paints_together
from reverie.media.picture import encode_png, open_picture

PICTURE, PICTURES = ".png", ".pictures"
PAINTING = "painting"


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture to be painted: what it is known by, for which scene (a spec of its own), and what its step is told."""

    mark: str
    spec: RenderSpec
    cond: Conditioning

    @property
    def backend(self) -> str:
        """What paints it, as JSON."""
        return self.spec.scenes[0].backend.model_dump_json()


@dataclass(frozen=True, slots=True)
class Marks:
    """Names pictures by all that they follow from; `base` is what a scene's pictures have in common."""

    base: str

    @classmethod
    def of(cls, spec: RenderSpec) -> Marks:
        """Return the marks of a scene's pictures."""
        behind = [f"{name}\0{mark}" for name, mark in sorted(identities(spec).items())]
        size, backend = f"{spec.width}x{spec.height}", spec.scenes[0].backend
        regardless = getattr(registry.resolve("backends", backend.name), "regardless", ())
        options = {name: value for name, value in sorted(backend.options.items()) if name not in regardless}
        told = ComponentSpec(name=backend.name, options=options).model_dump_json()
        return cls("\0\0".join((str(FORMAT), "picture", told, size, *behind)))

    def mark(self, cond: Conditioning) -> str:
        """Return what the picture of a step is known by."""
        numbers = (cond.guidance_scale, cond.strength, cond.seed)
        said = (cond.prompts, cond.negative_prompt, numbers, sorted(cond.options.items()))
        return sha256(f"{self.base}\0\0{said!r}".encode()).hexdigest()


def paint_ahead(unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None) -> None:
    """Paint what is not on the shelf of a film's pictures that can be known before, and put each there as it comes.

    What is spent is written down beside them, picture by picture, so that a worker that dies counts on. Raises
    Cancelled; any other trouble is a hint in the report.
    """
    with shelf.writing(unit.fingerprint, PICTURES) as part:
        ahead = _Painting(unit, shelf, tick, lend)
        wishes: list[Wish] = []
        try:
            wishes += _wishes(unit.spec)
            ahead.of(wishes)
        except Cancelled:
            raise
        except ReverieError as error:
            ahead.told.append(Event(0, 0.0, f"not every picture could be painted ahead: {error}"))
        part.write_text("".join(f"{wish.mark}\n" for wish in wishes), "utf-8")
        with shelf.writing(unit.fingerprint, NOTES) as notes:
            report = Report(spec=unit.spec, hints=tuple(ahead.told))
            notes.write_text(Notes.of(report).model_dump_json(), "utf-8")


def _wishes(spec: RenderSpec) -> Iterator[Wish]:
    for number in range(len(spec.scenes)):
        alone = painting(spec, number)
        marks = Marks.of(alone)
        for cond in foreseen(alone):
            yield Wish(marks.mark(cond), alone, cond)


class _Painting:
    """One unit's pictures being painted."""

    def __init__(self, unit: Unit, shelf: Shelf, tick: Tick, lend: Lend | None) -> None:
        self._unit, self._shelf, self._tick, self._lend = unit, shelf, tick, lend or own
        known = shelf.beside(unit.fingerprint, STATE)
        self._spent: dict[str, State] = {} if known is None else dict(state.load(known))
        self._done = self._total = 0
        self._preview: Callable[[], Image] | None = None
        self.told: list[Event] = []

    def of(self, wishes: Sequence[Wish]) -> None:
        """Paint what is missing; `told` has then what those who painted have to say."""
        missing = [wish for wish in wishes if self._shelf.path(wish.mark) is None]
        self._done, self._total = len(wishes) - len(missing), len(wishes)
        for _, group in groupby(sorted(missing, key=lambda wish: wish.backend), key=lambda wish: wish.backend):
            self._by_one(list(group))

    def _by_one(self, wishes: list[Wish]) -> None:
        """Paint the pictures that one backend paints."""
        first = wishes[0]
        scene = first.spec.scenes[0]
        run = Troupe(first.spec, self._ticking, self._lend).generation(scene.backend, scene)
        with closing(run):
            if not isinstance(run, Together):
                return
            if first.backend in self._spent:
                handed(run, self._spent[first.backend])
            try:
                with closing(run.paint_together([wish.cond for wish in wishes], self._ticking)) as coming:
                    for place, image in coming:
                        self._keep(wishes[place], image, held(run))
            finally:
                self.told += run.events()

    def _keep(self, wish: Wish, image: Image, known: State) -> None:
        self._spent[wish.backend] = known
        with self._shelf.writing(self._unit.fingerprint, STATE) as part:
            state.save(self._spent, part)
        with self._shelf.writing(wish.mark, PICTURE) as part:
            part.write_bytes(encode_png(image))
        self._done += 1
        self._preview = partial(_picture, image)
        self._ticking(PAINTING, 1.0)

    def _ticking(self, phase: str, done: float, preview: object = None) -> None:  # noqa: ARG002
        """Tell of the whole; what a single picture says of itself only asks whether to go on."""
        self._tick(phase if phase == "loading" else PAINTING, self._done / max(1, self._total), self._preview)


def keeping(lend: Lend | None, shelf: Shelf) -> Lend:
    """Return a lender whose backends take from the shelf what was painted ahead."""

    def lent(component: ComponentSpec) -> Backend:
        backend = (lend or own)(component)
        return Kept(backend, shelf) if paints_together(component) else backend

    return lent


class Kept:
    """A backend some of whose pictures are there already."""

    Options: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, backend: Backend, shelf: Shelf) -> None:
        self._backend, self._shelf = backend, shelf
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
        """Begin a run."""
        return KeptRun(self._backend.start(spec, scene, tick), Marks.of(spec), self._shelf)


class KeptRun:
    """A run that paints what is not there."""

    def __init__(self, run: Generation, marks: Marks, shelf: Shelf) -> None:
        self._run, self._marks, self._shelf = run, marks, shelf

    @property
    def num_frames(self) -> int:
        """What the next step returns."""
        return self._run.num_frames

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        """Return the picture that was painted ahead, or paint it."""
        tick(PAINTING, 0.0)
        path = self._shelf.path(self._marks.mark(cond))
        return self._run.step(cond, tick) if path is None else _read(path)

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


def _read(path: Path) -> Images:
    return open_picture(path, "picture")[None]


def _picture(image: Image) -> Image:
    return image
