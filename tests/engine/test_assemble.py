from __future__ import annotations

from typing import Any

import pytest

from reverie.core.errors import InputError, MachineError
from reverie.core.frame import Origin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.core.timeline import Conditioning
from reverie.engine.assemble import assemble
from reverie.engine.troupe import Troupe, card_of
from tests.fakes import dream

Told = list[list[Conditioning]]
pytestmark = pytest.mark.usefixtures("told")


def changed(spec: RenderSpec, **fields: Any) -> RenderSpec:
    return RenderSpec.model_validate({**spec.model_dump(), **fields})


def test_a_first_picture_from_another_backend_is_repainted_and_told() -> None:
    spec = changed(dream(1.0), vitality={"backend": {"name": "placeholder"}})
    session = assemble(spec)
    frames = list(session)
    reasons = [event.reason for event in session.report().hints]
    assert "the first picture was painted by placeholder, lively repaints from there" in reasons
    assert frames[0].origin is Origin.PAINTED


def test_seeds_come_from_the_backend_that_is_named(told: Told) -> None:
    spec = changed(dream(3.0, keyframes=[{"time": 1.0, "spark": True}]))
    spec = changed(spec, vitality={"backend": {"name": "lively", "options": {"kind": "black"}}})
    list(assemble(spec))
    assert [len(run) for run in told] == [30, 2]
    assert [cond.strength for cond in told[1]] == [1.0, 0.95]


def test_without_one_the_model_paints_from_words_alone(told: Told) -> None:
    list(assemble(dream(1.0)))
    assert [len(run) for run in told] == [10]


@pytest.mark.parametrize("backend", [{"name": "lively", "options": {"fails": True}}])
def test_a_backend_that_can_t_start_is_an_error_unless_a_fallback_is_allowed(backend: dict[str, Any]) -> None:
    scenes = [{**dream(1.0).scenes[0].model_dump(), "backend": backend}]
    with pytest.raises(MachineError, match="no such device"):
        assemble(changed(dream(1.0), scenes=scenes))
    session = assemble(changed(dream(1.0), scenes=scenes, fallback=True))
    frames = list(session)
    report = session.report()
    assert {frame.origin for frame in frames} == {Origin.PLACEHOLDER}
    assert report.frames == {"placeholder": 10}
    assert report.backend == "placeholder"
    assert [event.reason for event in report.fallbacks] == [
        "lively can't paint, the placeholder does: There is no such device."
    ]


def test_an_unknown_backend_is_refused_or_stood_in_for() -> None:
    scenes = [{**dream(1.0).scenes[0].model_dump(), "backend": {"name": "livly"}}]
    with pytest.raises(InputError, match="use lively"):
        assemble(changed(dream(1.0), scenes=scenes))
    assert assemble(changed(dream(1.0), scenes=scenes, fallback=True)).report().backend == "placeholder"


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"width": 97}, "width"),
        ({"correctors": [{"name": "colours"}]}, "colour"),
        ({"filters": [{"name": "resize", "options": {"wide": 3}}]}, "wide"),
    ],
)
def test_what_is_not_accepted_is_named_before_anything_is_painted(told: Told, fields: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        assemble(changed(dream(1.0), **fields))
    assert sum(map(len, told)) == 0


def test_a_setting_outside_the_range_is_refused_or_clamped_and_told(told: Told) -> None:
    spec = dream(1.0, keyframes=[{"time": 0.5, "guidance_scale": 40.0}])
    with pytest.raises(InputError, match="guidance_scale"):
        assemble(spec)
    session = assemble(changed(spec, fallback=True))
    list(session)
    assert told[-1][-1].guidance_scale == 12.0
    assert [event.reason for event in session.report().fallbacks] == [
        "guidance_scale 40 is outside lively's range: 12 is used"
    ]


def test_what_a_timeline_leaves_open_is_the_card_s_default(told: Told) -> None:
    list(assemble(changed(dream(1.0), scenes=[{**dream(1.0).scenes[0].model_dump(), "keyframes": [{"prompt": "x"}]}])))
    assert (told[0][0].strength, told[0][0].guidance_scale) == (0.5, 4.0)


def test_weights_are_loaded_once() -> None:
    troupe = Troupe(dream(1.0), lambda *_: None)
    one = ComponentSpec(name="lively", options={"kind": "black"})
    assert troupe.backend(one) is troupe.backend(one.model_copy())
    assert troupe.backend(one) is not troupe.backend(ComponentSpec(name="lively"))
    assert card_of(one).id == "lively"


def test_filters_are_chained_and_their_frames_are_counted() -> None:
    spec = changed(
        dream(2.0),
        fps=24,
        filters=[{"name": "interpolate"}, {"name": "resize", "options": {"width": 192, "height": 192}}],
    )
    session = assemble(spec)
    frames = list(session)
    assert len(frames) == 48
    assert frames[0].image.shape == (192, 192, 3)
    assert sum(session.report().frames.values()) == 48
    assert session.report().frames["interpolated"] > 0
