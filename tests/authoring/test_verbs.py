"""Rendering a film again: remastered, or performed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.authoring import dream_spec
from reverie.authoring.verbs import REMASTER_STRENGTH, Remaster, performed_again, remastered
from reverie.core.errors import InputError
from reverie.core.spec import RenderSpec

FILM = Path("reef.mp4")


def spec(**wishes: Any) -> RenderSpec:
    return dream_spec(
        "a reef", **{"model": "placeholder", "size": (64, 64), "seconds": 4, "at": ["2s: a city"], **wishes}
    )


def test_a_remaster_repaints_the_films_own_frames_gently() -> None:
    before = spec()
    after = remastered(before, FILM, Remaster())
    scene = after.scenes[0]
    assert (scene.source.name, scene.source.options) == ("video", {"path": "reef.mp4", "speed": 1.0})
    assert [key.strength for key in scene.keyframes] == [REMASTER_STRENGTH] * 2
    assert [key.prompt for key in scene.keyframes] == ["a reef", "a city"]
    assert (after.correctors, after.vitality.spark.enabled) == ((), False)
    kept = ("width", "height", "fps", "paint_fps", "seed")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


@given(st.floats(0.2, 10))
def test_slower_stretches_everything_that_has_a_time(slower: float) -> None:
    before = spec()
    after = remastered(before, FILM, Remaster(slower=slower)).scenes[0]
    first, later = after.keyframes
    assert after.duration == pytest.approx(4 * slower)
    assert [later.time, later.blend] == pytest.approx([2 * slower, 2 * slower])
    assert first.motion is not None
    assert first.motion.zoom**slower == pytest.approx(1.05**10)
    assert after.source.options["speed"] == pytest.approx(1 / slower)


def test_a_remaster_may_be_larger_and_smoother() -> None:
    after = remastered(spec(), FILM, Remaster(size="96x96", fps=48))
    assert (after.width, after.height, after.fps, after.paint_fps) == (96, 96, 48, 12)
    assert [part.name for part in after.filters] == ["interpolate"]


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        (Remaster(slower=0), r"^slower: 0 "),
        (Remaster(slower=float("nan")), r"^slower: nan "),
        (Remaster(fps=0), r"^fps: 0 "),
        (Remaster(strength=2), r"^strength: 2 "),
        (Remaster(size="0x0"), r"^width: 0 "),
    ],
)
def test_a_remaster_that_cannot_be_is_refused_by_name(wish: Remaster, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        remastered(spec(), FILM, wish)


def test_a_film_of_several_scenes_is_not_remastered() -> None:
    one = spec()
    two = one.model_copy(update={"scenes": one.scenes * 2})
    with pytest.raises(InputError, match=r"^film: 'reef\.mp4' has several scenes"):
        remastered(two, FILM, Remaster())


def test_performing_again_changes_the_seed_and_nothing_else() -> None:
    before = spec(seed=3)
    assert performed_again(before, 4) == before.model_copy(update={"seed": 4})
    assert all(performed_again(before).seed != 3 for _ in range(20))


def test_scenes_with_seeds_of_their_own_follow_the_new_one() -> None:
    before = spec(seed=3)
    seeded = before.model_copy(update={"scenes": (before.scenes[0].model_copy(update={"seed": 9}),)})
    assert performed_again(seeded, 4).scenes[0].seed is None
