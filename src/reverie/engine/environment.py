"""What decides the last bit of a picture: versions, threads, machine."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cv2

import reverie

PACKAGES = ("numpy", "opencv-python-headless", "torch", "diffusers", "openvino")


def environment() -> dict[str, Any]:
    """Describe where a run happens; nothing heavy is imported for it."""
    return {
        "reverie": reverie.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
        "threads": {"opencv": cv2.getNumThreads(), "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS"), **_torch()},
    }


def installed(package: str) -> str | None:
    """Return a package's version, None where it is missing; nothing is imported."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _torch() -> dict[str, int]:
    """Torch's threads, if a backend has brought torch in: it is not imported for the asking."""
    torch = sys.modules.get("torch")
    return {} if torch is None else {"torch": torch.get_num_threads()}
