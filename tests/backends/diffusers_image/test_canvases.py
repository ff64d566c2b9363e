"""Pictures of fewer pixels: whose noise they have, and whose brush."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reverie.backends.diffusers_image.canvases import Asked, Canvases

PLACES = st.integers(1, 40)


class Brush:
    """Remembers what it was made for."""

    def __init__(self, width: int, height: int) -> None:
        self.size, self.prepared, self.closed = (width, height), 0, False

    def prepare(self, guide: Any, steps: Any) -> None:
        self.prepared += 1

    def paint(self, order: Any, before: Any) -> Any:
        raise AssertionError("nothing is painted here")

    def close(self) -> None:
        self.closed = True


@given(PLACES, PLACES, st.data())
def test_a_smaller_picture_has_values_of_the_whole_noise_each_once(wide: int, high: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, wide)) * 8, data.draw(st.integers(1, high)) * 8
    noise = np.arange(2 * 3 * high * wide, dtype=np.float32).reshape(2, 3, high, wide)
    taken = Canvases(Asked(1, (wide * 8, high * 8)), Brush).taken(noise, size)
    assert taken.shape == (2, 3, size[1] // 8, size[0] // 8)
    assert len(np.unique(taken)) == taken.size
    assert taken[0, 0, 0, 0] == 0


def test_a_brush_is_made_once_and_is_there_when_it_is_ready() -> None:
    made: list[Brush] = []

    def make(width: int, height: int) -> Brush:
        made.append(Brush(width, height))
        return made[-1]

    canvases = Canvases(Asked(2, (64, 32)), make)
    asked = canvases.asked({"width": 32, "height": 32, "num_inference_steps": 1})
    assert asked == Asked(1, (32, 32))
    assert canvases.asked({"width": 640}) == Asked(2, (64, 32))
    canvases.ready(asked, None, ())  # type: ignore[arg-type]
    canvases.ready(asked, None, ())  # type: ignore[arg-type]
    assert canvases.at(asked.size) is made[1]
    assert [(brush.size, brush.prepared) for brush in made] == [((64, 32), 0), ((32, 32), 1)]
    canvases.close()
    assert all(brush.closed for brush in made)
