"""A disk that is full, at every place that a film writes to: a sentence, nothing half made, and on from there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reverie.authoring.film import film_spec
from reverie.backends.placeholder import Placeholder
from reverie.core import catalogue, registry
from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.execution.outputs import into_film
from reverie.execution.plan import Unit, plan
from reverie.execution.production import produce
from reverie.execution.shelf import CLIP, NOTES, STATE, Shelf
from reverie.execution.trouble import Kind, kind_of

FULL = Path("/dev/full")
"""A device that takes nothing and says that there is no room: what FFmpeg and Python hear is the system's own word."""

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs the device that is always full")


@dataclass(frozen=True)
class Place:
    """Where there is no room: a file of a kind of unit, or a step that the system refuses; what is whole by then."""

    whole: int
    kind: str = ""
    suffix: str = ""
    step: str = ""


class Crowded(Shelf):
    """A shelf without room at one place."""

    def __init__(self, root: Path, spec: RenderSpec, place: Place) -> None:
        super().__init__(root)
        self._place = place
        self._full = {(unit.fingerprint, place.suffix) for unit in plan(spec) if unit.kind == place.kind}

    @contextmanager
    def writing(self, fingerprint: str, suffix: str) -> Iterator[Path]:
        with super().writing(fingerprint, suffix) as part:
            if (fingerprint, suffix) in self._full:
                # A film is written under yet another name until it is whole.
                (part.with_name(f"{part.name}.part") if suffix == ".mp4" else part).symlink_to(FULL)
            yield part

    def _flush(self, path: Path) -> None:
        self._refused("flush")
        super()._flush(path)

    def _land(self, part: Path, target: Path) -> None:
        self._refused("land")
        super()._land(part, target)

    def _refused(self, step: str) -> None:
        if self._place.step == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


PLACES = {
    "pictures while painting": Place(0, "paint", CLIP),
    "where the next window goes on": Place(0, "paint", STATE),
    "notes of what was painted": Place(0, "paint", NOTES),
    "a finished scene": Place(3, "finish", CLIP),
    "notes of a finished scene": Place(3, "finish", NOTES),
    "the joined film": Place(8, "join", ".mp4"),
    "notes of the joined film": Place(8, "join", NOTES),
    "bringing it to the disk": Place(0, step="flush"),
    "its name": Place(0, step="land"),
    "its copy where it is wanted": Place(9, step="copy"),
}
"""Three windows of painting and a finish for each of two scenes, and the join."""


class Short(Placeholder):
    """The placeholder, a few frames at a time."""

    window = 3


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.BUILT_IN["backends"], "short", "tests.execution.test_full_disk:Short")
    monkeypatch.setitem(catalogue.MODELS, "short", ComponentSpec(name="short"))
    registry.targets.cache_clear()
    yield
    registry.targets.cache_clear()


def wanted(path: Path) -> RenderSpec:
    wishes: dict[str, Any] = {"model": "short", "size": (64, 48), "fps": 9.0, "paint_fps": 9.0, "seed": 1}
    return into_film(film_spec(["a reef", "a city"], duration=1.0, **wishes), path)


@pytest.fixture
def undisturbed(tmp_path: Path) -> bytes:
    root = tmp_path / "undisturbed"
    root.mkdir()
    produce(wanted(root / "film.mp4"), Shelf(root / "shelf"))
    return (root / "film.mp4").read_bytes()


@pytest.mark.parametrize("name", PLACES)
def test_a_full_disk_is_a_sentence_and_the_film_goes_on_when_there_is_room(
    name: str, tmp_path: Path, undisturbed: bytes
) -> None:
    place, film = PLACES[name], tmp_path / "film.mp4"
    spec = wanted(film)

    def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        part = film.with_name("film.mp4.part")
        if place.step == "copy" and phase == "joining" and not part.is_symlink():
            part.symlink_to(FULL)

    with pytest.raises(MachineError) as refused:
        produce(spec, Crowded(tmp_path / "shelf", spec, place), tick)
    assert "the disk is full, make room" in str(refused.value)
    assert (str(refused.value).count("\n"), str(refused.value)[-1]) == (0, ".")
    assert kind_of(refused.value) is Kind.DISK, "no rung of the ladder makes room"
    assert not film.exists()
    assert list(tmp_path.rglob("*.part")) == []
    assert list((tmp_path / "shelf" / "unfinished").iterdir()) == []
    there = {unit.key for unit in plan(spec) if Shelf(tmp_path / "shelf").path(unit.fingerprint) is not None}
    assert len(there) == place.whole
    again: list[str] = []
    produce(spec, Shelf(tmp_path / "shelf"), _hearing(spec, again))
    assert not there & set(again), "what was whole is not made again"
    assert film.read_bytes() == undisturbed


def _hearing(spec: RenderSpec, again: list[str]) -> Callable[..., None]:
    """Return a tick that writes down which units are worked on: by how far the film is."""
    ends = list[tuple[float, Unit]]()
    done = 0.0
    for unit in plan(spec):
        done += unit.weight
        ends.append((done, unit))

    def tick(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
        if phase in ("painting", "interpolating", "finishing", "joining"):
            again.append(next((unit.key for end, unit in ends if done < end), ends[-1][1].key))

    return tick
