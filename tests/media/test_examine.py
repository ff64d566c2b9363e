"""What files are: our own, wrong, and four hundred real, odd and hostile ones that others made."""

from __future__ import annotations

import json
import os
import sys
import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
import pytest

from reverie.core.errors import InputError
from reverie.execution import probe
from reverie.media.examine import examine
from reverie.media.picture import save_png
from reverie.media.video import VideoWriter

MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"
OURS_TO_REFUSE = {".jp2", ".y4m", ".dds", ".ico", ".flv", ".mpg", ".psd", ".3gp"}
"""Kinds that a baseline reader takes and we don't: old, rare, or known for breaking readers."""

REFUSED = {
    "video_odd/mp4parse-rust/invalid_userdata.mp4": "no pictures",
    "video_odd/mp4parse-rust/bipbop_480wp_1001kbps-cenc-video-key1-init.mp4": "no pictures",
    "video_odd/file-type/fixture.avi": "msmpeg4v2",
    "video_codecs/format-corpus/jpeg2000.mov": "jpeg2000",
    "video_codecs/format-corpus/apple-intermediate-codec.mov": "aic",
    "fuzz_corpus/tiff/1f1629670972c4379f57df86300852e4a28845c9-1": "too large",
}
"""What else we refuse of what a baseline reader opens, and a word of why."""

ANOTHER_SIZE = {"images_odd/wuffs/artificial-gif_frame-out-of-bounds.gif"}
CAPPED = {"video_real/sample-videos/bottle-detection.mp4"}


def film(path: Path, frames: int = 12) -> Path:
    writer = VideoWriter(path, 64, 36, Fraction(12))
    for number in range(frames):
        writer.write(np.full((36, 64, 3), number, np.uint8))
    writer.close()
    return path


def sound(path: Path, seconds: float = 1.5) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(round(2 * 8000 * seconds)))
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
def test_a_film_is_counted(tmp_path: Path, suffix: str) -> None:
    facts = examine(film(tmp_path / f"film{suffix}"))
    assert (facts.kind, facts.width, facts.height, facts.frames, facts.has_sound) == ("video", 64, 36, 12, False)
    assert facts.duration == pytest.approx(1.0, abs=0.05)
    assert facts.fps == pytest.approx(12, abs=0.6)
    assert facts.preview.startswith(b"\xff\xd8")


def test_a_film_is_known_under_any_name(tmp_path: Path) -> None:
    assert examine(film(tmp_path / "film.mp4").rename(tmp_path / "picture.png")).kind == "video"


def test_more_pictures_than_are_decoded_are_counted_all_the_same(tmp_path: Path) -> None:
    facts = examine(film(tmp_path / "film.mp4", 150))
    assert (facts.frames, facts.duration) == (150, 12.5)


def test_a_sound_is_measured(tmp_path: Path) -> None:
    facts = examine(sound(tmp_path / "sound"))
    assert (facts.kind, facts.container, facts.duration, facts.width) == ("audio", "wav", 1.5, None)
    assert facts.preview == b""
    assert facts.has_sound


def test_a_large_picture_has_a_small_preview(tmp_path: Path) -> None:
    save_png(np.full((900, 1600, 3), 200, np.uint8), tmp_path / "p.png")
    facts = examine(tmp_path / "p.png")
    assert (facts.kind, facts.width, facts.height) == ("image", 1600, 900)
    assert len(facts.preview) < 10_000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\0" * 100, "nothing that can be read"),
        (b"ffconcat version 1.0\nfile victim.mp4\n", "nothing that can be read"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "nothing that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "nothing that can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "nothing that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "damaged|nothing"),
        (b"ID3" + b"\0" * 200, "damaged|no sound"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "picture that can't be read"),
        (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 20, "damaged|no sound|neither|don't read"),
    ],
)
def test_what_is_nothing_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "victim.mp4").write_bytes(b"not to be opened")
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InputError, match=why):
        examine(tmp_path / "file")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_film_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    whole = film(tmp_path / "film.mp4").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: round(len(whole) * share)])
    with pytest.raises(InputError, match=r"cut short|damaged"):
        examine(tmp_path / "cut")


def answer(path: Path) -> dict[str, Any]:
    """Read a file as the probe does, in a fork of this process, which has its readers loaded, and much else."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            probe._limited(psutil.Process().memory_info().vms + 3 * 2**30, 40)
            os.write(writing, probe._answer(str(path)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(said or b'{"died": true}'))


def unlike(name: str, expected: dict[str, Any], found: dict[str, Any]) -> str:
    """Return how what was found differs from what is expected, "" where it doesn't."""
    why = found.get("refused")
    if "died" in found:
        return "died"
    if expected["outcome"] != "ok" or name in REFUSED or Path(name).suffix in OURS_TO_REFUSE:
        return "" if why and REFUSED.get(name, "") in why else f"should have been refused: {found}"
    if why:
        return f"should have been read: {why}"
    size = {found["width"], found["height"]} == {expected["w"], expected["h"]}  # what lies on its side is turned
    count = expected.get("decoded") in {None, found["frames"]}
    if not size and name not in ANOTHER_SIZE:
        return f"is another size: {found}"
    return "" if count or name in CAPPED else f"has another number of pictures: {found}"


@pytest.mark.skipif(not MEDIA.is_dir(), reason="the folder of odd files is not here")
@pytest.mark.skipif(sys.platform == "win32", reason="this system can't fork")
def test_every_odd_file_is_read_or_refused() -> None:
    expected = json.loads((MEDIA / "expected.json").read_text("utf-8"))
    assert len(expected) > 400
    wrong = {
        name: said
        for name, what in expected.items()
        if what["outcome"] != "text" and (said := unlike(name, what, answer(MEDIA / name)))
    }
    assert wrong == {}
