"""The kernels written by hand, compiled to machine code for cards that need not be there: whether they compile at all.

Triton's interpreter runs Python; its compiler takes less of it. Nothing is run here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

COMPILING = """
import sys
from importlib import import_module

import torch
from triton.backends.compiler import GPUTarget
from triton.runtime import driver

from reverie.kernels.choosing import KERNELS

backend, arch, warp = sys.argv[1], sys.argv[2], int(sys.argv[3])


class Absent:
    def get_current_target(self):
        return GPUTarget(backend, int(arch) if arch.isdecimal() else arch, warp)

    def get_current_device(self):
        return 0

    def get_current_stream(self, device):
        return 0


def compiled(kernel, grid, beside, *given, **constants):
    made = kernel.warmup(*given, grid=grid, **constants)
    print("COMPILED", kernel.fn.__name__, *sorted(made.asm))


driver.set_active(Absent())
for name, module in KERNELS.items():
    plain, by_hand = (import_module(f"reverie.kernels.{where}{module}") for where in ("", "on_triton."))
    by_hand.launch = compiled
    getattr(by_hand, name)(*plain.EXAMPLES[name]("cpu"))
"""
"""Asks for every kernel to be made ready for a card, as the first use on it does, and starts none."""

CARDS = {"cuda": ("80", "32", "cubin"), "hip": ("gfx942", "64", "hsaco")}


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is there for Linux on x86-64 only")
@pytest.mark.parametrize("maker", list(CARDS))
def test_every_kernel_compiles(maker: str, tmp_path: Path) -> None:
    arch, warp, code = CARDS[maker]
    surroundings = {**os.environ, "TRITON_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    surroundings.pop("TRITON_INTERPRET", None)
    command = [sys.executable, "-c", COMPILING, maker, arch, warp]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("COMPILED")]
    assert {name for name, *_ in made} == {
        "_measured",
        "_applied",
        "_recalled",
        "_settled",
        "_to_planes",
        "_to_pictures",
    }
    assert all(code in kinds for _, *kinds in made)
