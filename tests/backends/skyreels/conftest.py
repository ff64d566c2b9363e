"""Tiny video models of every kind, saved once for a run of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from tests.video_checkpoints import save_forced, save_pictured, save_words

SAVED: dict[str, Callable[[Path], Path]] = {"forced": save_forced, "words": save_words, "pictured": save_pictured}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the folders of the models, by kind."""
    folder = tmp_path_factory.mktemp("video")
    return {kind: str(save(folder / kind)) for kind, save in SAVED.items()}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread: models so small wait for each other more than they compute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
