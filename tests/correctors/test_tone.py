from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from reverie.core.frame import Frame, Image
from reverie.core.spec import RenderSpec
from reverie.core.timeline import Conditioning
from reverie.correctors.colour import moments
from reverie.correctors.tone import Tone, ToneCorrection, ToneOptions
from reverie.measure.vitals import contrast, look

REEF = Conditioning(prompts=(("a reef", 1.0),))


def started(**options: float) -> ToneCorrection:
    backend = {"name": "placeholder"}
    spec = RenderSpec.model_validate({"scenes": [{"keyframes": [{"prompt": "x"}], "backend": backend}]})
    return Tone(ToneOptions.model_validate(options)).start(spec)


def painting(seed: int = 0, low: int = 60, high: int = 190, side: int = 96) -> Image:
    rough = np.random.default_rng(seed).integers(low, high, (9, 9, 3), dtype=np.uint8)
    return cv2.resize(rough, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def milky(image: Image, gain: float, shift: float) -> Image:
    return np.clip((image.astype(np.float64) - 128) * gain + 128 + shift, 0, 255).astype(np.uint8)


def shown(image: Image) -> Frame:
    return Frame(image, Fraction(0), 0)


def test_a_picture_in_its_sources_tone_stays_as_it_is() -> None:
    assert (started(floor=0).correct(painting(), shown(painting()), REEF) == painting()).all()


def test_without_a_source_nothing_changes() -> None:
    dull = milky(painting(), 0.5, 30)
    assert started().correct(dull, None, REEF) is dull


@settings(deadline=None)
@given(gain=st.floats(0.6, 1.3), shift=st.floats(-30, 30))
def test_light_and_colours_come_back_to_the_sources(gain: float, shift: float) -> None:
    source = painting()
    corrected = started(floor=0).correct(milky(source, gain, shift), shown(source), REEF)
    assert np.abs(moments(corrected) - moments(source)).max() < 1.5


def test_a_source_of_another_size_is_as_good() -> None:
    source = painting(side=192)
    corrected = started(floor=0).correct(milky(painting(), 0.7, 10), shown(source), REEF)
    assert np.abs(moments(corrected) - moments(source)).max() < 2


def test_a_dim_source_is_lifted_to_the_floor() -> None:
    dim = painting(low=80, high=160)
    assert contrast(look(dim)) < 0.1
    lifted = started(floor=0.14).correct(milky(dim, 0.9, 0), shown(dim), REEF)
    assert contrast(look(lifted)) == pytest.approx(0.14, abs=0.02)


def test_a_stretch_has_its_bound() -> None:
    flat = painting(low=126, high=129)
    stretched = started(gain=2.0).correct(flat, shown(painting()), REEF)
    assert moments(stretched)[1, 0] <= 2.2 * moments(flat)[1, 0] + 0.5


def test_half_the_way_is_half_the_way() -> None:
    source, pale = painting(), milky(painting(), 1.0, 40)
    halfway = moments(started(share=0.5).correct(pale, shown(source), REEF))[0, 0]
    assert halfway == pytest.approx((moments(source)[0, 0] + moments(pale)[0, 0]) / 2, abs=1.0)


def test_it_goes_on_where_another_stopped() -> None:
    source, pale = shown(painting()), milky(painting(), 0.7, 10)
    first, second = started(), started()
    for _ in range(3):
        first.correct(pale, source, REEF)
    second.restore(first.state())
    assert (first.correct(pale, source, REEF) == second.correct(pale, source, REEF)).all()


@pytest.mark.parametrize("options", [{"share": 1.1}, {"floor": -0.1}, {"gain": 0.5}, {"other": 1}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        ToneOptions.model_validate(options)
