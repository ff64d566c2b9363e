"""A film that several processes paint together is the film that one paints."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.multiprocessing.spawn import start_processes

from tests.backends.skyreels.test_generation import backend, begun, silent, wish
from tests.video_checkpoints import save_forced

HEADS = 4


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_forced(tmp_path_factory.mktemp("wide") / "model", num_attention_heads=HEADS))


def latents_of(model: str, count: int) -> np.ndarray[Any, Any]:
    """Paint two windows and return the last one's latents."""
    painter = backend(model)
    run = begun(painter, 29)
    assert painter.environment["processes"] == count
    for seed in (3, 20):
        run.step(wish(seed), silent)
    assert run._tail is not None
    return run._tail.numpy()


def one_of(rank: int, count: int, port: int, model: str, folder: str) -> None:
    """Paint as one of several processes."""
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", rank=rank, world_size=count)
    # Without an accelerator the library divides by the number of them.
    torch.accelerator.device_count = lambda: 1
    torch._C._get_accelerator = lambda *_: torch.device("cpu")
    np.save(Path(folder) / f"{rank}.npy", latents_of(model, count))
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize("count", [2, 4])
def test_so_many_processes_paint_what_one_paints(count: int, model: str, tmp_path: Path) -> None:
    alone = latents_of(model, 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start_processes(one_of, (count, port, model, str(tmp_path)), nprocs=count, start_method="spawn")
    for rank in range(count):
        np.testing.assert_allclose(np.load(tmp_path / f"{rank}.npy"), alone, atol=1e-5)
