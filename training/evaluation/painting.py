"""Paint held-out prompts through the very backend that users run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reverie.core.catalogue import find
from reverie.core.frame import Image, Images
from reverie.core.registry import create
from reverie.core.spec import RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.worlds.world import World
from training.pictures import Pictures
from training.prompts import full_caption


@dataclass(frozen=True)
class Task:
    """One row of the table: `strength` 1 paints from nothing, less repaints another world's picture."""

    steps: int
    strength: float
    guidance_scale: float

    @property
    def name(self) -> str:
        """What the row is called in the results."""
        return f"{'repaint' if self.strength < 1 else 'text'}_{self.steps}"


class Painting:
    """The backend under test with one run open."""

    def __init__(self, model: str, steps: int, side: int, device: str) -> None:
        """Load the model for a number of steps."""
        found = find(model)
        wanted = {**found.options, "num_inference_steps": steps, "device": device}
        component = found.model_copy(update={"options": wanted})
        scene = Scene(keyframes=(Keyframe(prompt="a picture"),), backend=component)
        spec = RenderSpec(width=side, height=side, scenes=(scene,))
        self.run = create("backends", component).start(spec, scene, lambda *_: None)

    def paint(self, task: Task, prompt: str, start: Image | None, seed: int, negative: str = "") -> Image:
        """Return one picture."""
        frames: Images | None = None if start is None else start[None]
        cond = Conditioning(((prompt, 1.0),), negative, task.guidance_scale, task.strength, seed, frames)
        picture: Image = np.asarray(self.run.step(cond, lambda *_: None))[0]
        return picture


def painted(painting: Painting, task: Task, cache: Pictures, count: int) -> tuple[list[Image], list[World]]:
    """Paint the prompts of a cache's first `count` worlds, repainting each from a picture half the cache away."""
    worlds = cache.worlds[:count]
    made = []
    for index, world in enumerate(worlds):
        start = begun(cache, index) if task.strength < 1 else None
        made.append(painting.paint(task, full_caption(world, "exam"), start, seed=index))
    return made, worlds


def begun(cache: Pictures, index: int) -> Image:
    """Return the picture that a repaint of world `index` starts from: the one half the cache away."""
    return np.array(cache.array[(index + len(cache) // 2) % len(cache)])
