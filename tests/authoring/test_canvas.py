"""Which size is painted for the size that is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.authoring.canvas import MOST_ENLARGED, Canvas, choose_canvas
from reverie.core.card import BackendCard, Range
from reverie.core.errors import InputError
from reverie.core.presets import SIZES

CARD = BackendCard(
    id="tiny",
    title="Tiny",
    inputs=frozenset({"text", "image"}),
    size_multiple=16,
    ranges={"width": Range(256, 128, 512), "height": Range(256, 128, 512)},
)


@pytest.mark.parametrize(
    ("size", "painted", "delivered"),
    [
        ((256, 256), (256, 256), (256, 256)),
        ("448x256", (448, 256), (448, 256)),
        ("wide", (448, 256), (448, 256)),
        ("1024x1024", (512, 512), (1024, 1024)),
        ("720p", (512, 288), (1280, 720)),
        ("1920x1080", (512, 288), (1920, 1080)),
        ("1080x1920", (288, 512), (1080, 1920)),
        ("640x480", (512, 384), (640, 480)),
    ],
)
def test_sizes_that_can_be_had(
    size: str | tuple[int, int], painted: tuple[int, int], delivered: tuple[int, int]
) -> None:
    assert choose_canvas(size, CARD) == Canvas(painted, delivered)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("multiple", [2, 8, 16, 32, 64])
def test_every_named_size_can_be_had_of_any_model(name: str, multiple: int) -> None:
    large = Range(256, 64, 2048)
    card = BackendCard("wide", "Wide", frozenset({"text"}), multiple, ranges={"width": large, "height": large})
    canvas = choose_canvas(name, card)
    assert canvas.delivered == SIZES[name]
    card.check({"width": canvas.painted[0], "height": canvas.painted[1]})
    assert 1 <= canvas.delivered[0] / canvas.painted[0] < 2


@pytest.mark.parametrize(
    ("size", "complaint"),
    [
        ("0x256", r"^width: 0 "),
        ("256x0", r"^height: 0 "),
        ("-256x256", r"^width: -256 "),
        ("20000x256", r"^width: 20000 "),
        ("250x256", r"^width: 250 is not a multiple of 16: use 240 or 256"),
        ("256x257", r"^height: 257 is not a multiple"),
        ("64x256", r"^width: 64 is outside .*use 128 to 512"),
        ("1281x720", r"^width: 1281 is odd"),
        ("4096x4096", r"^size: '4096x4096' .* stay under 2048x2048"),
        ("4000x128", r"^size: '4000x128' "),
        ("huge", r"^size: 'huge' is neither"),
        ("256", r"^size: '256' is neither"),
        ("axb", r"^size: "),
        ("", r"^size: '' "),
    ],
)
def test_sizes_that_cannot_be_had_are_refused_by_name(size: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        choose_canvas(size, CARD)


@given(st.integers(-10, 9000), st.integers(-10, 9000))
def test_what_is_painted_is_always_within_the_card_and_of_the_shape_asked(width: int, height: int) -> None:
    try:
        canvas = choose_canvas((width, height), CARD)
    except InputError:
        return
    across, down = canvas.painted
    CARD.check({"width": across, "height": down})
    assert canvas.delivered == (width, height)
    assert 0.97 <= across * height / (down * width) <= 1 / 0.97
    assert 1 <= max(width / across, height / down) <= MOST_ENLARGED
