"""One way of joining clips, timed in a process of its own; what it prints last is JSON.

    python benchmarks/_contenders.py ours|moviepy|xfade ORDER.json

Python's own ways are timed without their imports, ffmpeg from its start to its end. `ORDER.json` holds `clips`,
`frames` of each, `overlap` in frames, `fps`, `width`, `height`, `preset`, `crf`, `gop`, `output`, `ffmpeg`, `editor`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

Order = dict[str, Any]


def ours(order: Order) -> Callable[[], object]:
    """Return Reverie's join as something to be called."""
    from reverie.core.spec import Transition
    from reverie.media import encoding
    from reverie.media.join import Clip, join

    crossing = Transition(kind="crossfade", duration=order["overlap"] / order["fps"])
    clips = [Clip(Path(path), order["frames"], crossing) for path in order["clips"]]
    options = {"preset": order["preset"], "g": str(order["gop"]), "crf": str(order["crf"])}
    same = encoding.Codec("libx264", {"balanced": options}, crf=order["crf"], most_crf=51)
    encoding.CODECS = {**encoding.CODECS, "h264": same}
    size = order["width"], order["height"]
    output = encoding.Output(Path(order["output"]), *size, Fraction(order["fps"]), overwrite=True)
    return lambda: join(clips, output, lambda *_: None)


def moviepy(order: Order) -> Callable[[], object]:
    """Return MoviePy's way: clips laid over one another, each fading in."""
    os.environ["FFMPEG_BINARY"] = order["ffmpeg"]
    editor: Any = import_module(str(order["editor"]))

    def joined() -> None:
        step = (order["frames"] - order["overlap"]) / order["fps"]
        shots = [editor.VideoFileClip(path, audio=False) for path in order["clips"]]
        laid = [
            shot.with_start(place * step).with_effects(
                [editor.vfx.CrossFadeIn(order["overlap"] / order["fps"])] if place else []
            )
            for place, shot in enumerate(shots)
        ]
        film = editor.CompositeVideoClip(laid, size=(order["width"], order["height"]))
        film.write_videofile(
            order["output"],
            fps=order["fps"],
            codec="libx264",
            preset=order["preset"],
            audio=False,
            logger=None,
            ffmpeg_params=["-crf", str(order["crf"]), "-pix_fmt", "yuv420p", "-g", str(order["gop"])],
        )

    return joined


def xfade(order: Order) -> Callable[[], object]:
    """Return ffmpeg's way: one graph of all clips."""
    chain, last, step = [], "0:v", (order["frames"] - order["overlap"]) / order["fps"]
    for place in range(1, len(order["clips"])):
        length, offset = order["overlap"] / order["fps"], place * step
        chain.append(f"[{last}][{place}:v]xfade=transition=fade:duration={length}:offset={offset}[x{place}]")
        last = f"x{place}"
    inputs = [word for path in order["clips"] for word in ("-i", path)]
    coded = ["-c:v", "libx264", "-preset", order["preset"], "-crf", str(order["crf"]), "-g", str(order["gop"])]
    command = [order["ffmpeg"], "-v", "error", "-y", *inputs, "-filter_complex", ";".join(chain), "-map", f"[{last}]"]
    return lambda: subprocess.run(
        [*command, *coded, "-pix_fmt", "yuv420p", "-movflags", "+faststart", order["output"]], check=True
    )


WAYS = {"ours": ours, "moviepy": moviepy, "xfade": xfade}


def main() -> None:
    """Do it and print what it took."""
    way, order = WAYS[sys.argv[1]], json.loads(Path(sys.argv[2]).read_text())
    work = way(order)
    began, used = time.perf_counter(), sum(os.times()[:4])
    work()
    seconds, cpu = time.perf_counter() - began, sum(os.times()[:4]) - used
    print(json.dumps({"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3)}))


if __name__ == "__main__":
    main()
