"""The quickest way that fits is taken, and where none does, what is missing is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import MachineError
from reverie.models.room import Free, Way, chosen

GB = 10**9
WAYS = (Way("whole", 40 * GB, 0), Way("aside", 30 * GB, 40 * GB), Way("by blocks", 8 * GB, 40 * GB))


@pytest.mark.parametrize(
    ("device", "host", "name"), [(80, 10, "whole"), (32, 64, "aside"), (16, 64, "by blocks"), (41, 1, "whole")]
)
def test_the_first_that_fits_is_taken(device: int, host: int, name: str) -> None:
    assert chosen(WAYS, Free(device * GB, host * GB, shared=False), "a model").name == name


@pytest.mark.parametrize(
    ("free", "words"),
    [
        (Free(4 * GB, 64 * GB, shared=False), r"a model needs 8\.0 GB of graphics memory, 4\.0 GB are free: "),
        (Free(16 * GB, 20 * GB, shared=False), r"a model needs 40\.0 GB of memory, 20\.0 GB are free: "),
    ],
)
def test_what_is_missing_is_told(free: Free, words: str) -> None:
    with pytest.raises(MachineError, match=words):
        chosen(WAYS, free, "a model")


def test_where_memory_is_shared_both_count() -> None:
    free = Free(24 * GB, 24 * GB, shared=True)
    with pytest.raises(MachineError, match=r"needs 40\.0 GB of memory, 24\.0 GB are free"):
        chosen(WAYS[:1], free, "a model")
    assert chosen((Way("whole", 20 * GB, 2 * GB),), free, "a model").name == "whole"


@given(st.integers(0, 100), st.integers(0, 100))
def test_what_is_taken_fits(device: int, host: int) -> None:
    free = Free(device * GB, host * GB, shared=False)
    try:
        way = chosen(WAYS, free, "a model")
    except MachineError:
        assert not any(free.holds(way) for way in WAYS)
    else:
        assert free.holds(way)


def test_this_machine_has_some_room() -> None:
    assert Free.of("cpu").holds(Way("whole", 1, 1))
