"""How fast are clips joined, beside MoviePy and ffmpeg's xfade, and how much memory does a 4K film take?

    python benchmarks/assembly.py [--moviepy VENV/bin/python] [--ffmpeg FFMPEG] [--rounds 3] [--quick]
        [--only speed|memory]

MoviePy is no dependency of ours: give the Python of an environment that has it, and xfade is run by the ffmpeg that it
brings, else by the one on the path; what is missing is left out. All three get the same clips, encoder, preset, quality
and key picture distance, turn by turn in the same run. The best of all rounds counts, by the clock and by processor
time: on a machine that others use too, that says most. Bars: 4 times MoviePy, 1.1 times xfade, under 1 GB at 4K for any
number of clips.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import _results
from reverie.core.frame import Image
from reverie.media.clips import threads
from reverie.media.encoding import CODECS, Encoding
from reverie.media.video import VideoWriter

MOVIEPY_BAR, XFADE_BAR, MEMORY_BAR_MB = 4.0, 1.1, 1000
JOBS = ((6, 960, 544), (4, 1920, 1088))
FRAMES, OVERLAP, FPS, GOP = 60, 12, 24, 48
PRESET, CRF = "veryfast", 18

_CONTENDERS = str(Path(__file__).with_name("_contenders.py"))
_FINDS_FFMPEG = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"

_MEMORY = """
import json, re, sys
from fractions import Fraction
from pathlib import Path
from reverie.core.spec import Transition
from reverie.media.encoding import Encoding, Output
from reverie.media.join import Clip, join
path, count, frames, codec, kind, output = sys.argv[1:]
way = Transition(kind=kind, duration=0.25)
clips = [Clip(Path(path), int(frames), way)] * int(count)
film = Output(Path(output), 3840, 2160, Fraction(24), {}, Encoding(codec=codec), overwrite=True)
done = join(clips, film, lambda *_: None)
# What getrusage calls the most memory is at least that of the process that started this one.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps({"frames": done, "peak_mb": peak}))
"""


def scene(number: int, width: int, height: int) -> Image:
    """Return a picture with fine and coarse detail, larger than the frame, for a camera to glide over."""
    random = np.random.default_rng(number)
    total = np.zeros((height * 5 // 4, width * 5 // 4, 3), np.float32)
    for cells, weight in ((4, 70.0), (16, 35.0), (64, 18.0), (256, 8.0)):
        coarse = random.standard_normal((cells * height // width + 2, cells + 2, 3)).astype(np.float32)
        grown = cv2.resize(coarse, (total.shape[1], total.shape[0]), interpolation=cv2.INTER_CUBIC)
        total += weight * np.asarray(grown, np.float32)
    return np.clip(total + 120, 0, 255).astype(np.uint8)


def shot(path: Path, number: int, width: int, height: int, frames: int) -> Path:
    """Write a clip in which a camera glides over a scene."""
    picture = scene(number, width, height)
    writer = VideoWriter(path, width, height, Fraction(FPS), encoding=Encoding(crf=CRF, speed="balanced"))
    for index in range(frames):
        share = index / frames
        place = np.array([[1, 0, -share * width / 5], [0, 1, -share * height / 8]])
        writer.write(np.asarray(cv2.warpAffine(picture, place, (width, height)), np.uint8))
    writer.close()
    return path


def taken(python: str, way: str, order: Path) -> dict[str, Any]:
    """Return what one way took."""
    found = subprocess.run([python, _CONTENDERS, way, str(order)], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result


def counted(path: Path) -> int:
    """Return how many frames a film has, by decoding it."""
    from reverie.media.video import read_frames

    return sum(1 for _ in read_frames(path))


def race(folder: Path, job: tuple[int, int, int], pythons: dict[str, str], ffmpeg: str, rounds: int) -> dict[str, Any]:
    """Return every way's best time for one job, and how many frames it gave."""
    number, width, height = job
    clips = [str(shot(folder / f"{width}-{place}.mp4", place, width, height, FRAMES)) for place in range(number)]
    expected = number * FRAMES - (number - 1) * OVERLAP
    best: dict[str, dict[str, Any]] = {}
    for _ in range(rounds):
        for way, python in pythons.items():
            output, order = folder / f"{way}.mp4", folder / "order.json"
            facts = {"clips": clips, "frames": FRAMES, "overlap": OVERLAP, "fps": FPS, "width": width, "height": height}
            same = {
                "preset": PRESET,
                "crf": CRF,
                "gop": GOP,
                "output": str(output),
                "ffmpeg": ffmpeg,
                "editor": "moviepy",
            }
            order.write_text(json.dumps(facts | same))
            took = taken(python, way, order)
            print(f"{number} x {width}x{height} {way}: {took}", flush=True)
            if way not in best or took["cpu_seconds"] < best[way]["cpu_seconds"]:
                best[way] = {**took, "seconds": min(took["seconds"], best.get(way, took)["seconds"])}
            else:
                best[way]["seconds"] = min(took["seconds"], best[way]["seconds"])
            best[way] |= {"frames": counted(output), "bytes": output.stat().st_size}
    return {"clips": number, "size": f"{width}x{height}", "expected_frames": expected, **_compared(best)}


def _compared(best: dict[str, dict[str, Any]]) -> dict[str, Any]:
    own = best["ours"]
    row: dict[str, Any] = {}
    for way, took in best.items():
        row |= {f"{way}_{name}": took[name] for name in ("seconds", "cpu_seconds", "frames")}
    for way in best.keys() - {"ours"}:
        row[f"times_{way}"] = round(best[way]["seconds"] / own["seconds"], 2)
        row[f"cpu_times_{way}"] = round(best[way]["cpu_seconds"] / own["cpu_seconds"], 2)
    return row


def memory(folder: Path) -> list[dict[str, Any]]:
    """Return the most memory that a 4K film takes, by codec and number of clips."""
    path, frames, rows = shot(folder / "4k.mp4", 1, 3840, 2160, 8), 8, []
    kinds = [("h264", count, "crossfade") for count in (2, 8)]
    kinds += [("h264", 2, kind) for kind in ("slide", "zoom", "dissolve")]
    kinds += [("av1", 2, "crossfade"), ("h265", 2, "crossfade")]
    for codec, count, kind in kinds:
        given = [str(path), str(count), str(frames), codec, kind, str(folder / "film.mp4")]
        found = subprocess.run([sys.executable, "-c", _MEMORY, *given], capture_output=True, text=True, check=True)
        row = {"codec": codec, "clips": count, "transition": kind, **json.loads(found.stdout.splitlines()[-1])}
        print(row, flush=True)
        rows.append(row)
    return rows


def main() -> None:
    """Run what is asked for and write results/assembly.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--moviepy", help="the Python of an environment that has MoviePy")
    parser.add_argument("--ffmpeg", help="the ffmpeg that runs xfade (default: the one that MoviePy brings)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="the smaller job once, and no 4K")
    parser.add_argument("--only", choices=("speed", "memory"))
    args = parser.parse_args()
    ffmpeg = args.ffmpeg or _brought(args.moviepy)
    pythons = {"ours": sys.executable}
    pythons |= {"moviepy": args.moviepy} if args.moviepy else {}
    pythons |= {"xfade": sys.executable} if ffmpeg else {}
    rounds, only = (1, "speed") if args.quick else (args.rounds, args.only)
    with TemporaryDirectory() as name:
        folder, jobs = Path(name), JOBS[:1] if args.quick else JOBS
        if only != "memory":
            rows = [race(folder, job, pythons, ffmpeg, rounds) for job in jobs]
            same = {"preset": PRESET, "crf": CRF, "gop": GOP, "encoder": CODECS["h264"].encoder}
            bars = {"times_moviepy": MOVIEPY_BAR, "times_xfade": XFADE_BAR}
            about = {"ffmpeg": _version(ffmpeg), "cores_used": threads(64), "rounds": rounds}
            print(_results.save("assembly", rows, bars=bars, settings=same, **about))
        if only != "speed":
            print(_results.save("assembly_4k", memory(folder), bars={"peak_mb": MEMORY_BAR_MB}, cores_used=threads(64)))


def _brought(moviepy: str | None) -> str:
    if moviepy is None:
        return shutil.which("ffmpeg") or ""
    return subprocess.run([moviepy, "-c", _FINDS_FFMPEG], capture_output=True, text=True, check=True).stdout.strip()


def _version(ffmpeg: str) -> str:
    command = [ffmpeg, "-version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout if ffmpeg else "none"
    return said.splitlines()[0]


if __name__ == "__main__":
    main()
