"""How near does an interpolated picture come to the one that was filmed, and how long does it take?

    python benchmarks/interpolation.py [--quick] [--footage FOLDER] [--triplets N]

Triplets (t-1, t, t+1) are cut evenly from real clips at the size and rate they have; t is made from the other two and
compared with what was filmed. IE is the mean absolute difference, 0..255, of the picture rounded to 8 bits. `dis` is
plain DIS-medium: each picture warped half-way along its own flow, the two averaged. Ours is `flow`, without weights.
Footage lies beside the checkout, in ../shared/media/video_real, or wherever `--footage` says.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import ROOT, save
from reverie.core.frame import Image
from reverie.media.flow import between
from reverie.media.video import read_frames

Way = Callable[[Image, Image], Image]
Triplet = tuple[Image, Image, Image]

FOOTAGE = ROOT.parent / "shared" / "media" / "video_real"
CLIPS = {
    "dog": "sam2/01_dog.mp4",
    "coffee": "sam2/04_coffee.mp4",
    "bedroom": "sam2/bedroom.mp4",
    "pancake": "decord/flipping_a_pancake.mkv",
    "chaplin": "moviepy/chaplin.mp4",
    "brother": "sample-videos/brother.mkv",
    "walk": "sample-videos/walk.mkv",
}
BEGIN, STEP = 12, 16


def average(before: Image, after: Image) -> Image:
    """Return the mean of both."""
    return np.asarray(cv2.addWeighted(before, 0.5, after, 0.5, 0), np.uint8)


def plain(before: Image, after: Image, reach: int = cv2.INTER_LINEAR) -> Image:
    """Return the mean of both, each warped half-way along its own DIS-medium flow."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    nothing: Any = None
    grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (before, after)]
    flows = finder.calc(grey[0], grey[1], nothing), finder.calc(grey[1], grey[0], nothing)
    places = np.dstack(np.meshgrid(*(np.arange(side, dtype=np.float32) for side in grey[0].shape[::-1])))
    warped = [
        np.asarray(
            cv2.remap(image, places - np.float32(0.5) * flow, nothing, reach, borderMode=cv2.BORDER_REPLICATE), np.uint8
        )
        for image, flow in zip((before, after), flows, strict=True)
    ]
    return average(*warped)


WAYS: dict[str, Way] = {
    "average": average,
    "dis": plain,
    "dis, cubic": lambda before, after: plain(before, after, cv2.INTER_CUBIC),
    "flow": lambda before, after: between(before, after, 0.5),
}


def triplets(path: Path, most: int) -> Iterator[Triplet]:
    """Give up to `most` triplets of a clip, `STEP` frames apart."""
    film = read_frames(path)
    try:
        pictures = (image for image, _ in film)
        for _ in islice(pictures, BEGIN):
            pass
        for _ in range(most):
            three = list(islice(pictures, 3))
            if len(three) < 3:
                return
            yield three[0], three[1], three[2]
            for _ in islice(pictures, STEP - 3):
                pass
    finally:
        film.close()


def measured(path: Path, most: int) -> dict[str, dict[str, float]]:
    """Return each way's mean IE, PSNR and seconds over a clip's triplets."""
    sums = {name: np.zeros(3) for name in WAYS}
    count = 0
    for before, true, after in triplets(path, most):
        count += 1
        for name, way in WAYS.items():
            begun = time.process_time()
            made = way(before, after)
            spent = time.process_time() - begun
            apart = made.astype(np.float64) - true
            psnr = -10 * np.log10(max(1e-9, float((apart**2).mean())) / 255**2)
            sums[name] += (np.abs(apart).mean(), psnr, spent)
    return {
        name: dict(zip(("ie", "psnr", "seconds"), (total / count).tolist(), strict=True))
        for name, total in sums.items()
    }


def main() -> None:
    """Measure every clip that is there, and save what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one triplet a clip")
    parser.add_argument("--triplets", type=int, default=8, help="of each clip (8)")
    parser.add_argument("--footage", type=Path, default=FOOTAGE, help="the folder of the clips")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    most = 1 if given.quick else given.triplets
    clips = {name: given.footage / file for name, file in CLIPS.items() if (given.footage / file).is_file()}
    if not clips:
        sys.exit(f"No clips in {given.footage}: name their folder with --footage.")
    found = {name: measured(path, most) for name, path in clips.items()}
    rows = [_row(way, found) for way in WAYS]
    ratio = rows[-1]["of_dis"]
    save("interpolation", rows, clips=found, triplets_a_clip=most, wanted="flow at most 0.95 of dis", met=ratio <= 0.95)


def _row(way: str, found: dict[str, dict[str, dict[str, float]]]) -> dict[str, Any]:
    """Return one way's means over the clips, and its error beside plain DIS's of the same run."""
    mean = {key: float(np.mean([clip[way][key] for clip in found.values()])) for key in ("ie", "psnr", "seconds")}
    yardstick = float(np.mean([clip["dis"]["ie"] for clip in found.values()]))
    return {
        "way": way,
        "ie": round(mean["ie"], 4),
        "of_dis": round(mean["ie"] / yardstick, 4),
        "psnr": round(mean["psnr"], 3),
        "ms": round(1000 * mean["seconds"], 1),
        **{name: round(clip[way]["ie"] / clip["dis"]["ie"], 3) for name, clip in found.items()},
    }


if __name__ == "__main__":
    main()
