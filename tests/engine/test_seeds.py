from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reverie.engine.seeds import derived, mixed

whole = st.integers(0, 2**63 - 1)


@given(whole, st.lists(whole, max_size=4))
def test_the_same_path_gives_the_same_number_and_fits_a_seed(seed: int, path: list[int]) -> None:
    assert 0 <= derived(seed, *path) < 2**63
    assert derived(seed, *path) == derived(seed, *path)


def test_neighbours_share_nothing() -> None:
    numbers = [derived(seed, scene, frame) for seed in range(4) for scene in range(4) for frame in range(100)]
    assert len(set(numbers)) == len(numbers)
    bits = np.array([[number >> place & 1 for place in range(63)] for number in numbers])
    assert (np.abs(bits.mean(axis=0) - 0.5) < 0.1).all()


def test_the_order_of_a_path_matters() -> None:
    assert derived(1, 2, 3) != derived(1, 3, 2) != derived(2, 1, 3)


def test_it_is_splitmix() -> None:
    assert mixed(0) == 0xE220A8397B1DCDAF
