"""Is every preset's film whole, with every transition in it, and how long and how much memory does it take?

    python benchmarks/presets.py [--only NAME …] [--keep DIR] [--quick]

One film a preset: seven short scenes painted by the placeholder, and between them the six transitions, through
everything that a film goes through (paint, interpolate, enlarge, join), by the command line in a process of its own.
Then ffprobe decodes it and says what it is: frames, size, rate, length, codec, colours, where it begins. Any difference
from what the preset and the rule of lengths say is an error. `--keep` leaves the films in a folder; `--quick` leaves 4K
and 8K out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._results import save
from reverie.core.clock import exact_rate
from reverie.core.presets import PRESETS, Preset
from reverie.core.spec import TransitionKind

MODEL = "placeholder"
WORDS = (
    "mountains at dawn",
    "an ocean at dusk",
    "a forest in autumn",
    "a volcano at night",
    "dunes at noon",
    "a coral reef",
    "a galaxy",
)
KINDS = tuple(kind for kind in get_args(TransitionKind) if kind != "cut")
SECONDS, OVERLAP = 0.2, 0.1
"""Of a scene and of a transition: whole frames at 30 and 60 a second; at 24 both are rounded, as the rule says."""

LARGE = 1920 * 1920
"""Pixels from which on a preset is left out where it has to be quick."""

SLACK = 0.35
"""How far a bitrate may be from what is asked for: a film of one second is too short for the encoder to settle."""

ENTRIES = (
    "format=duration,nb_streams:stream=codec_name,codec_tag_string,profile,pix_fmt,width,height,r_frame_rate,"
    "avg_frame_rate,nb_read_frames,color_range,color_space,color_primaries,color_transfer,start_time,field_order,"
    "bit_rate"
)

_MADE = """
import json, re, sys
from pathlib import Path
from reverie.cli.app import main
code = main(sys.argv[1:])
# What getrusage calls the most memory is at least that of the process that started this one.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps({"code": code, "peak_mb": peak}))
"""


def storyboard() -> dict[str, Any]:
    """Return a film of seven scenes with another transition at each join."""
    joins = [{"transition": {"kind": kind, "duration": OVERLAP}} for kind in KINDS]
    scenes = [{"prompt": words, "duration": SECONDS, "seed": 7} for words in WORDS]
    return {"model": MODEL, "scenes": [{**scene, **join} for scene, join in zip(scenes, [*joins, {}], strict=True)]}


def expected(preset: Preset) -> dict[str, Any]:
    """Return what ffprobe has to say of a preset's film."""
    rate = exact_rate(preset.fps)
    written = f"{rate.numerator}/{rate.denominator}"
    return {
        "frames": len(WORDS) * round(Fraction(str(SECONDS)) * rate) - len(KINDS) * round(Fraction(str(OVERLAP)) * rate),
        "width": preset.width,
        "height": preset.height,
        "r_frame_rate": written,
        "avg_frame_rate": written,
        "codec_name": "h264",
        "codec_tag_string": "avc1",
        "profile": "High",
        "pix_fmt": "yuv420p",
        "field_order": "progressive",
        "color_range": "tv",
        "color_space": "bt709",
        "color_primaries": "bt709",
        "color_transfer": "bt709",
        "start": 0.0,
        "streams": 1,
    }


def probed(path: Path) -> dict[str, Any]:
    """Return what ffprobe says of a film, every frame decoded."""
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", ENTRIES, "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    stream = found["streams"][0]
    return {
        **stream,
        "frames": int(stream["nb_read_frames"]),
        "start": float(stream["start_time"]),
        "seconds": float(found["format"]["duration"]),
        "streams": int(found["format"]["nb_streams"]),
    }


def differences(preset: Preset, found: dict[str, Any]) -> list[str]:
    """Return in words what a film is that it should not be."""
    wanted = expected(preset)
    said = [f"{name} {found.get(name)} for {value}" for name, value in wanted.items() if found.get(name) != value]
    length = float(wanted["frames"] / exact_rate(preset.fps))
    if abs(found["seconds"] - length) > 0.002:
        said.append(f"{found['seconds']} s for {length:.3f}")
    if int(found["bit_rate"]) > preset.bitrate * (1 + SLACK):
        said.append(f"{found['bit_rate']} bits a second for {preset.bitrate}")
    return said


def measured(name: str, folder: Path) -> dict[str, Any]:
    """Return one preset's row: its film made, timed, weighed and looked into."""
    preset, board, film = PRESETS[name], folder / "board.json", folder / f"{name}.mp4"
    board.write_text(json.dumps(storyboard()))
    order = ["film", str(board), "--preset", name, "-o", str(film), "--overwrite", "--shelf", str(folder / "shelf")]
    began = time.perf_counter()
    made = subprocess.run([sys.executable, "-c", _MADE, *order], stdout=subprocess.PIPE, text=True, check=True)
    took, told = time.perf_counter() - began, json.loads(made.stdout.splitlines()[-1])
    shutil.rmtree(folder / "shelf", ignore_errors=True)
    found = probed(film)
    wrong = differences(preset, found) if told["code"] == 0 else [f"exit code {told['code']}"]
    return {
        "preset": name,
        "size": f"{found['width']}x{found['height']}",
        "fps": preset.fps,
        "frames": found["frames"],
        "film_seconds": round(found["seconds"], 3),
        "codec": f"{found['codec_name']} {found['profile']}",
        "megabits_a_second": round(int(found["bit_rate"]) / 1e6, 2),
        "took_seconds": round(took, 1),
        "peak_mb": told["peak_mb"],
        "held": "all" if not wrong else "; ".join(wrong),
    }


def main() -> int:
    """Measure and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without 4K and 8K")
    parser.add_argument("--only", nargs="+", choices=sorted(PRESETS), help="presets (all)")
    parser.add_argument("--keep", type=Path, help="a folder in which the films are left")
    options = parser.parse_args()
    names = options.only or [
        name for name, one in PRESETS.items() if not options.quick or one.width * one.height <= LARGE
    ]
    rows = []
    with TemporaryDirectory() as place:
        folder = options.keep or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(names, key=lambda one: PRESETS[one].width * PRESETS[one].height * PRESETS[one].fps):
            rows.append(measured(name, folder))
            print(rows[-1], file=sys.stderr, flush=True)
            if not options.keep:
                (folder / f"{name}.mp4").unlink()
            facts = {"transitions": list(KINDS), "scene_seconds": SECONDS, "overlap_seconds": OVERLAP, "model": MODEL}
            save("presets", rows, quick=options.quick, **facts)
    return int(any(row["held"] != "all" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
