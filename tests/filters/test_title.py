from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import get_args

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.core.frame import Frame, Image, Origin
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, Title
from reverie.core.timeline import Keyframe
from reverie.filters.title import STYLES, Style, TitleOptions, Written

SCENE = Scene(duration=4, keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="placeholder"))
SPEC = RenderSpec(width=320, height=180, fps=12, scenes=(SCENE,))


def ground(level: int, width: int = 320, height: int = 180) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def frames(image: Image, count: int = 48) -> list[Frame]:
    return [Frame(image, Fraction(index, 12), index, False, Origin.PAINTED) for index in range(count)]


def written(title: Title, image: Image) -> Sequence[Frame]:
    component = ComponentSpec(name="title", options=title.model_dump())
    return list(create("filters", component).start(SPEC)(iter(frames(image))))


@pytest.mark.parametrize("style", get_args(Style))
def test_words_are_shown_when_they_are_asked_for_and_only_the_picture_changes(style: Style) -> None:
    before = frames(ground(90))
    after = written(Title(text="The tide", style=style, start=1, duration=2), ground(90))
    assert [(frame.time, frame.index, frame.origin) for frame in after] == [
        (frame.time, frame.index, frame.origin) for frame in before
    ]
    touched = [not np.array_equal(one.image, other.image) for one, other in zip(before, after, strict=True)]
    assert not any(touched[:13])
    assert all(touched[13:36])
    assert not any(touched[36:])
    brightest = [int(frame.image.max()) for frame in after]
    assert brightest[13] < brightest[16] < brightest[24]
    assert brightest[35] < brightest[24]


def test_without_a_duration_words_stay_to_the_end_of_the_scene() -> None:
    after = written(Title(text="The tide"), ground(90))
    assert after[30].image.max() > 200
    assert after[47].image.max() > 90


@pytest.mark.parametrize("style", get_args(Style))
@pytest.mark.parametrize("level", [0, 60, 128, 200, 255])
def test_words_can_be_read_on_any_ground(style: Style, level: int) -> None:
    title = Written(TitleOptions(text="The tide IH", style=style), None)
    ink = title.over(ground(0, 640, 360), 1.0)[..., 1]
    letters = ink > 4
    beside = (cv2.dilate(letters.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~letters
    light = (float(np.median(title.over(ground(level, 640, 360), 1.0)[..., 1][beside])) / 255) ** 2.2
    assert (1 + 0.05) / (light + 0.05) > 4.5  # WCAG 2.2, contrast (minimum)


@pytest.mark.parametrize(
    ("style", "place"),
    [("title", np.s_[60:120, :]), ("lower-third", np.s_[120:, :200]), ("caption", np.s_[140:, 60:260])],
)
def test_words_are_where_their_style_says(style: Style, place: tuple[slice, slice]) -> None:
    shown = Written(TitleOptions(text="The tide", style=style), None).over(ground(20), 1.0)
    inked = shown.min(axis=2) > 200
    assert inked[place].sum() > 0.98 * inked.sum() > 0


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.sampled_from("The tide remembers Łódź über Ωmega\n  …—“”é"), min_size=1, max_size=300),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from([(16, 16), (320, 180), (180, 320), (854, 480)]),
)
def test_any_words_fit_into_any_picture(text: str, style: Style, size: tuple[int, int]) -> None:
    image = ground(120, *size)
    shown = Written(TitleOptions(text=text.replace("Ω", "O"), style=style), None).over(image, 1.0)
    assert shown.shape == image.shape
    assert shown.dtype == np.uint8
    assert image.min() == image.max() == 120


def test_letters_that_no_font_has_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="install the Noto fonts"):
        create("filters", ComponentSpec(name="title", options={"text": "a \U0001f9ff"})).start(SPEC)
