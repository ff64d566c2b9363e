"""What this machine can do: facts with, where something is missing, the command that fixes it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reverie.core import catalogue, registry
from reverie.core.errors import ReverieError

INSTALL = "delete the folder .venv and run: python3 start.py doctor"
LEAST_MEMORY, LEAST_DISK = 2 * 2**30, 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """One fact: `ok` is False where it keeps something from working, and `fix` says what to do then."""

    name: str
    value: str
    ok: bool = True
    fix: str = ""


def examine() -> list[Check]:
    """Look at Python, processor, memory, disk, torch, devices, codecs and models; nothing is loaded or changed."""
    return [check for look in LOOKS for check in look()]


def _python() -> Iterator[Check]:
    now = platform.python_version()
    yield Check(
        "python", f"{now} on {platform.system()} {platform.machine()}", sys.version_info >= (3, 11), "install 3.11"
    )


def _processor() -> Iterator[Check]:
    yield Check("processor", counted(usable_cores(), "core"))


def counted(count: int, what: str) -> str:
    """Return `1 core` or `2 cores`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _memory() -> Iterator[Check]:
    total = total_memory()
    if total is None:
        yield Check("memory", "unknown")
        return
    fix = "2 GiB are needed: close other programs"
    yield Check("memory", f"{total / 2**30:.1f} GiB", total >= LEAST_MEMORY, fix)


def total_memory() -> int | None:
    """Return this machine's memory in bytes, None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _disk() -> Iterator[Check]:
    free = shutil.disk_usage(Path.cwd()).free
    yield Check("disk", f"{free / 2**30:.1f} GiB free here", free >= LEAST_DISK, "make room; 1 GiB is enough to begin")


def _packages() -> Iterator[Check]:
    for name in ("torch", "diffusers", "transformers", "safetensors", "openvino", "av", "opencv-python-headless"):
        try:
            yield Check(name, version(name))
        except PackageNotFoundError:
            yield Check(name, "missing", False, INSTALL)


def _device() -> Iterator[Check]:
    try:
        import torch
    except ImportError:
        yield Check("device", "none: torch is missing", False, INSTALL)
        return
    build = "ROCm" if torch.version.hip else f"CUDA {torch.version.cuda}" if torch.version.cuda else "cpu"
    yield Check("torch build", build)
    found = [_card_name(index) for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    idle = not found and shutil.which("nvidia-smi") is not None
    threads = counted(torch.get_num_threads(), "thread")
    value = "an NVIDIA card that this build of torch does not use" if idle else f"cpu, {threads}"
    yield Check("device", ", ".join(found) or value, not idle, "python3 start.py --torch cuda doctor")


def _kernels() -> Iterator[Check]:
    """Say whether kernels are computed by hand on the first card; each is tried before its first use, too."""
    from reverie.kernels.choosing import KERNELS, hindered
    from reverie.models.place import best_device

    hindrance = hindered(best_device())
    value = f"PyTorch's own: {hindrance}" if hindrance else f"by hand, in Triton: {', '.join(KERNELS)}"
    yield Check("kernels", value)


def _card_name(index: int) -> str:
    import torch

    facts = torch.cuda.get_device_properties(index)
    return f"cuda:{index} {facts.name}, {facts.total_memory / 2**30:.0f} GiB"


def _codecs() -> Iterator[Check]:
    from reverie.media.video import encoders

    for suffix, codec in encoders().items():
        yield Check(f"write {suffix}", codec or "missing", codec is not None, INSTALL)


def _live_inputs() -> Iterator[Check]:
    """Say what can be restyled live; an address that this build can't read is a fact, and no fault of the machine."""
    from reverie.media.streams import cameras, speaks

    for scheme in ("rtsp", "http", "srt"):
        yield Check(f"read {scheme}://", "yes" if speaks(scheme) else "no: this build of PyAV is without it")
    found = cameras()
    yield Check("cameras", ", ".join(found) if found else "none found")


def _models() -> Iterator[Check]:
    for name, component in catalogue.MODELS.items():
        try:
            card = registry.resolve("backends", component.name).describe(registry.options_of("backends", component))
            yield Check(f"model {name}", f"ready: {card.title}")
        except (ReverieError, ImportError) as error:
            # What paints unasked must be there; another that is not is a fact, and no fault of this machine.
            yield Check(f"model {name}", str(error), name not in {catalogue.DEFAULT, catalogue.DREAMS}, INSTALL)


LOOKS: tuple[Callable[[], Iterator[Check]], ...] = (
    _python,
    _processor,
    _memory,
    _disk,
    _packages,
    _device,
    _kernels,
    _codecs,
    _live_inputs,
    _models,
)
