from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from reverie.core.errors import InputError, MachineError
from reverie.media.picture import open_picture, save_png

MEDIA = Path(__file__).parents[3] / "shared" / "media"
with_media = pytest.mark.skipif(not MEDIA.is_dir(), reason="the folder ../shared/media is absent")

SCENE = np.zeros((40, 60, 3), np.uint8)
SCENE[:20, :30], SCENE[20:, 30:], SCENE[:20, 30:] = (250, 30, 20), (20, 40, 240), (30, 220, 60)


def unreadable(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        open_picture(path)
    sentence = str(caught.value)
    assert sentence.startswith("image: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def png_of(width: int, height: int) -> bytes:
    """Return a PNG file that says how large it is and holds next to nothing."""

    def chunk(body: bytes) -> bytes:
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT" + zlib.compress(bytes(99))) + chunk(b"IEND")


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    save_png(SCENE, tmp_path / "a.png")
    assert (open_picture(tmp_path / "a.png") == SCENE).all()
    assert os.listdir(tmp_path) == ["a.png"]


def test_saving_over_a_picture_can_be_forbidden(tmp_path: Path) -> None:
    save_png(SCENE, tmp_path / "a.png")
    with pytest.raises(InputError, match="exists"):
        save_png(SCENE[::-1], tmp_path / "a.png", overwrite=False)
    assert (open_picture(tmp_path / "a.png") == SCENE).all()
    save_png(SCENE[::-1], tmp_path / "a.png")
    assert (open_picture(tmp_path / "a.png") == SCENE[::-1]).all()


def test_a_place_that_is_missing_or_forbidden_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make the folder"):
        save_png(SCENE, tmp_path / "none" / "a.png")
    with pytest.raises(InputError, match="too long"):
        save_png(SCENE, tmp_path / f"{'n' * 300}.png")
    with pytest.raises(InputError, match="folder"):
        save_png(SCENE, tmp_path)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to")
def test_a_folder_that_nobody_may_write_to_is_the_machines_fault() -> None:
    with pytest.raises(MachineError, match=r"cannot be written: .*choose another place\.$"):
        save_png(SCENE, "/proc/self/a.png")


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "gif", "bmp", "tif", "ppm"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, kind: str) -> None:
    real = tmp_path / f"real.{kind}"
    Pillow.fromarray(SCENE).save(real, quality=95)
    lying = real.rename(tmp_path / "lying.txt")
    assert np.abs(open_picture(lying).astype(int) - SCENE).mean() < 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(tmp_path: Path, orientation: int) -> None:
    undo = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_90,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_270,
    }
    picture = Pillow.fromarray(SCENE)
    turned = picture.transpose(undo[orientation]) if orientation in undo else picture
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    turned.save(tmp_path / "a.jpg", exif=exif, quality=98)
    assert np.abs(open_picture(tmp_path / "a.jpg").astype(int) - SCENE).mean() < 6


@pytest.mark.parametrize(("colour", "ground"), [(230, 0), (30, 255)])
def test_what_is_transparent_lies_over_what_it_stands_out_from(tmp_path: Path, colour: int, ground: int) -> None:
    rgba = np.full((8, 8, 4), (colour, colour, colour, 255), np.uint8)
    rgba[:4, :, 3], rgba[0, 0, 3] = 0, 128
    Pillow.fromarray(rgba).save(tmp_path / "a.png")
    opened = open_picture(tmp_path / "a.png")
    assert (opened[4:] == colour).all()
    assert (opened[1:4] == ground).all()
    assert abs(int(opened[0, 0, 0]) - (colour + ground) / 2) < 2


def test_a_picture_that_is_all_transparent_opens(tmp_path: Path) -> None:
    Pillow.new("RGBA", (4, 4)).save(tmp_path / "a.png")
    assert open_picture(tmp_path / "a.png").shape == (4, 4, 3)


def test_palettes_greys_and_deep_pixels_become_eight_bits(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    Pillow.fromarray(ramp).save(tmp_path / "deep.png")
    assert np.abs(open_picture(tmp_path / "deep.png")[..., 0].ravel() - np.linspace(0, 255, 256)).max() <= 1
    dim = (ramp // 512).astype(np.uint16)
    Pillow.fromarray(dim).save(tmp_path / "dim.png")
    assert open_picture(tmp_path / "dim.png").max() <= 1
    floats = (ramp / 65535).astype(np.float32)
    floats[0, 0] = np.nan
    Pillow.fromarray(floats).save(tmp_path / "float.tif")
    assert np.abs(open_picture(tmp_path / "float.tif")[..., 1].ravel() - np.linspace(0, 255, 256)).max() <= 1
    Pillow.fromarray(SCENE).quantize(16).save(tmp_path / "palette.png", transparency=255)
    assert np.abs(open_picture(tmp_path / "palette.png").astype(int) - SCENE).mean() < 3
    Pillow.fromarray(SCENE).convert("CMYK").save(tmp_path / "cmyk.tif")
    assert open_picture(tmp_path / "cmyk.tif").shape == SCENE.shape


def test_broken_exif_data_do_not_matter(tmp_path: Path) -> None:
    Pillow.fromarray(SCENE).save(tmp_path / "a.png", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12")
    assert (open_picture(tmp_path / "a.png") == SCENE).all()


def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    save_png(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8), tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    files = {
        "empty.png": (b"", "is empty"),
        "cut.png": (whole[: len(whole) // 2], "damaged"),
        "text.png": (b"<html>not a picture</html>", "is no picture"),
        "bomb.png": (png_of(30_000, 30_000), "too large"),
        "lie.png": (png_of(65_000, 65_000), "too large"),
        "long.png": (png_of(60_000, 1), "too large"),
        "svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture"),
        "script.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture"),
    }
    for name, (content, reason) in files.items():
        (tmp_path / name).write_bytes(content)
        assert reason in unreadable(tmp_path / name), name
    assert "does not exist" in unreadable(tmp_path / "none.png")
    assert "does not exist" in unreadable("a\0b.png")
    assert "is not a file" in unreadable(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "is not a file" in unreadable(tmp_path / "pipe.png")


@with_media
def test_real_odd_and_hostile_files_open_or_are_refused_in_a_sentence() -> None:
    expected = json.loads((MEDIA / "expected.json").read_text("utf-8"))
    names = [name for name in expected if name.startswith(("images", "fuzz_corpus")) or name.endswith((".png", ".svg"))]
    opened = []
    for path in (MEDIA / name for name in names):
        with suppress(InputError):
            picture = open_picture(path)
            assert picture.dtype == np.uint8
            assert picture.shape[2:] == (3,)
            opened.append(path)
    assert len(opened) > 60
