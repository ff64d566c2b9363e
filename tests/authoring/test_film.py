"""Films as they are asked for: prompts, pictures, clips, presets, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.authoring.film import film_spec
from reverie.authoring.settings import Setting, settled
from reverie.authoring.shape import film_canvas, like
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError
from reverie.core.presets import PRESETS
from reverie.core.spec import RenderSpec, Sound
from reverie.execution.plan import film_frames
from reverie.media.picture import save_png
from tests.media.films import film, written

PLAIN: dict[str, Any] = {"model": "placeholder", "seed": 7}


def delivered(spec: RenderSpec) -> tuple[int, int]:
    sizes = [part.options for part in spec.filters if part.name == "resize"]
    return (sizes[-1]["width"], sizes[-1]["height"]) if sizes else (spec.width, spec.height)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return written(tmp_path / "clip.mp4", film(20, 96, 64), Fraction(10))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_its_size_its_rate_and_its_bitrate(name: str) -> None:
    preset, spec = PRESETS[name], film_spec("a reef", preset=name, **PLAIN)
    assert delivered(spec) == (preset.width, preset.height)
    assert (spec.fps, spec.encoding.bitrate) == (preset.fps, preset.bitrate)
    assert film_frames(spec) == 3 * preset.fps


def test_the_briefs_presets_are_as_the_brief_has_them() -> None:
    told = {
        name: (PRESETS[name].width, PRESETS[name].height, PRESETS[name].fps, PRESETS[name].bitrate)
        for name in ("draft", "standard", "high", "premium")
    }
    assert told == {
        "draft": (854, 480, 24.0, 1_500_000),
        "standard": (1280, 720, 30.0, 3_000_000),
        "high": (1920, 1080, 30.0, 6_000_000),
        "premium": (3840, 2160, 60.0, 15_000_000),
    }


def test_every_prompt_is_a_scene_and_passes_into_the_next() -> None:
    spec = film_spec(["a", "b", "c"], transition="wipe", duration=2.0, **PLAIN)
    assert [scene.id for scene in spec.scenes] == ["scene-1", "scene-2", "scene-3"]
    assert [scene.transition and scene.transition.kind for scene in spec.scenes] == ["wipe", "wipe", None]
    assert film_frames(spec) == 3 * 48 - 2 * 12


def test_where_no_transition_is_asked_for_a_crossfade_fits_the_shorter_scene() -> None:
    spec = film_spec({"scenes": [{"prompt": "a", "duration": 0.4}, "b", "c"]}, **PLAIN)
    assert [scene.transition and scene.transition.duration for scene in spec.scenes] == [0.1, 0.5, None]


def test_a_scene_keeps_its_seed_when_another_is_put_before_it() -> None:
    first, second = film_spec(["a", "b"], **PLAIN), film_spec(["c", "a", "b"], **PLAIN)
    assert [scene.seed for scene in first.scenes] == [scene.seed for scene in second.scenes[1:]]
    twice = film_spec(["a", "a"], **PLAIN)
    assert twice.scenes[0].seed != twice.scenes[1].seed


def test_a_picture_is_let_go_of_over_twelve_painted_frames(tmp_path: Path) -> None:
    save_png(film(1, 120, 80)[0], tmp_path / "given.png")
    spec = film_spec({"scenes": [{"prompt": "a", "image": str(tmp_path / "given.png")}]}, **PLAIN)
    scene = spec.scenes[0]
    assert scene.source.name == "image"
    assert delivered(spec) == (120, 80)
    assert [key.strength for key in scene.keyframes] == [0.0, 0.035]
    assert scene.keyframes[1].blend == pytest.approx(12 / spec.paint_fps)
    assert not spec.vitality.spark.enabled


def test_a_repainted_clip_keeps_its_length_its_rate_and_its_size(clip: Path) -> None:
    spec = film_spec({"scenes": [{"prompt": "oils", "clip": str(clip)}]}, **PLAIN)
    assert (spec.fps, spec.paint_fps, delivered(spec)) == (10.0, 10.0, (96, 64))
    assert film_frames(spec) == 20
    assert spec.scenes[0].source.name == "video"


def test_our_network_repaints_clips_lightly_unless_more_is_asked(clip: Path) -> None:
    board = {"scenes": [{"prompt": "oils", "clip": str(clip)}, "a reef"]}
    told = [film_spec(board, model="reverie-tiny", guidance_scale=asked).scenes for asked in (None, 4.0)]
    first, second = (scenes[0].keyframes[0] for scenes in told)
    assert (first.strength, first.guidance_scale) == (0.2, 1.5)
    assert (second.strength, second.guidance_scale) == (0.2, 4.0)
    assert told[0][1].keyframes[0].guidance_scale == 7.5


def test_an_extension_is_as_its_clip_is_and_goes_on_with_its_camera(clip: Path) -> None:
    spec = film_spec("a reef", extend=str(clip), duration=1.0, **PLAIN)
    scene = spec.scenes[0]
    assert (spec.fps, delivered(spec), film_frames(spec)) == (10.0, (96, 64), 10)
    assert scene.source.options == {"path": str(clip), "fps": 10.0}
    motion = scene.keyframes[0].motion
    assert motion is not None
    assert motion.zoom == pytest.approx(1.02**10, rel=0.05)
    assert 0 < (scene.keyframes[0].strength or 0) < (scene.keyframes[1].strength or 0)
    assert [part.name for part in spec.correctors] == ["colour"]
    with pytest.raises(InputError, match="the clip has 10"):
        film_spec("a reef", extend=str(clip), fps=24.0, **PLAIN)


def test_an_extension_may_have_another_form_but_keeps_its_clips_rate(clip: Path) -> None:
    spec = film_spec("a reef", extend=str(clip), duration=1.0, preset="square", codec="h265", **PLAIN)
    assert (spec.fps, delivered(spec)) == (10.0, (1080, 1080))
    assert (spec.encoding.codec, spec.encoding.bitrate) == ("h265", 5_000_000)
    sized = film_spec("a reef", extend=str(clip), duration=1.0, size=(128, 96), **PLAIN)
    assert (delivered(sized), sized.encoding.bitrate) == ((128, 96), None)


def test_key_pictures_are_few_and_joined_along_what_moves() -> None:
    spec = film_spec("a reef", style="keys", **PLAIN)
    assert spec.paint_fps == 2.0
    assert spec.filters[0].options["kind"] == "flow"


def test_frames_may_be_asked_for_in_place_of_seconds() -> None:
    assert film_frames(film_spec("a reef", frames=16, fps=8, **PLAIN)) == 16
    assert film_frames(film_spec("a reef", frames=128, fps=60, **PLAIN)) == 128


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"preset": "huge"}, "preset"),
        ({"transition": "swirl"}, "transition"),
        ({"fps": 7.0}, "fps"),
        ({"fps": 61.0}, "fps"),
        ({"duration": 0.0}, "duration"),
        ({"duration": float("nan")}, "duration"),
        ({"size": (99, 64)}, "width"),
        ({"size": "9000x9000"}, "width"),
        ({"steps": 25}, "steps"),
        ({"guidance_scale": 7.5}, "guidance_scale"),
        ({"paint_fps": 48.0}, "paint_fps"),
        ({"strength": 1.5}, "strength"),
        ({"model": "none"}, "model"),
        ({"frames": 10, "duration": 1.0}, "spec"),
        ({"nonsense": 1}, "nonsense"),
        ({"transition": {"kind": "wipe", "duration": 5.0}}, "spec"),
        ({"transition": {"kind": "wipe", "direction": "in"}}, "transition"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(wishes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as refused:
        film_spec(["a", "b"], **{**PLAIN, **wishes})
    assert field in refused.value.field


@pytest.mark.parametrize(
    "scenes",
    [
        [],
        ["x"] * 1001,
        [{"prompt": ""}],
        [{"prompt": "a", "id": "one"}, {"prompt": "b", "id": "one"}],
        [{"prompt": "a", "image": "nowhere.png"}],
        [{"prompt": "a", "clip": "nowhere.mp4"}],
        [{"prompt": "a", "image": "a.png", "clip": "b.mp4"}],
        [{"prompt": "a", "image": {"input": "123"}}],
        [{"prompt": "a", "move": "in", "motion": {}}],
        [{"prompt": "a", "colour": "red"}],
        [3],
    ],
)
def test_scenes_that_cannot_be_are_refused_in_a_sentence(scenes: list[Any]) -> None:
    with pytest.raises(InputError, match=r"\.$"):
        film_spec({"scenes": scenes}, **PLAIN)


CARD = BackendCard("a", "A", frozenset({"text"}), 16, ranges={"num_inference_steps": Range(4, 1, 8)})


def test_a_setting_outside_the_range_is_refused_or_brought_inside_and_told() -> None:
    notes: list[str] = []
    assert settled(Setting.STEPS, None, CARD, False, notes.append) == 4
    with pytest.raises(InputError, match="1 to 8"):
        settled(Setting.STEPS, 30, CARD, False, notes.append)
    assert settled(Setting.STEPS, 30, CARD, True, notes.append) == 8
    assert settled(Setting.GUIDANCE, 5, CARD, True, notes.append) is None
    assert len(notes) == 2
    wide = BackendCard("b", "B", frozenset({"text"}), ranges={"num_inference_steps": Range(10, 1, 200)})
    assert settled(Setting.STEPS, None, wide, False, notes.append) == 25
    with pytest.raises(InputError, match="1 to 50"):
        settled(Setting.STEPS, 60, wide, False, notes.append)


@settings(max_examples=50)
@given(st.integers(8, 2048), st.integers(8, 2048), st.sampled_from([2, 8, 16, 64]))
def test_what_is_painted_suits_the_model_and_can_be_cut_or_enlarged(half: int, other: int, multiple: int) -> None:
    size = 2 * half, 2 * other
    card = BackendCard("a", "A", frozenset({"text"}), multiple)
    try:
        painted = film_canvas(size, card).painted
    except InputError:
        assert max(size) / min(size) > 8
        return
    assert all(side % multiple == 0 for side in painted)
    if size[0] * size[1] <= 1280 * 720:
        assert all(0 <= at - to < multiple for at, to in zip(painted, size, strict=True))


@given(st.integers(1, 30_000), st.integers(1, 30_000))
def test_a_shape_becomes_a_size_that_video_can_hold(width: int, height: int) -> None:
    found = like((width, height), 854 * 480)
    assert all(16 <= side <= 8192 and side % 2 == 0 for side in found)


def test_an_upscaling_network_enlarges_to_exactly_the_size() -> None:
    spec = film_spec("a reef", size=(128, 96), painted=(64, 48), upscale="net.safetensors", **PLAIN)
    assert (spec.width, spec.height) == (64, 48)
    assert spec.filters[-1].options == {"width": 128, "height": 96, "weights": "net.safetensors"}
    with pytest.raises(InputError, match="nothing to enlarge"):
        film_spec("a reef", size=(128, 96), upscale="net.safetensors", **PLAIN)


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        (False, Sound(clips=False)),
        ("song.mp3", Sound(input="song.mp3")),
        ({"input": "song.mp3", "clips": False}, Sound(input="song.mp3", clips=False)),
        (None, None),
    ],
)
def test_a_film_is_heard_as_it_is_asked_for(asked: Any, heard: Sound | None) -> None:
    assert film_spec({"scenes": ["a reef"], "sound": asked}).sound == heard


def test_a_clip_that_goes_on_keeps_its_own_sound_and_may_have_more(clip: Path) -> None:
    assert film_spec(["a reef"], extend=str(clip)).sound is None
    assert film_spec(["a reef"], extend=str(clip), sound="song.mp3").sound == Sound(input="song.mp3")
    assert film_spec(["a reef"], extend=str(clip), sound={"tail": "fade"}).sound == Sound(tail="fade")
