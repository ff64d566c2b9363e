"""Every preset with every transition, sides a twentieth of what they are: what a film says of itself is what it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, get_args

import pytest

from reverie.core.clock import exact_rate
from reverie.core.frame import Image
from reverie.core.presets import PRESETS
from reverie.core.spec import Transition, TransitionKind
from reverie.media.encoding import Encoding, Output
from reverie.media.join import Clip, join
from reverie.media.lossless import LosslessWriter
from tests.media.films import film

FRAMES, OVERLAP = 9, 4
ENTRIES = (
    "format=duration,nb_streams:stream=codec_name,codec_tag_string,pix_fmt,width,height,r_frame_rate,avg_frame_rate,"
    "nb_read_frames,color_range,color_space,color_primaries,color_transfer,duration,start_time,field_order"
)


def quiet(phase: str, done: float, preview: Callable[[], Image] | None = None) -> None: ...


def small(side: int) -> int:
    return side // 40 * 2


@cache
def clip(width: int, height: int, fps: Fraction) -> Path:
    path = Path(mkdtemp()) / "clip.mkv"
    writer = LosslessWriter(path, width, height, fps, "planes")
    for picture in film(FRAMES, width, height):
        writer.write(picture)
    writer.close()
    return path


def probed(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", ENTRIES, "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not on this machine")
@pytest.mark.parametrize("kind", get_args(TransitionKind))
@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_film_is_what_its_preset_says(tmp_path: Path, name: str, kind: TransitionKind) -> None:
    preset = PRESETS[name]
    width, height, fps = small(preset.width), small(preset.height), exact_rate(preset.fps)
    way = Transition(kind=kind, duration=0 if kind == "cut" else OVERLAP / float(fps))
    shared = 0 if kind == "cut" else OVERLAP
    shot, path = clip(width, height, fps), tmp_path / "film.mp4"
    clips = [Clip(shot, FRAMES, way), Clip(shot, FRAMES, way), Clip(shot, FRAMES)]
    frames = 3 * FRAMES - 2 * shared
    encoding = Encoding(bitrate=preset.bitrate // 100)
    assert join(clips, Output(path, width, height, fps, {"reverie_spec": "{}"}, encoding), quiet) == frames
    found = probed(path)
    assert found["format"]["nb_streams"] == 1
    assert float(found["format"]["duration"]) == pytest.approx(float(frames / fps), abs=0.001)
    stream = found["streams"][0]
    assert {name: stream[name] for name in ("codec_name", "codec_tag_string", "pix_fmt", "field_order")} == {
        "codec_name": "h264",
        "codec_tag_string": "avc1",
        "pix_fmt": "yuv420p",
        "field_order": "progressive",
    }
    assert (stream["width"], stream["height"]) == (width, height)
    assert stream["r_frame_rate"] == stream["avg_frame_rate"] == f"{fps.numerator}/{fps.denominator}"
    assert int(stream["nb_read_frames"]) == frames
    assert float(stream["start_time"]) == 0
    assert stream["color_range"] == "tv"
    assert stream["color_space"] == stream["color_primaries"] == stream["color_transfer"] == "bt709"
