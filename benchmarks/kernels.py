"""Do the kernels that are written by hand beat the compiler's own?

    python benchmarks/kernels.py [--quick]

Each kernel, at the sizes in use, beside `torch.compile` of its reference and beside the reference run as it is: on the
same device, in the same run, turn by turn, in half precision. All three are captured as graphs first, as a live loop
would, so that what is measured is the card's time and not the host's for starting it. `times_compiled` over 1 is what a
kernel is kept for. Without a graphics card nothing is measured, and nothing is written: each kernel is run in miniature
by Triton's interpreter, and has to give the reference's answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.kernels.choosing import BY_HAND, KERNELS, chosen

CARD = "cuda:0"
CALLS = 20
"""Calls in a captured graph: one alone would be too short to time."""

NORMS = (
    ("reverie-tiny at 256x256, finest", (1, 32, 64, 64), 16),
    ("reverie-tiny at 256x256, coarsest", (1, 192, 8, 8), 16),
    ("SD 1.5 at 912x512, finest", (1, 320, 64, 114), 32),
    ("SD 1.5 at 912x512, coarsest", (1, 1280, 8, 15), 32),
    ("SD's autoencoder at 912x512, finest", (1, 128, 512, 912), 32),
)
BANKS = (("12 frames of 64 places", 12), ("64 frames of 64 places", 64))
SIZES = ((256, 256), (448, 256), (912, 512))


@dataclass(frozen=True)
class Case:
    """One kernel at one size, and what it is given."""

    kernel: str
    size: str
    given: tuple[Any, ...]


def cases(device: str) -> Iterator[Case]:
    """Give every kernel at every size in use."""
    half = torch.float16
    for size, shape, groups in NORMS:
        features = torch.randn(shape, device=device, dtype=half).contiguous(memory_format=torch.channels_last)
        weight, bias = (torch.randn(shape[:2], device=device, dtype=half) for _ in range(2))
        yield Case("group_norm_silu", size, (features, weight, bias, groups))
    for size, frames in BANKS:
        queries, keys = (torch.randn((1, 64 * n, 32), device=device, dtype=half) for n in (1, frames))
        looks = torch.rand((1, 64 * frames, 6), device=device, dtype=half)
        yield Case("recalled", size, (queries, keys, looks, torch.tensor(20.0, device=device), 64))
    for columns, rows in SIZES:
        yield from _pictures(device, rows, columns)


def _pictures(device: str, rows: int, columns: int) -> Iterator[Case]:
    size, half = f"{columns}x{rows}", torch.float16
    new, old = (torch.rand((1, 3, rows, columns), device=device, dtype=half) for _ in range(2))
    new, old = (one.contiguous(memory_format=torch.channels_last) for one in (new, old))
    across, down = (torch.arange(float(side), device=device) for side in (columns, rows))
    places = torch.stack(torch.meshgrid(across, down, indexing="xy"))[None] + 1.3
    maps = [torch.rand((1, 3, rows // 2, columns // 2), device=device, dtype=half) for _ in range(3)]
    yield Case("warp_blend", size, (new, old, places, *maps))
    levels = torch.randint(0, 256, (1, rows, columns, 3), device=device, dtype=torch.uint8)
    yield Case("to_planes", size, (levels, half, torch.channels_last))
    yield Case("to_pictures", size, (new * 2 - 1,))


def captured(run: Callable[..., Any], given: tuple[Any, ...]) -> torch.cuda.CUDAGraph:
    """Return `CALLS` calls as one graph; what has to be compiled is compiled before."""
    aside = torch.cuda.Stream()
    with torch.cuda.stream(aside):
        for _ in range(3):
            run(*given)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(CALLS):
            run(*given)
    return graph


def milliseconds(graph: torch.cuda.CUDAGraph) -> float:
    """Return how long one call takes on the card."""
    begun, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begun.record()
    graph.replay()
    ended.record()
    ended.synchronize()
    whole: float = begun.elapsed_time(ended)
    return whole / CALLS


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Return a row: the three ways turn by turn, the median of each."""
    reference = getattr(import_module(f"reverie.kernels.{KERNELS[case.kernel]}"), case.kernel)
    choice = chosen(case.kernel, CARD)
    ways = {"eager": reference, "compiled": torch.compile(reference, dynamic=False), "by_hand": choice.run}
    graphs = {name: captured(run, case.given) for name, run in ways.items()}
    turns = [{name: milliseconds(graph) for name, graph in graphs.items()} for _ in range(rounds)]
    spent = {name: statistics.median(turn[name] for turn in turns[2:]) for name in graphs}
    return {
        "kernel": case.kernel,
        "size": case.size,
        **{f"{name}_us": round(1e3 * value, 2) for name, value in spent.items()},
        "times_eager": round(spent["eager"] / spent["by_hand"], 2),
        "times_compiled": round(spent["compiled"] / spent["by_hand"], 2),
        "chosen": choice.by,
    }


def miniature() -> int:
    """Run every kernel small in the interpreter; return how many give another answer than their reference."""
    print("Speed: not measured, there is no graphics card here.")
    if find_spec("triton") is None:
        print("Answers: not compared, Triton is not installed.")
        return 0
    os.environ["TRITON_INTERPRET"] = "1"
    wrong = 0
    for name in KERNELS:
        choice = chosen(name, "cpu")
        wrong += choice.by != BY_HAND
        print(f"{name}: {'the answer of its reference' if choice.by == BY_HAND else choice.why}")
    return wrong


def main() -> int:
    """Measure, print, and write the result; without a card compare only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        return min(1, miniature())
    rows = []
    for case in cases(CARD):
        rows.append(measured(case, 12 if options.quick else 60))
        print(rows[-1], flush=True)
    save("kernels", rows, note=__doc__, device=torch.cuda.get_device_name(CARD))
    return 0


if __name__ == "__main__":
    sys.exit(main())
