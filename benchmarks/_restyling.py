"""A clip repainted once and settled in several ways: what the ablation of the memory and its short form in CI share.

The painter never sees what the memory made of its pictures, so every way of settling is given the very same ones. Clips
are played there and back, over and over: their ends meet without a cut, and nothing begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reverie.core.frame import Frame, Image
from reverie.core.protocols import Correction
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.measure.appearance import histogram, histograms_apart, working
from reverie.measure.beside import Comparing
from reverie.measure.gates import GATES
from reverie.measure.scorecard import Scorecard, Scoring
from reverie.media.geometry import fit
from reverie.media.video import read_frames
from reverie.worlds.camera import Camera
from reverie.worlds.render import render
from reverie.worlds.world import World

RATE = 24.0
PROMPT, STYLE = "a watercolour garden", "watercolour"
STRENGTH, RENEWAL = 0.45, 0.05
"""As `reverie restyle` has them where a memory settles what is painted; here for every arm."""

SCORED = 240
"""Frames at the beginning and at the end that are measured, at most; what lies between is settled all the same."""

Images = npt.NDArray[np.uint8]

ARMS: Mapping[str, Mapping[str, Any] | None] = {
    "off": None,
    "blend": {"network": False},
    "bank 0": {"bank": 0},
    "all": {},
}
"""What the memory is told; without a network half of the last picture is kept, moved as the source moved."""


@dataclass(frozen=True)
class Clip:
    """What a camera gave and what was painted for it, there and back: both `(N, H, W, 3)`."""

    name: str
    given: Images
    painted: Images

    def __len__(self) -> int:
        """Return how many frames there are until it begins again."""
        return len(self.given)


def there_and_back(frames: Images) -> Images:
    """Return frames followed by themselves in reverse, both ends once."""
    return np.concatenate([frames, frames[-2:0:-1]])


def footage(path: Path, side: int, most: int) -> Images:
    """Return the first frames of a film, cut to a square."""
    frames: list[Image] = []
    for image, _ in read_frames(str(path), "media"):
        frames.append(fit(image, side, side))
        if len(frames) >= most:
            break
    return np.stack(frames)


def rendered(world: World, cameras: Sequence[Camera], side: int) -> Images:
    """Return a world as cameras see it."""
    pictures = (render(world, side, side, camera, "cpu").clamp(0, 1) for camera in cameras)
    return np.stack([(picture * 255 + 0.5).byte().permute(1, 2, 0).numpy() for picture in pictures])


def resting(frames: int) -> list[Camera]:
    """Return a camera on a tripod: only the world itself moves."""
    return [Camera(zoom=1.3, time=4 + index / RATE) for index in range(frames)]


def moving(frames: int) -> list[Camera]:
    """Return a camera that goes aside and nearer, with a hand's tremor."""
    dice = np.random.default_rng(5)
    return [
        Camera(
            zoom=1.3 * 1.004**index,
            pan_x=0.006 * index + dice.normal(0, 0.002),
            pan_y=dice.normal(0, 0.002),
            roll=dice.normal(0, 0.1),
            time=4 + index / RATE,
        )
        for index in range(frames)
    ]


def painted(name: str, frames: Images, model: str = "reverie-tiny", **options: Any) -> Clip:
    """Repaint frames, there and back, by the shipped model: one evaluation each, one seed, one noise for all arms."""
    given = there_and_back(frames)
    asked = {"model": model, "num_inference_steps": 1, "device": "cpu", "renewal": RENEWAL, **options}
    backend = ComponentSpec(name="diffusers_image", options=asked)
    scene = Scene(keyframes=(Keyframe(prompt=PROMPT),), backend=backend)
    height, width = given.shape[1:3]
    spec = RenderSpec(width=width, height=height, fps=RATE, paint_fps=RATE, scenes=(scene,))
    plugin = create("backends", backend)
    run = plugin.start(spec, scene, quiet)
    guidance = plugin.describe(plugin.Options(**asked)).default("guidance_scale", 1.0)
    pictures = []
    for index, image in enumerate(given):
        cond = Conditioning(((PROMPT, 1.0),), "", guidance, STRENGTH, 1000 + index, image[None])
        pictures.append(np.asarray(run.step(cond, quiet))[0])
    run.close()
    return Clip(name, given, np.stack(pictures))


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None:
    """Take progress and say nothing."""


def opened(arm: str, **options: Any) -> Correction | None:
    """Begin a run of the memory as an arm has it, None where there is none."""
    said = ARMS[arm]
    if said is None:
        return None
    corrector = create("correctors", ComponentSpec(name="memory", options={**said, **options}))
    scene = Scene(keyframes=(Keyframe(prompt=PROMPT),), backend=ComponentSpec(name="placeholder"))
    run: Correction = corrector.start(RenderSpec(scenes=(scene,)))
    return run


def settled(clip: Clip, arm: str, frames: int, **options: Any) -> Iterator[tuple[int, Image]]:
    """Yield each frame's place in the clip, and what an arm shows for it."""
    run, cond = opened(arm, **options), Conditioning(((PROMPT, 1.0),))
    for index in range(frames):
        place = index % len(clip)
        image = clip.painted[place]
        if run is not None:
            image = run.correct(image, Frame(clip.given[place], Fraction(index, int(RATE)), index), cond)
        yield place, image


@dataclass
class Window:
    """Some frames of a run, measured beside what they were made from."""

    scoring: Scoring = field(default_factory=lambda: Scoring(RATE))
    comparing: Comparing = field(default_factory=Comparing)
    colours: list[npt.NDArray[np.float32]] = field(default_factory=list)
    kept: list[Image] = field(default_factory=list)

    def see(self, made: Image, given: Image) -> None:
        """Take a frame and what it was made from."""
        self.scoring.see(made)
        self.comparing.see(made, given)
        self.colours.append(histogram(working(made)))
        if len(self.colours) % 8 == 1:
            self.kept.append(made)


def whole_loops(clip: Clip, frames: int) -> int:
    """Return how many frames are measured at either end: whole loops, one at least and no more than `SCORED`."""
    loops = max(1, min(SCORED, frames // 2) // len(clip))
    return loops * len(clip)


def watched(clip: Clip, arm: str, frames: int, **options: Any) -> dict[str, Any]:
    """Settle a clip for so many frames, brought to whole loops, and measure its beginning and its end."""
    total = max(2, -(-frames // len(clip))) * len(clip)
    window = whole_loops(clip, total)
    first, last = Window(), Window()
    for index, (place, image) in enumerate(settled(clip, arm, total, **options)):
        if index < window:
            first.see(image, clip.given[place])
        if index >= total - window:
            last.see(image, clip.given[place])
    return {"frames": total, **_figures(first, last), "pictures": last.kept}


def source_figures(clip: Clip) -> dict[str, Any]:
    """Return the same of what the camera gave."""
    window = Window()
    for image in clip.given:
        window.see(image, image)
    return {"frames": len(clip), **_figures(window, window)}


def _figures(first: Window, last: Window) -> dict[str, Any]:
    begin, end = first.scoring.card(), last.scoring.card()
    likeness = last.comparing.likeness()
    assert likeness is not None
    apart = histograms_apart(np.mean(first.colours, axis=0), np.mean(last.colours, axis=0))
    drift = {name: end.means[name] / max(abs(begin.means[name]), 1e-6) - 1 for name in end.means}
    return {
        "warp_error": 1e3 * end.warp_error,
        "flicker": end.flicker,
        "detail": end.means["detail"],
        "deviation": end.means["contrast"] / 255,
        "variance_kept": (end.means["contrast"] / max(begin.means["contrast"], 1e-6)) ** 2,
        "edges": likeness.edges,
        "difference": likeness.difference,
        "restless": _restlessness(end),
        "frozen": end.frozen,
        "drift": {**drift, "colours": apart},
    }


def _restlessness(card: Scorecard) -> float:
    """Return the change that no motion explains as a share of the picture's variance: grey pictures do not win."""
    return card.warp_error / max((card.means["contrast"] / 255) ** 2, 1e-6)


DRIFTS = {gate.name: (gate.lowest, gate.highest) for gate in GATES if gate.drift}


def endured(run: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, bool]:
    """Judge a long run: does it keep its variance and its detail, does it drift, is it no more restless than its input.

    A clip is there in whole loops at both ends, so that all drift is the run's own.
    """
    held = {f"drift of {name}": low <= run["drift"][name] <= high for name, (low, high) in DRIFTS.items()}
    return {
        "variance": 0.9 <= run["variance_kept"] <= 1.1,
        "deviation": run["deviation"] > min(0.1, 0.8 * source["deviation"]),
        "detail": run["drift"]["detail"] >= -0.1,
        **held,
        "restless": run["restless"] <= source["restless"],
        "flicker": run["flicker"] <= max(1.2 * source["flicker"], 0.1),
    }
