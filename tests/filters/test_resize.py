from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import Frame, Image, Motion, Origin
from reverie.core.protocols import FilterPlugin
from reverie.core.spec import ComponentSpec, RenderSpec

SPEC = RenderSpec.model_validate({"scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]})


def resized(image: Image, **options: object) -> Frame:
    plugin: FilterPlugin = registry.create("filters", ComponentSpec(name="resize", options=dict(options)))
    given = Frame(image, Fraction(5, 24), 5, cut=True, origin=Origin.INTERPOLATED, motion=Motion(zoom=1.3))
    (frame,) = plugin.start(SPEC)(iter([given]))
    assert (frame.time, frame.index, frame.cut, frame.origin, frame.motion) == (
        given.time,
        given.index,
        given.cut,
        given.origin,
        given.motion,
    )
    return frame


def scene(width: int, height: int) -> Image:
    y, x = np.mgrid[0:height, 0:width] / height
    tone = 128 + 90 * np.sin(14 * x + 5 * y) * np.cos(11 * y)
    return np.repeat(np.clip(tone, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def detail(image: Image) -> float:
    return float(cv2.Laplacian(image[..., 0], cv2.CV_32F).var())


@pytest.mark.parametrize("size", [(512, 512), (400, 300), (64, 64), (256, 256), (101, 333)])
@pytest.mark.parametrize("kind", ["lanczos", "cubic", "nearest"])
def test_every_size_is_met(size: tuple[int, int], kind: str) -> None:
    frame = resized(scene(256, 256), width=size[0], height=size[1], kind=kind)
    assert frame.image.shape == (size[1], size[0], 3)
    assert frame.image.dtype == np.uint8


def test_a_larger_picture_is_near_the_truth_and_sharper_than_without_sharpening() -> None:
    truth, small = scene(512, 512), scene(256, 256)
    sharp = resized(small, width=512, height=512).image
    plain = resized(small, width=512, height=512, sharpen=0).image
    assert np.abs(sharp.astype(int) - truth).mean() < 4
    assert detail(sharp) > detail(plain)


def test_sharpening_leaves_no_halo_on_flat_ground() -> None:
    flat = np.full((32, 32, 3), 90, np.uint8)
    assert (resized(flat, width=128, height=64).image == 90).all()


def test_the_same_size_is_the_very_picture() -> None:
    image = scene(64, 48)
    assert resized(image, width=64, height=48).image is image


@pytest.mark.parametrize("options", [{"width": 0, "height": 64}, {"width": 64, "height": 90_000}, {"kind": "magic"}])
def test_options_that_cannot_be_are_named(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"filters\.resize"):
        resized(scene(32, 32), **{"width": 64, "height": 64, **options})
