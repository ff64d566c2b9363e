from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.frame import Frame, Origin
from reverie.core.protocols import Sink, SinkPlugin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.media.video import read_frames, read_metadata
from reverie.sinks.file import PLACEHOLDER_KEY


def spec_of(path: Path, seconds: float | None = 1.0, fps: float = 24, **options: object) -> RenderSpec:
    sink = {"name": "file", "options": {"path": str(path), **options}}
    scene = {"keyframes": [{"prompt": "a reef"}], "backend": {"name": "placeholder"}, "duration": seconds}
    return RenderSpec.model_validate({"fps": fps, "seed": 7, "scenes": [scene], "sinks": [sink]})


def started(spec: RenderSpec) -> Sink:
    plugin: SinkPlugin = registry.create("sinks", spec.sinks[0])
    return plugin.start(spec)


def frames(number: int, rate: Fraction, origin: Origin = Origin.PAINTED) -> list[Frame]:
    """Return frames whose tone is ten times their number."""
    return [Frame(np.full((32, 48, 3), n % 25 * 10, np.uint8), n / rate, n, origin=origin) for n in range(number)]


def shown(path: Path) -> list[int]:
    return [round(float(picture.mean()) / 10) for picture, _ in read_frames(path)]


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ""])
def test_every_frame_is_in_the_film_and_so_is_its_spec(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"reef{suffix}"
    spec = spec_of(path)
    sink = started(spec)
    for frame in frames(24, Fraction(24)):
        sink.write(frame)
    assert not path.exists()
    sink.close()
    assert shown(path) == list(range(24))
    said = read_metadata(path)
    assert RenderSpec.model_validate_json(said["reverie_spec"]) == spec.model_copy(update={"sinks": ()})
    assert str(tmp_path) not in json.dumps(said)
    assert said["title"] == "a reef"


@pytest.mark.parametrize(("paint", "fps"), [(12, 24), (10, 24), (30, 24), (24, 24), (7.5, 30)])
def test_frames_at_another_rate_are_held_or_left_out_and_the_length_is_kept(
    tmp_path: Path, paint: float, fps: float
) -> None:
    sink = started(spec_of(tmp_path / "a", 2.0, fps))
    for frame in frames(round(2 * paint), exact_rate(paint)):
        sink.write(frame)
    sink.close()
    rate = exact_rate(paint)
    assert shown(tmp_path / "a") == [int(n / exact_rate(fps) * rate) % 25 for n in range(round(2 * fps))]


def test_a_film_that_is_stopped_early_is_whole(tmp_path: Path) -> None:
    sink = started(spec_of(tmp_path / "a.mp4", 100.0))
    for frame in frames(5, Fraction(24)):
        sink.write(frame)
    sink.close()
    sink.close()
    assert shown(tmp_path / "a.mp4") == list(range(5))
    assert os.listdir(tmp_path) == ["a.mp4"]


def test_a_film_without_end_takes_what_comes(tmp_path: Path) -> None:
    sink = started(spec_of(tmp_path / "a", None))
    for frame in frames(30, Fraction(24)):
        sink.write(frame)
    sink.close()
    assert len(shown(tmp_path / "a")) == 30


@pytest.mark.parametrize("number", [0, 1, 9])
def test_a_film_that_is_abandoned_or_empty_leaves_nothing(tmp_path: Path, number: int) -> None:
    sink = started(spec_of(tmp_path / "a.mp4"))
    for frame in frames(number, Fraction(24)):
        sink.write(frame)
    sink.abandon() if number else sink.close()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("first", [0, 1, 5])
@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_placeholders_frames_are_named_in_the_file(tmp_path: Path, first: int, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    sink = started(spec_of(path))
    for frame in [*frames(8, Fraction(24))[:first], *frames(8, Fraction(24), Origin.PLACEHOLDER)[first:]]:
        sink.write(frame)
    sink.close()
    assert "placeholder" in read_metadata(path)[PLACEHOLDER_KEY]
    assert len(shown(path)) == 8


def test_a_painted_film_says_nothing_of_placeholders(tmp_path: Path) -> None:
    sink = started(spec_of(tmp_path / "a.mp4"))
    for frame in frames(3, Fraction(24)):
        sink.write(frame)
    sink.close()
    assert PLACEHOLDER_KEY not in read_metadata(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("name", "fps", "reason"),
    [
        ("none/a.mp4", 24, "make the folder"),
        ("a.xyz", 24, "suffix"),
        ("taken.mp4", 24, "exists"),
        ("a.gif", 60, "at most 50"),
    ],
)
def test_what_cannot_be_written_is_known_before_the_first_frame(
    tmp_path: Path, name: str, fps: float, reason: str
) -> None:
    (tmp_path / "taken.mp4").write_bytes(b"mine")
    with pytest.raises(InputError, match=reason):
        started(spec_of(tmp_path / name, fps=fps))
    assert os.listdir(tmp_path) == ["taken.mp4"]
    assert (tmp_path / "taken.mp4").read_bytes() == b"mine"


def test_a_film_may_take_the_place_of_another_when_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")
    sink = started(spec_of(tmp_path / "a.mp4", overwrite=True))
    for frame in frames(2, Fraction(24)):
        sink.write(frame)
    assert (tmp_path / "a.mp4").read_bytes() == b"old"
    sink.close()
    assert shown(tmp_path / "a.mp4") == [0, 1]


def test_options_are_checked() -> None:
    with pytest.raises(InputError, match=r"sinks\.file\.path"):
        registry.create("sinks", ComponentSpec(name="file"))
