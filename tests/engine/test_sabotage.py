"""A repaint that kills every picture it is given, while its seeds stay good: the show must live on."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from reverie.core.report import Report
from reverie.core.spec import RenderSpec
from reverie.engine.assemble import assemble
from tests.fakes import dream

pytestmark = pytest.mark.usefixtures("told")

FADES, STOPS = 12, 30
"""Frames within which a fading picture, and one that freezes or loops, must be flagged."""

HEALED = 40
"""Frames after the flag within which the picture must be well again."""

LOOP = ("colour", "detail", "limit")


def shown(after: int, seed: int, prompt: str, frames: int = 110, **sabotage: Any) -> Report:
    spec = dream(frames / 10, after=after, correctors=LOOP if seed % 2 else (), **sabotage).model_dump()
    spec["seed"] = seed
    spec["scenes"][0]["keyframes"][0]["prompt"] = prompt
    session = assemble(RenderSpec.model_validate(spec))
    assert len(list(session)) == frames
    return session.report()


def flags(report: Report) -> list[bool]:
    return [bool(signs.stagnant) for signs in report.vitals]


@pytest.mark.parametrize(
    ("seed", "after", "prompt"), [(0, 30, "a reef"), (1, 7, "a city"), (2, 45, "night"), (3, 26, "a")]
)
@pytest.mark.parametrize(
    ("kind", "rate", "names", "within"),
    [
        ("black", 0.2, {"dark"}, FADES),
        ("black", 0.45, {"dark"}, FADES),
        ("washed", 0.25, {"flat", "grey"}, FADES),
        ("grey", 0.25, {"grey"}, FADES),
        ("bright", 0.3, {"bright", "flat", "grey"}, FADES),
        ("blur", 0.4, {"blurred"}, FADES),
        ("freeze", 0.0, {"frozen"}, STOPS),
        ("loop", 0.0, {"looping"}, STOPS),
    ],
)
def test_a_saboteur_is_flagged_in_time_and_the_picture_heals(
    kind: str, rate: float, names: set[str], within: int, seed: int, after: int, prompt: str
) -> None:
    report = shown(after, seed, prompt, kind=kind, rate=rate)
    ill = flags(report)
    first = ill.index(True)
    assert after < first <= after + within
    assert names & {name for signs in report.vitals[first : first + within] for name in signs.stagnant}
    well = next(index for index in range(first, len(ill)) if not any(ill[index : index + 5]))
    assert well <= first + HEALED
    assert max(sum(run) for flag, run in groupby(ill) if flag) <= HEALED
    assert report.sparks[0].frame <= first + 12
    assert set(report.sparks[0].reason.split(", ")) <= {*names, "dark", "grey", "flat", "blurred"}


@pytest.mark.parametrize("kind", ["nan", "flat", "night"])
def test_a_backend_that_paints_no_pictures_any_more_is_outlived(kind: str) -> None:
    report = shown(20, 0, "a reef", frames=100, kind=kind, vitality={"rerolls": 1})
    ill = flags(report)
    first = ill.index(True)
    assert first <= 20 + STOPS
    assert max(sum(run) for flag, run in groupby(ill) if flag) <= HEALED
    assert min(signs.contrast for signs in report.vitals) > 0.1
    assert report.rerolls


def test_a_repaint_that_goes_on_dying_is_told_as_a_fallback() -> None:
    report = shown(20, 0, "a reef", kind="black", rate=0.3)
    assert report.fallbacks
    assert "seeds are kept in the picture" in report.fallbacks[0].reason
    assert len(report.sparks) == 1


def test_a_repaint_that_recovers_has_the_picture_back() -> None:
    report = shown(20, 0, "a reef", frames=160, kind="black", rate=0.3, until=70)
    ill = flags(report)
    assert any(ill[:60])
    assert not any(ill[-60:])


def test_without_sparks_nothing_is_done() -> None:
    report = shown(20, 0, "a reef", frames=60, kind="black", rate=0.2, vitality={"spark": {"enabled": False}})
    assert report.sparks == report.fallbacks == ()
    assert all(flags(report)[40:])


@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_model_is_left_in_peace(seed: int) -> None:
    report = shown(0, seed, "a reef", frames=150, kind="none")
    assert not any(flags(report))
    assert report.sparks == report.fallbacks == report.rerolls == ()
