"""What came in, kept and shown again: by the frame, held where it stood still, and none where the disk said no."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reverie.core import registry
from reverie.core.errors import InputError
from reverie.core.frame import STILL, Image, Origin
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.sources.kept import Keeping, KeptRun

RATE = Fraction(10)


def tone(level: int) -> Image:
    return np.full((32, 48, 3), level, np.uint8)


def kept(path: Path) -> Path:
    keeping = Keeping(path, 48, 32, RATE)
    for index, level in ((0, 10), (1, 20), (2, 20), (6, 30), (7, 40)):
        keeping.keep(index, tone(level))
    assert not path.exists()
    keeping.close()
    return path


def shown(run: KeptRun, *indices: int) -> list[tuple[int, bool]]:
    frames = [run.at(index / RATE, None, STILL) for index in indices]
    return [(int(frame.image.mean()), frame.origin is Origin.HELD) for frame in frames if frame is not None]


def test_every_frame_has_the_picture_it_had_and_what_stood_still_is_held(tmp_path: Path) -> None:
    run = KeptRun(kept(tmp_path / "input.mkv"), RATE, (48, 32))
    found = [(10, False), (20, False), (20, True), (20, True), (20, True), (20, True), (30, False), (40, False)]
    assert shown(run, *range(8)) == found
    assert shown(run, 8, 20) == [(40, True), (40, True)]
    assert shown(run, 6) == [(30, False)]
    run.close()


def test_frames_that_nobody_asked_for_are_passed_over(tmp_path: Path) -> None:
    run = KeptRun(kept(tmp_path / "input.mkv"), RATE, (24, 16))
    assert shown(run, 0, 4, 7) == [(10, False), (20, True), (40, False)]
    frame = run.at(Fraction(7, 10), None, STILL)
    assert frame is not None
    assert frame.image.shape == (16, 24, 3)


def test_nothing_is_left_of_what_can_not_be_written(tmp_path: Path) -> None:
    nowhere = Keeping(tmp_path / "nowhere" / "input.mkv", 48, 32, RATE)
    nowhere.keep(0, tone(1))
    nowhere.close()
    Keeping(tmp_path / "empty.mkv", 48, 32, RATE).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to here")
def test_a_full_disk_ends_what_is_kept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "input.mkv.part").symlink_to("/dev/full")
    keeping = Keeping(tmp_path / "input.mkv", 480, 320, RATE)
    dice = np.random.default_rng(1)
    for index in range(12):
        keeping.keep(index, dice.integers(0, 256, (320, 480, 3), np.uint8))
    keeping.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    spec = RenderSpec.model_validate(
        {"scenes": [{"keyframes": [{"prompt": "sea"}], "backend": {"name": "placeholder"}}]}
    )
    (tmp_path / "input.mkv").write_bytes(b"no clip")
    for name in ("input.mkv", "none.mkv"):
        plugin = registry.create("sources", ComponentSpec(name="kept", options={"path": str(tmp_path / name)}))
        with pytest.raises(InputError, match="kept: "):
            plugin.start(spec, spec.scenes[0])
