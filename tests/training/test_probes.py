"""The judges learn what can be learnt, are kept, and are marked fairly."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import torch

from reverie.worlds.world import TABLES, World
from tests.training.caches import save_pictures
from training.probes import BUILDS, SIDE, Exam, Probe, accuracy, judge, labels, mixer, plain, taught, teach
from training.prompts import JUDGED

SMALL: dict[str, Callable[[], Probe]] = {"plain": lambda: plain(6), "mixer": lambda: mixer(24, 1)}


def easy(copies: int) -> Exam:
    """Return an exam of eight worlds, each attribute one of two, each seen in a colour channel of its own."""
    rows = list(product((0, 1), repeat=len(JUDGED))) * copies
    worlds = [World(**{name: list(TABLES[name])[turn] for name, turn in zip(JUDGED, row, strict=True)}) for row in rows]  # type: ignore[arg-type]
    colours = (torch.tensor(rows) * 160 + 40).byte()[:, :, None, None]
    return Exam(colours.expand(-1, -1, SIDE, SIDE).contiguous(), labels(worlds))


@pytest.mark.parametrize("name", BUILDS)
def test_a_trivial_task_is_learnt(name: str) -> None:
    torch.manual_seed(0)
    probe = SMALL[name]()
    exam = easy(copies=2)
    teach(probe, exam, epochs=80, seed=1, device="cpu", batch=16, lr=1e-2)
    assert not probe.training
    assert min(accuracy(probe, exam).values()) > 0.9


def test_the_judges_differ_in_build_and_read_every_attribute() -> None:
    for build in SMALL.values():
        said = build().eval()(torch.rand(2, 3, SIDE, SIDE))
        assert {name: tuple(logits.shape) for name, logits in said.items()} == {
            name: (2, len(TABLES[name])) for name in JUDGED
        }
    shapes = [{tuple(value.shape) for value in build().state_dict().values()} for build in BUILDS.values()]
    assert shapes[0] != shapes[1]


def test_labels_are_places_in_the_tables() -> None:
    world = World(family="galaxy", palette="rose", style="ink")  # type: ignore[arg-type]
    for name, found in labels([world, World()]).items():
        assert [str(list(TABLES[name])[index]) for index in found.tolist()] == [
            getattr(world, name),
            getattr(World(), name),
        ]


def test_an_exam_has_every_picture_of_a_cache(tmp_path: Path) -> None:
    cache = save_pictures(tmp_path, count=5)
    exam = Exam.of(cache, batch=2)
    assert exam.pictures.shape == (5, 3, SIDE, SIDE)
    assert exam.pictures.dtype == torch.uint8
    assert float(exam.pictures[2].float().mean()) == pytest.approx(float(cache.array[2].mean()), abs=1.0)
    assert {name: len(answers) for name, answers in exam.answers.items()} == dict.fromkeys(JUDGED, 5)


def test_the_mark_is_the_share_of_right_answers() -> None:
    exam, probe = easy(copies=2), plain(4).eval()
    said = judge(probe, exam.pictures, batch=3)
    half = {name: torch.cat([answer[:8], answer[8:] + 1]) for name, answer in said.items()}
    assert accuracy(probe, Exam(exam.pictures, said)) == dict.fromkeys(JUDGED, 1.0)
    assert accuracy(probe, Exam(exam.pictures, half)) == dict.fromkeys(JUDGED, 0.5)


def test_judges_are_taught_once_and_kept(tmp_path: Path) -> None:
    exam = easy(copies=1)
    first = taught(tmp_path / "probes", exam, epochs=0, device="cpu")
    second = taught(tmp_path / "probes", exam, epochs=0, device="cpu")
    assert set(first) == set(second) == set(BUILDS)
    for name, probe in first.items():
        assert all(map(torch.equal, probe.state_dict().values(), second[name].state_dict().values()))
