"""Lessons keep latents and captions together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.caches import save_lessons
from training.build import TOKENS
from training.lessons import Lessons


@pytest.fixture
def lessons(tmp_path: Path) -> Lessons:
    save_lessons(tmp_path)
    return Lessons(tmp_path, 32, seed=0, device="cpu")


def test_a_caption_speaks_of_its_latents(lessons: Lessons) -> None:
    latents, tokens, rows = lessons.batch(64, silent=0.0)
    assert rows.shape == (64,)
    assert latents.shape == (64, 4, 8, 8)
    assert latents.dtype == torch.float32
    assert tokens.shape == (64, TOKENS)
    assert tokens.dtype == torch.int64
    assert torch.equal(latents[:, 0, 0, 0].long(), tokens[:, 0])
    assert len(tokens[:, 0].unique()) > 6


def test_a_share_of_captions_says_nothing(lessons: Lessons) -> None:
    tokens = lessons.batch(600, silent=0.25)[1]
    assert 0.18 < float((tokens == 0).all(1).float().mean()) < 0.32
    assert not lessons.batch(20, silent=1.0)[1].any()
    assert lessons.batch(20, silent=0.0)[1].all()


def test_saying_nothing_does_not_change_what_is_kept(lessons: Lessons) -> None:
    lessons.batch(50, silent=1.0)
    assert (lessons.tokens > 0).all()


def test_silence_is_as_long_as_asked_for(lessons: Lessons) -> None:
    assert lessons.silence(3).shape == (3, TOKENS)
    assert not lessons.silence(3).any()


def test_the_seed_decides(tmp_path: Path, lessons: Lessons) -> None:
    same, other = (Lessons(tmp_path, 32, seed, "cpu").batch(30)[0] for seed in (0, 1))
    assert torch.equal(lessons.batch(30)[0], same)
    assert not torch.equal(same, other)


def test_a_share_of_batches_is_cut_from_pictures_twice_the_size(tmp_path: Path) -> None:
    save_lessons(tmp_path)
    rows = np.arange(1, 13)
    np.save(tmp_path / "latents_64.npy", -np.ones((12, 4, 16, 16), np.float16) * rows[:, None, None, None])
    lessons = Lessons(tmp_path, 32, seed=0, device="cpu", cuts=0.5)
    drawn = [lessons.batch(4, silent=0.0) for _ in range(60)]
    assert all(batch.latents.shape == (4, 4, 8, 8) for batch in drawn)
    assert all(torch.equal(batch.latents[:, 0, 0, 0].abs().long(), batch.tokens[:, 0]) for batch in drawn)
    assert 15 < sum(bool((batch.latents < 0).all()) for batch in drawn) < 45
