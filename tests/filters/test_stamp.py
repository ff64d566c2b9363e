from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.frame import Frame, Origin
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Keyframe
from reverie.filters.stamp import StampFrames, StampOptions
from reverie.media.stamp import read_stamp

SPEC = RenderSpec(scenes=(Scene(keyframes=(Keyframe(prompt="a"),), backend=ComponentSpec(name="placeholder")),))


def test_every_frame_bears_its_number_and_its_moment() -> None:
    moments = iter([100.0, 100.5])
    painted = [
        Frame(np.zeros((256, 256, 3), np.uint8), Fraction(7 + n, 12), 7 + n, origin=Origin.HELD) for n in range(2)
    ]
    marked = list(StampFrames(StampOptions(), lambda: next(moments)).start(SPEC)(iter(painted)))
    assert [read_stamp(frame.image) for frame in marked] == [(7, 100.0), (8, 100.5)]
    assert [(frame.time, frame.index, frame.origin) for frame in marked] == [
        (f.time, f.index, f.origin) for f in painted
    ]
    assert not painted[0].image.any()


def test_it_is_had_by_its_name_and_takes_no_options() -> None:
    assert isinstance(registry.create("filters", ComponentSpec(name="stamp")), StampFrames)
    with pytest.raises(Exception, match="no such setting"):
        registry.create("filters", ComponentSpec(name="stamp", options={"size": 8}))
