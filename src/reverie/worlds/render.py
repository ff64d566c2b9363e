"""From a world to a picture."""

from __future__ import annotations

import torch
from torch import Tensor

from reverie.worlds.camera import Camera
from reverie.worlds.canvas import Canvas
from reverie.worlds.families import FAMILIES
from reverie.worlds.light import enliven
from reverie.worlds.style import STYLES
from reverie.worlds.weather import WEATHERS
from reverie.worlds.world import World

REST = Camera()


def render(world: World, width: int, height: int, camera: Camera = REST, device: str | torch.device = "cpu") -> Tensor:
    """Paint `world`: (3, height, width), float32 in 0..1. Equal arguments give equal bits on one device and build."""
    return render_with_depth(world, width, height, camera, device)[0]


@torch.no_grad()
def render_with_depth(
    world: World, width: int, height: int, camera: Camera = REST, device: str | torch.device = "cpu"
) -> tuple[Tensor, Tensor]:
    """Paint `world` and say how far away things are.

    Returns the picture, (3, height, width) float32 in 0..1, and the depth, (height, width) in 0..1: 1 - 1 / distance,
    so 0 is the nearest layer and 1 the sky. Raises ValueError for a side under 32 pixels.
    """
    if min(width, height) < 32:
        raise ValueError(f"world: width and height must be at least 32 pixels, not {width}x{height}")
    canvas = Canvas(world, width, height, camera, torch.device(device))
    FAMILIES[world.family](canvas)
    WEATHERS[world.weather](canvas)
    image = STYLES[world.style](canvas.develop(), canvas)
    return enliven(image.clamp(0, 1), 0.14).clamp(0, 1), canvas.depth()
