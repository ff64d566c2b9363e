"""What a person asks for becomes a spec, and what can't be had is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from reverie.authoring import DEFAULTS, dream_spec, taken_by, usual_model
from reverie.core import catalogue, registry
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError, MachineError
from reverie.core.spec import ComponentSpec, RenderSpec

RANGES = {
    "width": Range(256, 128, 512),
    "height": Range(256, 128, 512),
    "num_inference_steps": Range(4, 1, 8),
    "strength": Range(0.5, 0.1, 1),
    "guidance_scale": Range(4, 1, 12),
}


class Painter:
    """A backend that repaints pictures, of which there is only the card."""

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        model: str = "painter"
        num_inference_steps: int = 4
        device: str = "cpu"

    def __init__(self, options: Options) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: Options) -> BackendCard:
        if options.model == "absent":
            raise MachineError("The model's weights are not on this machine.")
        return BackendCard("painter", "Painter", frozenset({"text", "image"}), size_multiple=16, ranges=RANGES)


class Poet(Painter):
    """A backend that paints from words alone, and has its own rate."""

    class Options(Painter.Options):
        pass

    @classmethod
    def describe(cls, options: Painter.Options) -> BackendCard:
        return BackendCard("poet", "Poet", frozenset({"text"}), ranges={"paint_fps": Range(24, 1, 60)})


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("Painter", "Poet"):
        monkeypatch.setitem(registry.BUILT_IN["backends"], name.lower(), f"{__name__}:{name}")
        monkeypatch.setitem(catalogue.MODELS, name.lower(), ComponentSpec(name=name.lower()))
    absent = ComponentSpec(name="painter", options={"model": "absent"})
    monkeypatch.setitem(catalogue.MODELS, "absent", absent)
    registry.targets.cache_clear()
    yield
    registry.targets.cache_clear()


def painted(prompt: str = "a reef", **wishes: Any) -> RenderSpec:
    return dream_spec(prompt, **{"model": "painter", **wishes})


def test_what_is_not_asked_is_chosen_and_recorded() -> None:
    spec = painted()
    scene, first = spec.scenes[0], spec.scenes[0].keyframes[0]
    assert (spec.width, spec.height, spec.fps, spec.paint_fps, scene.duration) == (256, 256, 24, 12, 10)
    assert (first.prompt, first.strength, first.guidance_scale, first.blend) == ("a reef", 0.5, 4, 0)
    assert first.motion is not None
    assert first.motion.zoom == pytest.approx(1.05**10)
    assert [part.name for part in (*spec.correctors, *spec.filters)] == ["colour", "detail", "limit", "interpolate"]
    assert (scene.source.name, spec.sinks, spec.fallback) == ("feedback", (), False)
    assert 0 <= spec.seed < 1_000_000


def test_a_spec_survives_being_written_down() -> None:
    spec = painted(at=["2s: a city"], seed=3)
    assert RenderSpec.model_validate(json.loads(spec.model_dump_json())) == spec


def test_any_seed_is_another_seed() -> None:
    assert len({painted().seed for _ in range(20)}) > 15


@pytest.mark.parametrize(
    ("fps", "rate"), [(24, 12), (25, 12.5), (30, 10), (60, 12), (12, 12), (10, 10), (8, 8), (29.97, 9.99), (120, 12)]
)
def test_the_painted_rate_divides_the_delivered_one(fps: float, rate: float) -> None:
    assert painted(fps=fps).paint_fps == pytest.approx(rate)


def test_a_model_that_paints_from_words_is_neither_corrected_nor_seeded_and_has_its_own_rate() -> None:
    spec = dream_spec("a reef", model="poet")
    assert (spec.correctors, spec.filters, spec.paint_fps, spec.vitality.backend) == ((), (), 24, None)
    assert spec.scenes[0].keyframes[0].strength is None


def test_later_prompts_are_put_in_order_and_blend() -> None:
    keys = painted(at=["7s: snow", (2.5, "a city"), "1s: rain"]).scenes[0].keyframes
    assert [(key.time, key.prompt) for key in keys] == [(0, "a reef"), (1, "rain"), (2.5, "a city"), (7, "snow")]
    assert {key.blend for key in keys[1:]} == {2.0}


def test_a_larger_size_is_painted_smaller_and_delivered_as_asked() -> None:
    spec = painted(size="720p", paint_fps=24)
    assert (spec.width, spec.height) == (512, 288)
    assert spec.filters == (ComponentSpec(name="resize", options={"width": 1280, "height": 720}),)


def test_settings_of_the_model_reach_it() -> None:
    assert painted().scenes[0].backend.options == {"num_inference_steps": 4}
    options = painted(steps=2, device="cuda").scenes[0].backend.options
    assert options == {"num_inference_steps": 2, "device": "cuda"}
    assert taken_by("painter") == {"steps", "device"}


def test_where_a_fallback_is_allowed_a_missing_model_is_no_error() -> None:
    with pytest.raises(MachineError, match="not on this machine"):
        painted(model="absent")
    pytest.importorskip("reverie.backends.placeholder")
    assert painted(model="absent", fallback=True).fallback


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"prompt": ""}, r"^prompt: '' "),
        ({"prompt": "  \n "}, r"^prompt: "),
        ({"prompt": "a" * 10_000}, r"^prompt: 'aaaa.* at most 2000"),
        ({"prompt": "ding\x07"}, r"^prompt: .*U\+0007"),
        ({"negative_prompt": "\x1b[2J"}, r"^negative_prompt: .*U\+001B"),
        ({"negative_prompt": "a" * 10_000}, r"^negative_prompt: "),
        *(({"seconds": value}, r"^seconds: ") for value in (0, -1, NAN, INFINITE, 1e9, 0.001, "ten")),
        *(({"fps": value}, r"^fps: ") for value in (0, -24, NAN, INFINITE, 1000)),
        *(({"paint_fps": value}, r"^paint_fps: ") for value in (0, -1, NAN, INFINITE, 25)),
        *(({"zoom": value}, r"^zoom: ") for value in (0, -1, NAN, INFINITE, 3)),
        *(({"strength": value}, r"^strength: .* use 0\.1 to 1") for value in (0, -1, NAN, 1.1)),
        *(({"guidance_scale": value}, r"^guidance_scale: ") for value in (0, -1, NAN, 50)),
        *(({"steps": value}, r"^steps: .* use 1 to 8") for value in (0, -1, 9)),
        *(({"seed": value}, r"^seed: ") for value in (-1, 2**63, 1.5)),
        ({"size": "0x0"}, r"^width: 0"),
        ({"size": "huge"}, r"^size: 'huge'"),
        ({"model": "paintr"}, r"^model: 'paintr' is neither .*painter"),
        ({"model": ""}, r"^model: ''"),
        ({"runtime": "magic"}, r"^runtime: 'magic' is not a setting of painter"),
        ({"model": "poet", "strength": 0.5}, r"^strength: 0\.5 is not a setting of poet"),
        ({"model": "poet", "image": "x.png"}, r"^image: 'x\.png' can't be used"),
        ({"at": ["soon: x"]}, r"^at: 'soon: x' cannot be read"),
        ({"at": ["10s: too late"]}, r"^at: '10s: too late' is outside the film of 10 s"),
        ({"at": ["1s: \x00"]}, r"^prompt: "),
        ({"speed": 3}, r"^wish: 'speed' is not known"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(wishes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        painted(**wishes)
    assert "\n" not in str(caught.value)


@given(
    st.floats(0.1, 240, allow_nan=False).map(lambda fps: round(fps, 3)),
    st.floats(0.5, 600).map(lambda seconds: round(seconds, 3)),
    st.floats(0.64, 1.58),
    st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()),
)
def test_every_wish_in_range_makes_a_spec_that_is_valid(fps: float, seconds: float, zoom: float, prompt: str) -> None:
    if seconds * fps < 1:
        return
    spec = dream_spec(prompt[:2000], model="painter", fps=fps, seconds=seconds, zoom=zoom)
    assert RenderSpec.model_validate_json(spec.model_dump_json()) == spec
    assert 0 < spec.paint_fps <= spec.fps
    assert fps / spec.paint_fps == pytest.approx(round(fps / spec.paint_fps))


def test_every_default_is_a_wish() -> None:
    from reverie.authoring import Wishes

    assert set(DEFAULTS) == set(Wishes.__annotations__)


def test_nothing_but_the_spec_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    painted()
    assert list(tmp_path.iterdir()) == []


def test_a_live_session_lasts_until_it_is_stopped_and_shows_what_is_painted_at_once() -> None:
    spec = dream_spec("a reef", live=True, at=["90s: a city"])
    assert spec.live
    assert spec.scenes[0].duration is None
    assert [key.time for key in spec.scenes[0].keyframes] == [0, 90]
    assert (spec.fps, spec.paint_fps) == (60, 60)
    assert dream_spec("a reef", live=True, fps=12.0).paint_fps == 12
    assert dream_spec("a reef", live=True, paint_fps=8.0).fps == 8
    assert spec.filters == ()
    assert not dream_spec("a reef").live


def test_a_live_session_has_no_length() -> None:
    with pytest.raises(InputError, match=r"seconds: 5.* goes with a film"):
        dream_spec("a reef", live=True, seconds=5.0)


def test_a_dream_from_words_alone_is_our_networks_over_a_journey() -> None:
    assert usual_model({}) == catalogue.DREAMS
    assert usual_model({"live": True}) == usual_model({"image": "photo.jpg"}) == catalogue.DEFAULT
    spec = dream_spec("a reef")
    scene = spec.scenes[0]
    assert scene.backend.options["model"] == catalogue.DREAMS
    assert (scene.source.name, [part.name for part in spec.correctors]) == ("journey", ["memory", "tone"])
    assert not spec.vitality.spark.enabled
    first = scene.keyframes[0]
    assert (first.strength, first.guidance_scale) == (0.15, 1.5)
    assert (scene.backend.options["num_inference_steps"], scene.backend.options["renewal"]) == (1, 0.05)


def test_what_is_asked_of_a_journey_is_so() -> None:
    spec = dream_spec("a reef", strength=0.4, steps=3, guidance_scale=2.0)
    scene = spec.scenes[0]
    assert scene.source.name == "journey"
    assert (scene.keyframes[0].strength, scene.keyframes[0].guidance_scale) == (0.4, 2.0)
    assert scene.backend.options["num_inference_steps"] == 3


def test_the_last_picture_alone_is_repainted_where_that_is_asked() -> None:
    spec = dream_spec("a reef", model=catalogue.OURS, over="nothing")
    assert spec.vitality.spark.enabled
    assert (spec.scenes[0].source.name, spec.scenes[0].keyframes[0].strength) == ("feedback", 0.6)
    assert [part.name for part in spec.correctors] == ["colour", "detail", "limit"]
    assert dream_spec("a reef", model=catalogue.OURS, live=True).scenes[0].source.name == "feedback"


def test_any_model_that_repaints_can_be_given_a_journey() -> None:
    spec = dream_spec("a reef", model="painter", over="worlds")
    assert (spec.scenes[0].source.name, spec.scenes[0].keyframes[0].strength) == ("journey", 0.15)
    assert "renewal" not in spec.scenes[0].backend.options


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"model": "painter", "over": "seas"}, "over: 'seas' can't be repainted: use worlds or nothing."),
        ({"model": "poet", "over": "worlds"}, "over: 'worlds' is nothing for poet"),
        ({"model": "worlds", "over": "worlds"}, "over: 'worlds' is nothing for worlds"),
        ({"model": "painter", "over": "worlds", "image": "photo.jpg"}, "where a picture is given"),
    ],
)
def test_what_cannot_be_repainted_is_refused(wishes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError) as raised:
        dream_spec("a reef", **wishes)
    assert complaint in str(raised.value)
