"""A scene in windows: whoever paints the next, and whenever, paints the same bits."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reverie.backends.placeholder import Placeholder
from reverie.core import registry
from reverie.core.card import BackendCard
from reverie.core.errors import MachineError
from reverie.core.frame import Images
from reverie.core.protocols import Resumable, Tick
from reverie.core.report import Event, Report
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning
from reverie.execution import windows
from reverie.execution.notes import FrameNote, Notes
from reverie.execution.plan import Unit, plan
from reverie.execution.production import produce
from reverie.execution.residency import Residency
from reverie.execution.shelf import STATE, Shelf
from reverie.execution.works import Bench, made, work
from reverie.media.lossless import LosslessWriter, read_lossless
from reverie.media.picture import save_png
from reverie.sources.kept import Keeping
from tests import checkpoints, video_checkpoints
from tests.fakes import RANGES, FakeOptions, as_bytes, texture
from tests.media.films import film as footage

LENGTH, MANY = 4, 14
"""Frames of a window here, and of a scene: whole windows and a rest."""


class Fading:
    """A model that knows nothing of its own and darkens whatever it is given, several frames a step if asked."""

    Options = FakeOptions
    resumable = True
    card = BackendCard("fading", "Fading", frozenset({"text", "image"}), size_multiple=2, ranges=RANGES)

    def __init__(self, options: FakeOptions) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: FakeOptions) -> BackendCard:
        return cls.card

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> FadingRun:
        return FadingRun(self.options, (spec.width, spec.height))


class FadingRun:
    """One run."""

    def __init__(self, options: FakeOptions, size: tuple[int, int]) -> None:
        self.num_frames, self._rate, self._size = options.steps, options.rate, size

    def step(self, cond: Conditioning, tick: Tick) -> Images:
        if cond.strength >= 0.9 or cond.frames is None:
            return as_bytes(np.stack([texture(cond.prompts, cond.seed, *self._size)] * self.num_frames))
        given = cond.frames[-1].astype(np.float32)
        return as_bytes(np.stack([given * (1 - self._rate) ** step for step in range(1, self.num_frames + 1)]))

    def events(self) -> list[Event]:
        return [Event(0, 0.0, "a fake fades")]

    def close(self) -> None:
        """Nothing is held."""


class Short(Placeholder):
    """The placeholder, a few frames at a time."""

    window = LENGTH


class Forgetful(Fading):
    """A plugin of somebody who has not heard of windows."""

    resumable = False


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    backends = registry.BUILT_IN["backends"]
    monkeypatch.setitem(backends, "fading", "tests.execution.test_windows:Fading")
    monkeypatch.setitem(backends, "short", "tests.execution.test_windows:Short")
    monkeypatch.setitem(backends, "forgetful", "tests.execution.test_windows:Forgetful")
    registry.targets.cache_clear()
    yield
    registry.targets.cache_clear()


def told(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "options": options}


def scene(source: dict[str, Any] | None = None, frames: int = MANY, **more: Any) -> RenderSpec:
    """Return a film of one scene whose prompt, motion and strength change on the way."""
    keyframes = [
        {"prompt": "a reef at dusk", "motion": {"zoom": 1.3, "pan": (0.1, 0.0)}},
        {"time": 0.7, "prompt": "a city in snow", "negative_prompt": "rain", "blend": 0.5},
        {"time": 1.0, "spark": True},
        {"time": 1.1, "freeze": True},
        {"time": 1.2, "freeze": False, "motion": {"zoom": 1.1, "rotate": 5.0}, "blend": 0.2},
    ]
    made = {"duration": frames / 10, "keyframes": keyframes, "source": source or told("feedback")}
    backend = {"backend": more.pop("backend", told("placeholder"))}
    usual = {"width": 64, "height": 48, "fps": 10, "paint_fps": 10, "seed": 3, "fallback": True}
    return RenderSpec.model_validate({**usual, "scenes": [{**made, **backend}], **more})


def pictures(root: Path) -> Path:
    save_png(footage(1, 80, 60)[0], root / "first.png")
    return root / "first.png"


def clip(root: Path) -> Path:
    writer = LosslessWriter(root / "clip.mkv", 96, 64, Fraction(12), "pictures")
    for image in footage(20):
        writer.write(image)
    writer.close()
    return root / "clip.mkv"


def kept(root: Path) -> Path:
    """Write what came into a live session, in which the input stood still now and then."""
    keeping = Keeping(root / "kept.mkv", 64, 48, Fraction(10))
    for index, image in enumerate(footage(18, 64, 48)):
        if index % 5 not in {2, 3}:
            keeping.keep(index, image)
    keeping.close()
    return root / "kept.mkv"


def network(root: Path) -> dict[str, Any]:
    folder = checkpoints.save_ours(root / "model")
    return told("diffusers_image", model=str(folder), runtime="torch", device="cpu", dtype="float32", threads=1)


def filming(root: Path) -> dict[str, Any]:
    folder = video_checkpoints.save_forced(root / "model")
    lengths = {"base_num_frames": 9, "overlap_history": 5, "num_inference_steps": 2}
    return told("skyreels", model=str(folder), device="cpu", dtype="float32", **lengths)


DYING: dict[str, Any] = {"patience": 1, "spark": {"frames": 3, "cooldown": 2}}

CASES: dict[str, Callable[[Path], RenderSpec]] = {
    "backends.placeholder": lambda _: scene(),
    "backends.worlds": lambda _: scene(backend=told("worlds", deep=1.1), frames=9),
    "backends.patched": lambda _: scene(backend=told("patched", backend=told("placeholder"), frames=[3, 4, 9])),
    "a frame that another paints later": lambda _: scene(
        backend=told("patched", backend=told("short"), frames=[9, 12]), frames=18
    ),
    "backends.diffusers_image": lambda root: scene(backend=network(root), frames=8),
    "backends.openai_images": lambda _: scene(
        told("blank"), backend=told("openai_images", dry_run=True), width=64, height=64, frames=9
    ),
    "backends.skyreels": lambda root: scene(told("blank"), backend=filming(root)),
    "sources.blank": lambda _: scene(told("blank")),
    "sources.feedback": lambda root: scene(told("feedback", image=str(pictures(root)))),
    "sources.image": lambda root: scene(told("image", path=str(pictures(root)))),
    "sources.kept": lambda root: scene(told("kept", path=str(kept(root))), frames=18),
    "sources.journey": lambda _: scene(told("journey"), frames=12),
    "sources.tail": lambda root: scene(told("tail", path=str(clip(root)), fps=10)),
    "sources.video": lambda root: scene(told("video", path=str(clip(root)), start=0.2, speed=0.8)),
    "correctors.colour": lambda _: scene(correctors=[told("colour", settle=0.4)], frames=12),
    "correctors.detail": lambda _: scene(correctors=[told("detail", settle=0.4)], frames=12),
    "correctors.tone": lambda root: scene(told("video", path=str(clip(root))), correctors=[told("tone")], frames=12),
    "correctors.limit": lambda _: scene(correctors=[told("limit")]),
    "correctors.memory": lambda root: scene(
        told("video", path=str(clip(root))), correctors=[told("memory", every=2)], frames=12
    ),
    "a picture that dies": lambda _: scene(backend=told("fading", rate=0.4), vitality=DYING, frames=42),
    "seeds by another": lambda _: scene(
        backend=told("fading", rate=0.4), vitality={**DYING, "backend": told("placeholder")}, frames=42
    ),
    "steps of several frames": lambda _: scene(backend=told("fading", rate=0.1, steps=5), frames=23),
}
"""A scene for each plugin, and for each thing that the engine itself has to keep in mind."""

DYING_CASES = ("a picture that dies", "seeds by another")


def painting(spec: RenderSpec, window: int = LENGTH) -> list[Unit]:
    return [unit for unit in plan(spec, None, window) if unit.kind == "paint"]


def shown(spec: RenderSpec, shelf: Shelf, window: int = LENGTH) -> tuple[list[str], list[FrameNote], list[object]]:
    """Return what was painted: hashes of pictures, notes of frames, and all that the reports tell of them."""
    frames: list[str] = []
    noted: list[FrameNote] = []
    told: list[object] = []
    for unit in painting(spec, window):
        path, notes = shelf.path(unit.fingerprint), shelf.notes(unit.fingerprint)
        assert path is not None
        assert notes is not None
        frames += [sha256(image.tobytes()).hexdigest() for image in read_lossless(path)]
        noted += Notes.model_validate_json(notes).frames
        told += _said(Notes.model_validate_json(notes).told())
    return frames, noted, told


def _said(report: Report) -> list[object]:
    return [*report.vitals, *report.sparks, *report.rerolls, *report.fallbacks, *report.hints]


@pytest.mark.parametrize("case", CASES)
def test_a_scene_taken_up_again_is_the_same_to_the_last_bit(case: str, tmp_path: Path) -> None:
    spec = CASES[case](tmp_path)
    again, whole = Shelf(tmp_path / "again"), Shelf(tmp_path / "whole")
    units = painting(spec)
    assert len(units) >= 2
    for unit in units:
        with Residency().lent() as lend:  # each by somebody who knows nothing but what is on the shelf
            work(unit, again, quiet, lend)
    several = shown(spec, again)
    (unit,) = painting(spec, 1000)
    work(unit, whole, quiet)
    alone = shown(spec, whole, 1000)
    assert several[0] == alone[0], "pictures differ"
    assert several[1] == alone[1]
    assert sorted(map(repr, several[2])) == sorted(map(repr, alone[2]))
    said = {event.reason for event in several[2] if isinstance(event, Event)}
    assert case not in DYING_CASES or any("seeds are kept" in reason for reason in said)


def test_a_scene_that_stands_from_window_to_window_is_the_same_too(tmp_path: Path) -> None:
    spec, again, standing = scene(), Shelf(tmp_path / "again"), Shelf(tmp_path / "standing")
    with closing(Bench()) as bench:
        for unit in painting(spec):
            work(unit, again, quiet)
            bench.work(unit, standing, quiet)
    assert shown(spec, again) == shown(spec, standing)


@pytest.mark.parametrize("inner", [told("short"), told("worlds")])
def test_what_was_painted_before_a_frame_that_another_paints_stays(inner: dict[str, Any], tmp_path: Path) -> None:
    asked, eased = (
        painting(scene(backend=backend, frames=18)) for backend in (inner, told("patched", backend=inner, frames=[9]))
    )
    assert [one.fingerprint == other.fingerprint for one, other in zip(asked, eased, strict=True)] == [True] * 2 + [
        False
    ] * 2
    more = painting(scene(backend=told("patched", backend=inner, frames=[9, 14]), frames=18))
    assert [one.fingerprint == other.fingerprint for one, other in zip(eased, more, strict=True)] == [True] * 3 + [
        False
    ]
    standing, again = Shelf(tmp_path / "standing"), Shelf(tmp_path / "again")
    with closing(Bench()) as bench:
        for unit in more:
            bench.work(unit, standing, quiet)
            work(unit, again, quiet)
    spec = scene(backend=told("patched", backend=inner, frames=[9, 14]), frames=18)
    assert shown(spec, again) == shown(spec, standing)
    assert sum("stands in" in getattr(said, "reason", "") for said in shown(spec, again)[2]) == 2


def test_every_plugin_that_paints_has_a_case_and_says_how_it_stands() -> None:
    for kind in ("backends", "sources", "correctors"):
        for name in registry.BUILT_IN[kind].keys() - {"fading", "short", "forgetful"}:
            plugin = registry.resolve(kind, name)
            if not getattr(plugin, "arriving", False):  # what comes from outside is live, never a film
                assert plugin.resumable is True
                assert f"{kind}.{name}" in CASES


def test_a_plugin_that_has_not_heard_of_windows_is_painted_in_one_piece() -> None:
    assert len(painting(scene(backend=told("forgetful")))) == 1
    assert len(painting(scene(backend=told("patched", backend=told("forgetful"), frames=[2])))) == 1
    assert len(painting(scene(vitality={"backend": told("forgetful")}))) == 1
    assert len(painting(scene(backend=told("unknown")))) == 1
    assert not isinstance(FadingRun(FakeOptions(), (8, 8)), Resumable)


@pytest.mark.parametrize("frames", [1, 5, 6, 23, 24, 101])
def test_windows_follow_one_another_and_are_never_short(frames: int) -> None:
    spec = scene(frames=frames)
    found = windows.windows(spec, spec.scenes[0], frames, LENGTH)
    assert [first for first, _ in found] == [sum(length for _, length in found[:place]) for place in range(len(found))]
    assert sum(length for _, length in found) == frames
    assert all(LENGTH // 2 <= length < 2 * LENGTH for _, length in found) or len(found) == 1


def test_pictures_that_are_paid_for_are_a_window_each() -> None:
    spec = scene(told("blank"), backend=told("openai_images", dry_run=True), width=64, height=64)
    assert windows.windows(spec, spec.scenes[0], MANY) == [(number, 1) for number in range(MANY)]


def test_steps_that_make_many_frames_are_a_window_each(tmp_path: Path) -> None:
    spec = scene(told("blank"), backend=filming(tmp_path))
    assert windows.windows(spec, spec.scenes[0], MANY) == [(0, 9), (9, 4), (13, 1)]
    continued = scene(told("tail", path=str(clip(tmp_path)), fps=10), backend=filming(tmp_path))
    assert windows.windows(continued, continued.scenes[0], MANY) == [(0, 4), (4, 4), (8, 4), (12, 2)]


def test_a_window_whose_beginning_is_gone_from_the_shelf_says_so(tmp_path: Path) -> None:
    first, second, *_ = painting(scene())
    shelf = Shelf(tmp_path)
    work(first, shelf, quiet)
    state = shelf.beside(first.fingerprint, STATE)
    assert state is not None
    state.unlink()
    with pytest.raises(MachineError, match="gone from the shelf"):
        work(second, shelf, quiet)


def test_a_kill_costs_one_window_and_no_bit(tmp_path: Path) -> None:
    spec, killed, whole = scene(backend=told("short")), Shelf(tmp_path / "killed"), Shelf(tmp_path / "whole")
    child = multiprocessing.get_context("fork").Process(target=_killed, args=(spec, killed))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    there = [made(unit, killed) is not None for unit in painting(spec)]
    assert there == [True, True, False, False], "two windows were whole, the third was under way"
    begun: list[int] = []
    report = produce(spec, killed, commit=lambda unit, _: begun.append(unit.first))
    undisturbed = produce(spec, whole)
    assert shown(spec, killed)[:2] == shown(spec, whole)[:2]
    assert report.frames == undisturbed.frames
    assert report.vitals == undisturbed.vitals
    joins = [made(plan(spec)[-1], shelf) for shelf in (killed, whole)]
    assert len({made.path.read_bytes() for made in joins if made is not None}) == 1


def _killed(spec: RenderSpec, shelf: Shelf) -> None:
    """Paint until the third frame of the third window, and die."""
    bench = Bench()
    for unit in painting(spec):

        def tick(phase: str, done: float, preview: object = None, unit: Unit = unit) -> None:
            if unit.first == 2 * LENGTH and done > 0.5:
                os.kill(os.getpid(), signal.SIGKILL)

        bench.work(unit, shelf, tick)


def quiet(phase: str, done: float, preview: object = None) -> None:
    """Say nothing."""
