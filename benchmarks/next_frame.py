"""Does a clip go on from the memory alone, with no input, and how does that drift?

    python benchmarks/next_frame.py [--media FOLDER] [--frames 240] [--strength 0.2]

An experiment. A clip is repainted for a second with its source, and then goes on without: the motion seen last is kept
up (and dies away slowly), the last picture is moved by it, `reverie-tiny` repaints that, and the memory settles it by
what it holds. `loop` is the same without a memory, which is what a dream that is fed its last picture does. Figures are
shares of what the last half second with a source had: 1 is no drift. `kept` is how alike the picture still is to the
last one with a source (correlation of small grey pictures).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._restyling import PROMPT, RATE, Images, footage, moving, quiet, rendered
from benchmarks._results import save
from benchmarks.restyle import WORLDS, films
from reverie.core.frame import Image
from reverie.core.protocols import Generation
from reverie.core.registry import create
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from reverie.measure.appearance import Appearance, appearance
from reverie.models.composing import Moment
from reverie.models.memory_runtimes import Place, shipped
from reverie.models.recollection import Recollection

SEEN = 24
"""Frames with a source, before there is none."""

FADE = 0.985
"""How much of its motion a frame hands to the next: half of it is gone after 46 frames."""

RENEWAL = 0.75
"""Share of the noise that is new in every frame: a loop that is given its old noise again burns (training/LOG.md)."""

TOLD = ("luma", "contrast", "saturation", "detail", "noise")
MOMENTS = (24, 60, 120, 240)

Flow = npt.NDArray[np.float32]


def painter(width: int, height: int) -> tuple[Generation, float]:
    """Begin a run of the shipped model, and say how closely it follows words by itself."""
    options = {"model": "reverie-tiny", "num_inference_steps": 1, "device": "cpu", "renewal": RENEWAL, "threads": 1}
    backend = ComponentSpec(name="diffusers_image", options=options)
    scene = Scene(keyframes=(Keyframe(prompt=PROMPT),), backend=backend)
    spec = RenderSpec(width=width, height=height, fps=RATE, paint_fps=RATE, scenes=(scene,))
    plugin = create("backends", backend)
    run: Generation = plugin.start(spec, scene, quiet)
    return run, plugin.card.default("guidance_scale", 1.0)


def motion(now: Image, past: Image) -> Flow:
    """Return where each pixel of a picture was in the one before, in pixels; smooth, since it is to be kept up."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (now, past)]
    found = finder.calc(grey[0], grey[1], None)  # type: ignore[call-overload]
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 8), np.float32)


def moved(image: Image, flow: Flow) -> tuple[Image, npt.NDArray[np.uint8]]:
    """Return a picture moved on, and 255 where it shows anything."""
    rows, columns = image.shape[:2]
    grid = np.dstack(np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)))
    places = np.asarray(grid + flow, np.float32)
    picture = cv2.remap(image, places, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)  # type: ignore[call-overload]
    seen = cv2.inRange(places, (0.0, 0.0, 0.0, 0.0), (columns - 1.0, rows - 1.0, 0.0, 0.0))
    return np.asarray(picture, np.uint8), np.asarray(seen, np.uint8)


def gone_on(frames: Images, arm: str, options: argparse.Namespace) -> list[Image]:
    """Return what is shown: `SEEN` frames with a source, and then as many as are asked for without."""
    height, width = frames.shape[1:3]
    run, guidance = painter(width, height)
    memory = Recollection(12, 4, shipped(Place(threads=1))) if arm == "memory" else None
    shown: list[Image] = []
    flow: Flow = np.zeros((height, width, 2), np.float32)
    for index in range(SEEN + options.frames):
        sourced = index < SEEN
        if sourced and index:
            flow = motion(frames[index], frames[index - 1])
        elif not sourced:
            flow = moved_on(flow)
        before, seen = moved(shown[-1], flow) if shown else (frames[0], np.zeros((height, width), np.uint8))
        given = frames[index] if sourced else before
        past = moved(frames[index - 1], flow)[0] if sourced and index else given
        strength = 0.45 if sourced else options.strength
        cond = Conditioning(((PROMPT, 1.0),), "", guidance, strength, 1000 + index, given[None])
        image = np.asarray(run.step(cond, quiet))[0]
        if memory is not None and not shown:
            memory.begin(given, image)
        elif memory is not None:
            image = memory.settle(Moment(image, before, given, past, seen))
        shown.append(image)
    run.close()
    return shown


def moved_on(flow: Flow) -> Flow:
    """Return the motion of the next frame: the same, a little less of it, where it has come to."""
    return np.asarray(FADE * moved_field(flow), np.float32)


def moved_field(flow: Flow) -> Flow:
    """Return a field of motion moved by itself."""
    rows, columns = flow.shape[:2]
    grid = np.dstack(np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)))
    places = np.asarray(grid + flow, np.float32)
    found = cv2.remap(flow, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(found, np.float32)


def drift(shown: list[Image]) -> tuple[list[dict[str, Any]], dict[str, list[float]]]:
    """Return how a run had changed at some moments, and the curves of all measures."""
    looks = [appearance(image) for image in shown]
    begin = {name: _mean(looks[SEEN // 2 : SEEN], name) for name in TOLD}
    curves = {name: [getattr(one, name) / max(begin[name], 1e-6) for one in looks] for name in TOLD}
    last = _thumb(shown[SEEN - 1])
    curves["kept"] = [float(np.corrcoef(last, _thumb(image))[0, 1]) for image in shown]
    rows = []
    for moment in MOMENTS:
        place = SEEN + moment
        if place <= len(shown):
            near = {name: float(np.mean(curve[place - 12 : place])) for name, curve in curves.items()}
            rows.append({"after": moment, **{name: round(value, 3) for name, value in near.items()}})
    return rows, {name: [round(value, 4) for value in curve] for name, curve in curves.items()}


def _mean(looks: list[Appearance], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in looks]))


def _thumb(image: Image) -> npt.NDArray[np.float64]:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()


def main() -> None:
    """Run both arms on each clip, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, help="a folder of films")
    parser.add_argument("--clips", help="some of them, by name")
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--strength", type=float, default=0.2)
    parser.add_argument("--sheets", type=Path, help="a folder for pictures of every run")
    parser.add_argument("--quick", action="store_true", help="a quarter of the frames")
    options = parser.parse_args()
    options.frames //= 4 if options.quick else 1
    if options.media is None:
        taken = {"rendered, moving": rendered(WORLDS["rendered, moving"][0], moving(SEEN), options.side)}
    else:
        found = films(options.media)
        names = options.clips.split(",") if options.clips else list(found)
        taken = {name: footage(found[name], options.side, SEEN) for name in names}
    rows: list[dict[str, Any]] = []
    curves: dict[str, Any] = {}
    for name, frames in taken.items():
        for arm in ("loop", "memory"):
            shown = gone_on(frames, arm, options)
            told, curves[f"{name}, {arm}"] = drift(shown)
            rows += [{"clip": name, "arm": arm, **row} for row in told]
            print(*rows[-len(told) :], sep="\n", flush=True)
            if options.sheets is not None:
                _sheet(options.sheets / f"{name}_{arm}.png", shown)
    save("next_frame", rows, curves=curves, note=__doc__)


def _sheet(path: Path, shown: list[Image]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    places = [SEEN - 1, *(SEEN + moment - 1 for moment in MOMENTS if SEEN + moment <= len(shown))]
    cv2.imwrite(str(path), cv2.cvtColor(np.hstack([shown[place] for place in places]), cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
