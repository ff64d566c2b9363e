"""Windows cover every length exactly, in whole blocks, and each goes on from the last."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.backends.skyreels.cover import Cover, Window, frames_of, latents_of
from reverie.core.errors import InputError


@given(st.integers(1, 2000))
def test_so_many_latents_hold_the_frames_and_one_fewer_does_not(frames: int) -> None:
    latents = latents_of(frames)
    assert frames_of(latents, first=True) >= frames
    assert latents == 1 or frames_of(latents - 1, first=True) < frames


@given(st.integers(1, 400), st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(0, 30))
def test_windows_cover_a_length_and_no_window_is_larger_than_the_base(
    latents: int, block: int, overlap: int, more: int, known: int
) -> None:
    cover = Cover(base=(overlap + more) * block, overlap=overlap * block, block=block)
    windows = list(cover.windows(latents, known))
    assert latents <= sum(window.new for window in windows) < latents + block + (known > 0) * block
    assert all(window.new > 0 and window.latents <= cover.base for window in windows)
    assert all(window.latents % block == 0 for window in windows)
    assert windows[0].known == min(known, cover.overlap)
    assert all(window.known == cover.overlap for window in windows[1:])


def test_the_makers_own_example_takes_three_windows() -> None:
    cover = Cover.of(97, 17)
    assert list(cover.windows(latents_of(257))) == [Window(0, 25), Window(5, 20), Window(5, 20)]


def test_without_end_there_is_always_a_next_window() -> None:
    assert [window.new for window in islice(Cover.of(17, 5).windows(None), 4)] == [5, 3, 3, 3]


@pytest.mark.parametrize(
    ("base", "overlap", "block", "words"),
    [
        (96, 17, 1, "base_num_frames: 96 is not 4k + 1 frames: use 93 or 97."),
        (97, 16, 1, "overlap_history: 16 is not 4k + 1 frames: use 13 or 17."),
        (97, 97, 1, "overlap_history: 97 leaves nothing new"),
        (97, 13, 5, "overlap_history: 13 is 4 latents, no whole number of blocks of 5: use 17 or 37."),
        (93, 17, 5, "base_num_frames: 93 is 24 latents, no whole number of blocks of 5: use 77 or 97."),
    ],
)
def test_lengths_that_do_not_fit_are_told_with_those_that_do(base: int, overlap: int, block: int, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        Cover.of(base, overlap, block)
