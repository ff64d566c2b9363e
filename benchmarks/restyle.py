"""Does the memory settle what is painted, and what of it does what?

    python benchmarks/restyle.py [--media FOLDER] [--frames 2000] [--arms off,blend,bank 0,all] [--probes FOLDER]

Clips are cut to squares, repainted by reverie-tiny in one evaluation at strength 0.45, and played there and back, over
and over. All arms are given the same painted pictures: seed, strength and noise are the same, and no colour corrector
is used. `--media` is a folder of films, of which those in `CLIPS` are taken, or the first six; without it two clips are
rendered, one seen from a tripod, one by a moving camera. `--long` frames are settled by the arms `off` and `all`.

The result is `restyle`, or `restyle_footage` with a folder. Figures are those of `reverie evaluate`, of the last whole
loops within 240 frames; drift is those against the first. `--probes` is a folder with the judges of
`training.evaluate`, for the asked style.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._restyling import (
    ARMS,
    STYLE,
    Clip,
    endured,
    footage,
    moving,
    painted,
    rendered,
    resting,
    source_figures,
    watched,
)
from benchmarks._results import save
from reverie.core.frame import Image
from reverie.worlds.world import Family, Style, Time, World

CLIPS = ("01_dog", "04_coffee", "bedroom", "flipping_a_pancake", "walk", "again")
FILMS = (".mp4", ".mkv", ".webm", ".mov")
LONG = ("off", "all")
WORLDS = {
    "rendered, tripod": (World(Family.OCEAN, Time.SUNSET, seed=3), resting),
    "rendered, moving": (World(Family.CANYON, Time.SUNSET, seed=5), moving),
}

Row = dict[str, Any]


def films(folder: Path) -> dict[str, Path]:
    """Return the films that are taken of a folder, by name."""
    found = {path.stem: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in FILMS}
    known = {name: found[name] for name in CLIPS if name in found}
    return known or dict(list(found.items())[:6])


def clips(options: argparse.Namespace) -> list[Clip]:
    """Return the clips, painted."""
    taken: dict[str, Any] = {}
    if options.media is not None:
        taken = {name: footage(path, options.side, options.clip) for name, path in films(options.media).items()}
    else:
        taken = {name: rendered(world, way(options.clip), options.side) for name, (world, way) in WORLDS.items()}
    chosen = options.clips.split(",") if options.clips else list(taken)
    return [painted(name, taken[name], threads=options.threads) for name in chosen]


def measured(clip: Clip, options: argparse.Namespace) -> list[Row]:
    """Return a row for the source and for each arm of a clip."""
    source = source_figures(clip)
    rows = [{"clip": clip.name, "arm": "source", **source}]
    probes = judges(options.probes)
    for arm in options.arms:
        began = time.process_time()
        run = watched(clip, arm, options.long if arm in LONG and options.long else options.frames)
        pictures = run.pop("pictures")
        gates = endured(run, source)
        row = {"clip": clip.name, "arm": arm, **run, "failed": [name for name, held in gates.items() if not held]}
        if probes:
            row["style"] = style(probes, pictures)
        rows.append(row)
        row["seconds"] = round(time.process_time() - began)
        print(told(row, next((one for one in rows if one["arm"] == "off"), None)), flush=True)
    return rows


def judges(folder: Path | None) -> Mapping[str, Any]:
    """Return the judges of style, none where no folder is given."""
    if folder is None:
        return {}
    from safetensors.torch import load_file

    from training.probes import BUILDS

    found = {}
    for name, build in BUILDS.items():
        found[name] = build().eval()
        found[name].load_state_dict(load_file(folder / f"probe_{name}.safetensors"))
    return found


def style(probes: Mapping[str, Any], pictures: Sequence[Image]) -> float:
    """Return how likely the asked style is by the judge that finds it less likely, 0..1, mean of the pictures."""
    import torch

    from reverie.worlds.world import TABLES
    from training.probes import shrink

    place = list(TABLES["style"]).index(TABLES["style"](STYLE))
    laid = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        return min(float(one(shrink(laid))["style"].softmax(1)[:, place].mean()) for one in probes.values())


ANY = float("inf")
BARS: Mapping[str, tuple[float, float]] = {
    "warp_error": (0.0, 0.5),
    "flicker": (0.0, 0.5),
    "detail": (0.9, 1.1),
    "edges": (1.0, ANY),
    "difference": (0.8, ANY),
    "style": (0.95, ANY),
}
"""What `all` has to be of `off`: from, to."""


LEAST = {"style": 1 / len(Style)}
"""What `off` must measure for a share of it to tell anything: judges that see less than chance don't know the style."""


def shares(row: Row, off: Row | None) -> dict[str, float]:
    """Return what an arm measures as a share of what no memory measures."""
    return (
        {} if off is None else {name: row[name] / off[name] for name in BARS if off.get(name, 0) > LEAST.get(name, 0)}
    )


def missed(share: Mapping[str, float]) -> list[str]:
    """Return the bars that are not met."""
    return [name for name, value in share.items() if not BARS[name][0] <= value <= BARS[name][1]]


def told(row: Row, off: Row | None) -> str:
    """Return a row in one line."""
    share = {} if row["arm"] == "off" else shares(row, off)
    figures = "  ".join(f"{name} {_figure(row, name, share)}" for name in BARS if name in row)
    failed = ", ".join(row["failed"]) or "none"
    return (
        f"{row['clip']} {row['arm']} {row['frames']}: {figures}  variance {row['variance_kept']:.3f}  failed: {failed}"
    )


def table(rows: Sequence[Row]) -> list[Row]:
    """Return what the page shows: each arm beside no memory, and which bars it misses."""
    shown = []
    for row in rows:
        if row["arm"] == "source":
            continue
        off = next(one for one in rows if (one["clip"], one["arm"]) == (row["clip"], "off"))
        share = {} if row is off else shares(row, off)
        shown.append(
            {
                "clip": row["clip"],
                "arm": row["arm"],
                "frames": row["frames"],
                **{name: _figure(row, name, share) for name in BARS if name in row},
                "variance": round(row["variance_kept"], 3),
                "bars": "" if row is off else ", ".join(missed(share)) or "all met",
                "long_run": ", ".join(row["failed"]) or "passed",
            }
        )
    return shown


def _figure(row: Row, name: str, share: Mapping[str, float]) -> str:
    return f"{row[name]:.3g}" + (f" ({share[name] - 1:+.0%})" if name in share else "")


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, help="a folder of films")
    parser.add_argument("--clips", help="some of them, by name")
    parser.add_argument("--clip", type=int, default=90, help="frames of each")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--long", type=int, default=0, help="frames of the arms off and all, as the others where 0")
    parser.add_argument("--arms", default=",".join(ARMS), type=lambda text: text.split(","))
    parser.add_argument("--probes", type=Path)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--quick", action="store_true", help="a tenth of the frames")
    options = parser.parse_args()
    if options.quick:
        options.frames, options.long = options.frames // 10, options.long // 10
    name = "restyle" if options.media is None else "restyle_footage"
    rows: list[Row] = []
    for clip in clips(options):
        rows += measured(clip, options)
        save(name, table(rows), measured=rows, note=__doc__)
    verdicts = [row["bars"] for row in table(rows) if row["arm"] == "all"]
    print(f"All bars met by `all` on {verdicts.count('all met')} of {len(verdicts)} clips.")


if __name__ == "__main__":
    main()
