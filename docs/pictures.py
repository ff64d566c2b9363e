"""Make the pictures of these documents again, from real output.

python docs/pictures.py                            all of them, into docs/media/
python docs/pictures.py reef loop --model worlds   some of them, with another model
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont
from pydantic import BaseModel, ConfigDict

import reverie
from reverie.core import registry
from reverie.core.card import BackendCard, Range
from reverie.core.catalogue import DEFAULT, DREAMS
from reverie.core.frame import Frame, Image
from reverie.core.protocols import Tick
from reverie.core.report import Event, Report
from reverie.core.spec import DIRECTIONS, ComponentSpec, RenderSpec, Scene, Transition, Vitality
from reverie.core.timeline import Conditioning
from reverie.execution.local import started
from reverie.filters.title import TitleOptions, Written
from reverie.media.planes import Planes, blank, planes_of, to_planes, to_rgb
from reverie.media.transitions import blend_of
from reverie.worlds import sheet

MEDIA = Path(__file__).parent / "media"
GROUND, INK, DIM, WARM = (15, 15, 20), (232, 229, 220), (158, 156, 166), (244, 170, 82)
GAP, CAPTION = 6, 22

JOURNEY = "a coral reef at dusk", ("3s: a city at night in the rain", "6s: a volcano at sunset")
"""A prompt, and what it becomes at which second."""

SHOTS = "a coral reef at noon", "a neon street in the rain at night"
"""What films pass from and to."""

SHOWN = (
    "coral_reef",
    "volcano",
    "neon_street",
    "aurora",
    "deep_sea",
    "sky_islands",
    "galaxy",
    "flower_field",
    "mandala",
)
"""Scenes that stand for all where not all are shown."""

SHEETS = {
    "worlds-palettes": "--rows family --columns palette --style painting --weather clear --thumb 0.5",
    "worlds-styles": "--rows family --columns style --weather clear --thumb 0.625 --family " + " --family ".join(SHOWN),
    "worlds-seeds": "--rows time --columns seed --family mountains --style painting --thumb 0.5",
}
"""Contact sheets of worlds: what `python -m reverie.worlds.sheet` is told for each."""


class Fading:
    """A stand-in for a network that loses light: every repaint gives back nine tenths of what it got."""

    class Options(BaseModel):
        """There is nothing to choose."""

        model_config = ConfigDict(frozen=True, extra="forbid")

    card = BackendCard("fading", "Loses light", frozenset({"text", "image"}), 2, ranges={"strength": Range(0.5, 0, 1)})
    num_frames = 1

    def __init__(self, options: Options) -> None:
        self.options = options

    @classmethod
    def describe(cls, options: Options) -> BackendCard:  # noqa: ARG003
        """Return the card."""
        return cls.card

    def start(self, spec: RenderSpec, scene: Scene, tick: Tick) -> Fading:  # noqa: ARG002
        """Return itself: there is no state."""
        return self

    def step(self, cond: Conditioning, tick: Tick) -> npt.NDArray[np.uint8]:  # noqa: ARG002
        """Return the input, darker."""
        assert cond.frames is not None, "the first picture comes from elsewhere"
        return np.asarray(cond.frames * 0.9, np.uint8)

    def events(self) -> list[Event]:
        """Return nothing."""
        return []

    def close(self) -> None:
        """Nothing is held open."""


def reef(model: str) -> None:
    """Make the README's moving picture, `reef.gif`."""
    later = (2, "a neon street in the rain at night"), (4.2, "a volcano at sunset")
    dream = reverie.dream("a coral reef at dusk", at=later, seconds=6.4, fps=10, size=(288, 160), seed=2, model=model)
    dream.save(MEDIA / "reef.gif")


def loop(model: str) -> None:
    """Make `loop.jpg`: sixteen frames of nine seconds, the prompt changing twice."""
    prompt, later = JOURNEY
    dream = reverie.dream(prompt, at=later, seconds=9, fps=16, paint_fps=8, seed=2, model=model)
    frames = list(dream)
    shown = [frames[round(index * (len(frames) - 1) / 15)] for index in range(16)]
    save(mosaic([captioned(frame.image, f"{float(frame.time):.1f} s") for frame in shown], 4), "loop")


def spark(model: str) -> None:  # noqa: ARG001
    """Make `spark.jpg`: a picture that loses its light, what sees it, and the seed that blooms."""
    registry.BUILT_IN["backends"]["fading"] = "pictures:Fading"
    registry.targets.cache_clear()
    frames, report = watched(dying(48))
    lit = report.sparks[0].frame
    shown = [0, 4, 8, lit - 1, lit + 2, lit + 6, lit + 10, lit + 14, lit + 17, lit + 20]
    cells = [captioned(frames[index].image, verdict(index, report)) for index in shown]
    strip = mosaic(cells, 5)
    save(np.concatenate([strip, curve(report, strip.shape[1])]), "spark")


def dying(frames: int) -> RenderSpec:
    """Return the spec of a dream that a fading network repaints, ten frames a second."""
    spec = reverie.dream("a painted violet coral reef", seconds=frames / 10, fps=10, seed=7, model="worlds").spec
    scene = spec.scenes[0].model_copy(update={"backend": ComponentSpec(name="fading")})
    vitality = Vitality(backend=ComponentSpec(name="worlds"))
    return spec.model_copy(update={"scenes": (scene,), "vitality": vitality})


def watched(spec: RenderSpec) -> tuple[list[Frame], Report]:
    """Render a spec and return its frames and its report."""
    with started(spec) as session:
        return list(session), session.report()


def verdict(index: int, report: Report) -> str:
    """Say of a frame when it is, and how its picture does."""
    lit = report.sparks[0].frame
    state = ", ".join(report.vitals[index].stagnant) or ("blooming" if lit <= index < lit + 20 else "well")
    return f"{index}  {state}"


def curve(report: Report, width: int, height: int = 96) -> Image:
    """Draw brightness over the frames, warm where a picture was found dying, with a line where the spark was lit."""
    ground = Picture.new("RGB", (width, height), GROUND)
    draw, margin = ImageDraw.Draw(ground), GAP + 2
    values = [signs.brightness for signs in report.vitals]
    step = (width - 2 * margin) / len(values)
    room = (height - 2 * margin - CAPTION) / max(values)
    for index, (value, signs) in enumerate(zip(values, report.vitals, strict=True)):
        left, base = margin + index * step, height - margin
        colour = WARM if signs.stagnant else DIM
        draw.rectangle((left, base - value * room, left + step - 2, base), fill=colour)
    lit = margin + report.sparks[0].frame * step - 1
    draw.line((lit, margin, lit, height - margin), fill=INK)
    draw.text((lit + 6, margin - 2), f"spark: {report.sparks[0].reason}", fill=INK, font=font())
    draw.text((margin, margin - 2), "brightness of every frame", fill=DIM, font=font())
    return np.asarray(ground)


def worlds(model: str) -> None:  # noqa: ARG001
    """Make the contact sheets of worlds."""
    for name, words in SHEETS.items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / "sheet.png"
            sheet.main([str(path), *words.split()])
            save(np.asarray(Picture.open(path)), name)


def transitions(model: str) -> None:  # noqa: ARG001
    """Make `transitions.jpg`: every kind and direction at its beginning, its middle and its end."""
    shots = [planes_of(to_planes(first(prompt), VideoReformatter())) for prompt in SHOTS]
    cells = []
    for kind, directions in DIRECTIONS.items():
        for direction in directions or (None,):
            way = Transition.model_validate({"kind": kind, "duration": 1, "direction": direction})
            name = f"{kind} {direction or ''}".strip()
            cells += [captioned(image, f"{name}, {share}") for image, share in passing(way, *shots)]
    save(mosaic(cells, 6), "transitions")


def passing(way: Transition, before: Planes, after: Planes) -> list[tuple[Image, str]]:
    """Return a transition's first, middle and last frame of a second at 24 frames a second."""
    (height, width), found = before[0].shape, []
    draw = blend_of(way, width, height)
    for number, share in ((1, "0 %"), (12, "50 %"), (23, "100 %")):
        frame = blank(width, height)
        draw(before, after, number, 23, planes_of(frame))
        found.append((resize(to_rgb(frame), (256, 144)), share))
    return found


def titles(model: str) -> None:  # noqa: ARG001
    """Make `titles.jpg`: the three styles on a dark picture, a bright one and white."""
    grounds = [first(prompt) for prompt in SHOTS]
    grounds.append(np.full_like(grounds[0], 250))
    words = {
        "title": "The Tide Remembers",
        "lower-third": "Lisbon\nsix in the morning",
        "caption": "She never went back.",
    }
    cells = []
    for ground in grounds:
        for style, text in words.items():
            options = TitleOptions.model_validate({"text": text, "style": style})
            cells.append(captioned(resize(Written(options, None).over(ground, 1.0), (384, 216)), style))
    save(mosaic(cells, 3), "titles")


def first(prompt: str) -> Image:
    """Return the first picture of a dream, 640x360."""
    return next(iter(reverie.dream(prompt, seconds=0.1, fps=10, size=(640, 360), seed=2, model=DEFAULT))).image


def resize(image: Image, size: tuple[int, int]) -> Image:
    """Return a picture at another size in pixels."""
    return np.asarray(Picture.fromarray(image).resize(size, Picture.Resampling.LANCZOS))


def captioned(image: Image, words: str) -> Image:
    """Return a picture with a line of words under it."""
    line = Picture.new("RGB", (image.shape[1], CAPTION), GROUND)
    ImageDraw.Draw(line).text((2, 3), words, fill=DIM, font=font())
    return np.concatenate([image, np.asarray(line)])


def font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the letters of captions."""
    return ImageFont.load_default(13)


def mosaic(cells: Sequence[Image], columns: int) -> Image:
    """Join equal pictures row by row on a dark ground."""
    framed = [bordered(cell, ((0, GAP), (0, GAP))) for cell in cells]
    rows = [np.concatenate(framed[start : start + columns], axis=1) for start in range(0, len(framed), columns)]
    return bordered(np.concatenate(rows), ((GAP, 0), (GAP, 0)))


def bordered(image: Image, sides: tuple[tuple[int, int], tuple[int, int]]) -> Image:
    """Return a picture with some of the ground around it: rows above and below, columns left and right."""
    (top, bottom), (left, right) = sides
    whole = np.full((top + image.shape[0] + bottom, left + image.shape[1] + right, 3), GROUND, np.uint8)
    whole[top : top + image.shape[0], left : left + image.shape[1]] = image
    return whole


def save(image: Image, name: str) -> None:
    """Write a picture where the documents look for it."""
    Picture.fromarray(image).save(MEDIA / f"{name}.jpg", quality=86, subsampling=0, optimize=True)


PICTURES: Mapping[str, Callable[[str], None]] = {
    "reef": reef,
    "loop": loop,
    "spark": spark,
    "worlds": worlds,
    "transitions": transitions,
    "titles": titles,
}
"""What can be made, by name."""


def main() -> None:
    """Make the pictures that are named, all if none is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (all): {', '.join(PICTURES)}")
    parser.add_argument("--model", default=DREAMS, help=f"what paints reef and loop ({DREAMS})")
    given = parser.parse_args()
    if unknown := set(given.names) - set(PICTURES):
        parser.error(f"there is no picture {min(unknown)!r}: use {', '.join(PICTURES)}")
    MEDIA.mkdir(exist_ok=True)
    for name in given.names or PICTURES:
        PICTURES[name](given.model)


if __name__ == "__main__":
    main()
