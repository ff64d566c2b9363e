from __future__ import annotations

import pytest

from reverie.core.frame import STILL, Motion
from reverie.core.spec import Thresholds
from reverie.engine.health import STUNNED, Baseline, Level, expected_change, floors, level, travel
from reverie.measure import vitals
from tests.engine.pictures import picture, plain

REEF, CITY = (("a reef", 1.0),), (("a city", 1.0),)
WELL: Level = {"brightness": 0.5, "darkness": 0.5, "contrast": 0.3, "detail": 0.01, "saturation": 0.2}


def baseline(frames: int = 60, seen: Level = WELL) -> Baseline:
    made = Baseline(Thresholds(), fps=10)
    for _ in range(frames):
        made.expect(REEF)
        made.learn(seen)
    return made


def test_a_level_has_brightness_and_what_it_lacks() -> None:
    assert level(vitals.look(plain(51))) == pytest.approx(
        {"brightness": 0.2, "darkness": 0.8, "contrast": 0, "detail": 0, "saturation": 0}
    )


def test_before_anything_is_known_the_floors_hold() -> None:
    assert Baseline(Thresholds(), fps=10).least() == floors(Thresholds())


def test_a_run_is_held_to_its_own_level() -> None:
    least = baseline().least()
    assert least["saturation"] == pytest.approx(0.1)
    assert least["detail"] == pytest.approx(0.001, rel=0.01)
    assert least["brightness"] == pytest.approx(0.25)
    assert least["contrast"] == pytest.approx(0.15)


def test_detail_is_learned_for_a_while_with_the_first_as_a_floor() -> None:
    made = baseline(frames=1)
    assert made.least()["detail"] == pytest.approx(STUNNED * WELL["detail"])
    for _ in range(60):
        made.expect(REEF)
        made.learn({**WELL, "detail": 0.004})
    assert made.least()["detail"] == pytest.approx(0.1 * 0.004, rel=0.05)


def test_after_a_change_of_prompt_the_floors_alone_hold_until_it_is_learned_anew() -> None:
    made = baseline()
    made.expect(CITY)
    assert made.least() == floors(Thresholds())
    dusk = {**WELL, "brightness": 0.15, "saturation": 0.1}
    for _ in range(60):
        made.expect(CITY)
        made.learn(dusk)
    assert made.least()["brightness"] == pytest.approx(0.5 * 0.15)


def test_what_a_fresh_picture_looks_like_is_no_illness() -> None:
    made = baseline()
    made.fresh({"brightness": 0.04, "darkness": 0.96, "contrast": 0.12, "detail": 0.01, "saturation": 0.004})
    least = made.least()
    assert least["brightness"] < 0.04
    assert least["contrast"] < 0.12
    assert least["saturation"] < 0.004


def test_a_rich_fresh_picture_raises_no_floor() -> None:
    made = Baseline(Thresholds(), fps=10)
    made.fresh(WELL)
    assert made.least() == floors(Thresholds())


def test_travel_is_told_in_units_of_the_default_motion() -> None:
    assert travel(Motion.per_frame(1.05, 10)) == pytest.approx(1.0, abs=0.03)
    assert travel(STILL) == 0
    assert travel(Motion(zoom=1 / 1.2)) == pytest.approx(travel(Motion(zoom=1.2)))
    assert travel(Motion(pan=(0.0, -0.25))) == pytest.approx(1)
    assert travel(Motion(rotate=10)) > 0


def test_nothing_is_expected_to_change_where_nothing_moves_and_nothing_is_painted() -> None:
    assert expected_change(STILL, 0.0) == 0
    assert expected_change(STILL, 0.4) == pytest.approx(0.06)
    assert expected_change(Motion(zoom=5.0), 0.5) == 1


def test_lively_pictures_are_well_over_every_floor() -> None:
    for seed in range(6):
        now = level(vitals.look(picture(seed, side=128)))
        assert all(now[name] > 1.5 * least for name, least in floors(Thresholds()).items())
