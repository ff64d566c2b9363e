from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.protocols import FilterPlugin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.filters.upscale import Enlarged, UpscaleOptions

SPEC = RenderSpec.model_validate({"scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]})


def picture(width: int, height: int) -> Image:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def enlarged(image: Image, **options: object) -> Frame:
    plugin: FilterPlugin = registry.create("filters", ComponentSpec(name="upscale", options=dict(options)))
    given = Frame(image, Fraction(5, 24), 5, cut=True, origin=Origin.INTERPOLATED, motion=Motion(zoom=1.3))
    (frame,) = plugin.start(SPEC)(iter([given]))
    facts = ("time", "index", "cut", "origin", "motion")
    assert all(getattr(frame, fact) == getattr(given, fact) for fact in facts)
    return frame


@pytest.mark.parametrize(
    ("options", "size"),
    [({"scale": 2}, (96, 64)), ({"scale": 4}, (192, 128)), ({"width": 100, "height": 50}, (100, 50))],
)
def test_every_size_is_met(options: dict[str, object], size: tuple[int, int]) -> None:
    assert enlarged(picture(48, 32), **options).image.shape == (size[1], size[0], 3)


def test_a_network_enlarges_by_its_own_measure_before_the_size_is_met() -> None:
    seen = []

    def twice(image: Image) -> Image:
        seen.append(image.shape)
        return np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)

    image = picture(48, 32)
    own = Enlarged(UpscaleOptions(weights="net.pth"), twice).enlarged(image)
    four = Enlarged(UpscaleOptions(weights="net.pth", scale=4), twice).enlarged(image)
    assert np.array_equal(own[::2, ::2], image)
    assert (own.shape, four.shape) == ((64, 96, 3), (128, 192, 3))
    assert seen == [(32, 48, 3)] * 2


@pytest.mark.parametrize(
    "options",
    [{}, {"width": 64}, {"scale": 2, "width": 64, "height": 64}, {"scale": 0}, {"scale": 99}, {"scale": 2, "tile": 1}],
)
def test_sizes_that_cannot_be_are_named(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"filters\.upscale"):
        enlarged(picture(48, 32), **options)
