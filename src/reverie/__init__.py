"""Reverie: a generative video engine that turns words, pictures and cameras into moving images."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reverie.core.frame import Frame, Motion
    from reverie.core.report import Report
    from reverie.core.spec import RenderSpec, Scene
    from reverie.core.timeline import Keyframe
    from reverie.dreaming import Dream, dream, render
    from reverie.filming import Film, film

__version__ = "0.1.0"

_PUBLIC = {
    "Frame": "reverie.core.frame",
    "Motion": "reverie.core.frame",
    "Report": "reverie.core.report",
    "RenderSpec": "reverie.core.spec",
    "Scene": "reverie.core.spec",
    "Keyframe": "reverie.core.timeline",
    "Dream": "reverie.dreaming",
    "dream": "reverie.dreaming",
    "render": "reverie.dreaming",
    "Film": "reverie.filming",
    "film": "reverie.filming",
}

__all__ = [
    "Dream",
    "Film",
    "Frame",
    "Keyframe",
    "Motion",
    "RenderSpec",
    "Report",
    "Scene",
    "__version__",
    "dream",
    "film",
    "render",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing the package stays light."""
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what the package offers."""
    return sorted(__all__)
