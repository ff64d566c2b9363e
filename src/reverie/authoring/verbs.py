"""The ways to render a film again that change its spec: remaster it, or perform it again.

Replaying needs nothing: the spec as it is gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reverie.authoring.canvas import choose_canvas
from reverie.authoring.wishes import any_seed, built, card_of, filters_for, within
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, SparkSpec, Vitality
from reverie.core.timeline import Keyframe, MotionSpec, unadjusted

REMASTER_STRENGTH = 0.25
"""Low enough that the pictures stay what they were, SSIM 0.6 or better, high enough to paint detail anew."""


@dataclass(frozen=True, slots=True)
class Remaster:
    """How a film is to be remastered.

    `strength` is 0 to 1; `size` is pixels or a name, None as it was; `fps` is delivered frames a second, None as it
    was; `slower` is how many times as long the film lasts.
    """

    strength: float = REMASTER_STRENGTH
    size: str | tuple[int, int] | None = None
    fps: float | None = None
    slower: float = 1.0


def performed_again(spec: RenderSpec, seed: int | None = None) -> RenderSpec:
    """Return a spec with the same gestures and new pictures: another seed, any if none is given."""
    if seed is None:
        seed = next(other for other in iter(any_seed, None) if other != spec.seed)
    scenes = tuple(scene.model_copy(update={"seed": None}) for scene in spec.scenes)
    return built(RenderSpec, **{**dict(spec), "seed": seed, "scenes": scenes})


def remastered(spec: RenderSpec, film: Path, wish: Remaster) -> RenderSpec:
    """Return a spec that repaints a film's own frames at low strength, larger or slower.

    The words are those of `spec`. There are no sparks, no camera and no correctors: the film has had them. Raises
    InputError where the model paints from words alone, or a wish is out of its range.
    """
    if len(spec.scenes) > 1:
        raise InputError("film", str(film), "has several scenes: remaster a film of one scene.")
    scene = spec.scenes[0]
    card = card_of(scene.backend)
    if "image" not in card.inputs:
        raise InputError(
            "model", card.id, "paints from words alone and can't repaint a film: replay or perform it again."
        )
    slower = within("slower", wish.slower, 0.1, 20.0)
    fps = within("fps", spec.fps if wish.fps is None else wish.fps, 0.1, 240.0)
    canvas = choose_canvas((spec.width, spec.height) if wish.size is None else wish.size, card)
    paint_fps = min(spec.paint_fps, fps)
    changed = {
        "width": canvas.painted[0],
        "height": canvas.painted[1],
        "fps": fps,
        "paint_fps": paint_fps,
        "scenes": (_slowed(scene, film, wish.strength, slower),),
        "correctors": (),
        "filters": filters_for(fps, paint_fps, canvas),
        "vitality": Vitality(spark=SparkSpec(enabled=False)),
    }
    return built(RenderSpec, **{**dict(spec), **changed})


def _slowed(scene: Scene, film: Path, strength: float, slower: float) -> Scene:
    keyframes = tuple(_softened(key, strength, slower) for key in scene.keyframes)
    source = ComponentSpec(name="video", options={"path": str(film), "speed": 1 / slower})
    length = None if scene.duration is None else scene.duration * slower
    return built(Scene, **{**dict(scene), "keyframes": keyframes, "source": source, "duration": length})


def _softened(key: Keyframe, strength: float, slower: float) -> Keyframe:
    motion = key.motion and MotionSpec(
        zoom=key.motion.zoom ** (1 / slower),
        pan=(key.motion.pan[0] / slower, key.motion.pan[1] / slower),
        rotate=key.motion.rotate / slower,
    )
    changed = {"time": key.time * slower, "blend": key.blend * slower, "strength": strength, "motion": motion}
    return built(Keyframe, **{**dict(unadjusted(key)), **changed, "spark": False, "freeze": None})
