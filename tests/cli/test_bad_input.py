"""Whatever is wrong with what is asked: one sentence, an exit code, and nothing half-written."""

from __future__ import annotations

import json
import os
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reverie.cli import main
from reverie.media.video import VideoWriter

DREAM = ("dream", "a reef", "--model", "placeholder", "--size", "64x64", "--seconds", "0.2")


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that must fail; check what holds for every failure and return its sentence."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str, code: int = 2) -> str:
        before = contents(tmp_path)
        assert main(arguments) == code
        captured = capsys.readouterr()
        sentence = captured.err.splitlines()[-1]
        assert captured.out == ""
        assert [line for line in captured.err.splitlines() if line not in ("painting", "dreaming")] == [sentence]
        assert sentence.endswith((".", "!"))
        assert contents(tmp_path) == before
        return sentence

    return ran


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("", "prompt: '' "),
        ("   ", "prompt: "),
        ("a" * 10_000, "at most 2000 characters"),
        ("ding\x07dong", "U+0007"),
        ("\x1b[31mred", "U+001B"),
        ("two\nlines", "U+000A"),
        ("nul\x00", "U+0000"),
        ("half \udc80 a pair", "prompt: "),
    ],
)
def test_prompts(refused: Callable[..., str], prompt: str, said: str) -> None:
    sentence = refused("dream", prompt, *DREAM[2:])
    assert sentence.startswith("prompt: ")
    assert said in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [
        *(("--size", value, "width") for value in ("0x256", "-8x64", "20000x64", "63x64", "999999999x64")),
        *(("--size", value, "height") for value in ("64x0", "64x-8", "64x20000", "64x63")),
        *(
            ("--size", value, "size")
            for value in ("huge", "64", "x", "", "64x64x64", "6.4x64", "0x1F", "nan", "1e3x64")
        ),
        *(("--fps", value, "fps") for value in ("0", "-24", "nan", "inf", "fast", "", "1000")),
        *(("--paint-fps", value, "paint_fps") for value in ("0", "-1", "nan", "25", "x")),
        *(("--seconds", value, "seconds") for value in ("0", "-1", "nan", "inf", "1e12", "0.01", "ten")),
        *(("--steps", value, "steps") for value in ("0", "-1", "1.5", "four", "")),
        *(("--strength", value, "strength") for value in ("-0.1", "1.1", "nan", "much")),
        *(("--guidance-scale", value, "guidance_scale") for value in ("-1", "nan", "x", "8")),
        *(("--zoom", value, "zoom") for value in ("0", "-1", "nan", "inf", "9", "fast")),
        *(("--seed", value, "seed") for value in ("-1", "1.5", "x", str(2**63))),
        *(("--model", value, "model") for value in ("placeholdr", "", "/nowhere", "no/such", "../x", "\x07")),
        *(("--at", value, "at") for value in ("soon: x", "6s", "", "9s: late", "-1s: x", "0.1s:")),
        ("--at", "0.1s: \x07", "prompt"),
        ("--negative-prompt", "a" * 10_000, "negative_prompt"),
        ("--negative-prompt", "\x00", "negative_prompt"),
        ("--device", "cuda", "device"),
        ("--dtype", "float8", "dtype"),
        ("--runtime", "magic", "runtime"),
        *(("--output", value, "output") for value in ("x.avi", "x.txt", "no/such/x.mp4", "", ".", "/", "x.mp4/y.mp4")),
        ("--output", "a" * 300 + ".mp4", "output"),
        ("--output", "x\x00.mp4", "output"),
        ("--report", "no/such/x.json", "report"),
        ("--save-spec", "no/such/x.json", "save_spec"),
        *(("--image", value, "image") for value in ("none.png", ".", "", "\x00")),
    ],
)
def test_options(refused: Callable[..., str], option: str, value: str, field: str) -> None:
    sentence = refused(*DREAM, option, value)
    assert sentence.startswith(f"{field}: ")


@pytest.mark.parametrize(
    "arguments", [("dream",), ("dream", "a", "b"), ("dream", "a", "--size"), ("render",), ("bench", "x", "--y")]
)
def test_commands_that_are_not_whole(refused: Callable[..., str], arguments: tuple[str, ...]) -> None:
    assert f"reverie {arguments[0]}" in refused(*arguments)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "is no picture"),
        (png(64, 64, bytes(64 * 193))[:-30], "is damaged"),
        (png(30_000, 30_000), "is too large"),
        (png(100_000, 2), "is too large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture"),
        (b"GIF89a", "picture"),
    ],
)
def test_pictures(refused: Callable[..., str], tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "photo.png").write_bytes(content)
    sentence = refused(*DREAM, "--image", "photo.png")
    assert sentence.startswith("image: 'photo.png' ")
    assert said in sentence


SCENE = {"keyframes": [{"prompt": "a reef"}], "backend": {"name": "placeholder"}, "duration": 0.2}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"scenes": [SCENE], "colour": "red"}, "colour: "),
        ({"scenes": [SCENE], "fps": "fast"}, "fps: 'fast' "),
        ({"scenes": [SCENE], "fps": 0}, "fps: 0 "),
        ({"scenes": [SCENE], "width": "wide"}, "width: 'wide' "),
        ({"scenes": [SCENE], "width": 17}, "width: 17 is not a multiple"),
        ({"scenes": []}, "scenes: "),
        ({"scenes": [SCENE], "version": 2}, "version: 2 "),
        ({"scenes": [{**SCENE, "keyframes": [{"prompt": "a"}, {"time": 2}, {"time": 1}]}]}, "scenes.0.keyframes: "),
        ({"scenes": [{**SCENE, "keyframes": [{"time": 1, "prompt": "a"}]}]}, "scenes.0: "),
        (
            {"scenes": [{**SCENE, "backend": {"name": "placeholdr"}}]},
            "backends: 'placeholdr' is not known: use placeholder",
        ),
        (
            {"scenes": [{**SCENE, "backend": {"name": "placeholder", "options": {"x": 1}}}]},
            "backends.placeholder.x: 1 ",
        ),
        ({"scenes": [SCENE], "filters": [{"name": "blur"}]}, "filters: 'blur' "),
        ({"scenes": [SCENE], "correctors": [{"name": "colour", "options": {"rate": 7}}]}, "correctors.colour.rate: 7 "),
        ({"scenes": [{**SCENE, "source": {"name": "video", "options": {"path": "none.mp4"}}}]}, "video: 'none.mp4' "),
        ([1], "spec: [1] "),
        (None, "spec: None "),
    ],
)
def test_specs(refused: Callable[..., str], tmp_path: Path, spec: object, said: str) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    assert refused("render", "spec.json", "-o", "x.mp4").startswith(said)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", b"{"),
        ("x.json", b"\xff\xfe"),
        ("x.json", b""),
        ("x.mp4", b""),
        ("x.mp4", b"not a film"),
        ("x.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"),
        ("x.webm", b"\x1aE\xdf\xa3"),
        ("x.gif", b"GIF89a"),
        ("x.exe", b"MZ"),
        ("x", b"?"),
    ],
)
def test_works_that_are_none(refused: Callable[..., str], tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    sentence = refused("render", name, "-o", "y.mp4")
    assert name in sentence


@pytest.mark.parametrize("name", ["none.mp4", "a" * 300, "x\x00", "", "x/y.json"])
def test_a_work_that_is_not_there(refused: Callable[..., str], name: str) -> None:
    assert refused("render", name).startswith("work: ")


def test_a_film_of_somebody_else_carries_no_spec(refused: Callable[..., str], tmp_path: Path) -> None:
    from fractions import Fraction

    import numpy as np

    writer = VideoWriter(tmp_path / "x.mp4", 64, 64, Fraction(24))
    writer.write(np.zeros((64, 64, 3), np.uint8))
    writer.close()
    assert refused("render", "x.mp4").startswith("work: 'x.mp4' carries no spec")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--remaster", "--again"), "--again"),
        (("--slower", "2"), "slower: goes with --remaster only"),
        (("--size", "64x64"), "size: goes with --remaster only"),
        (("--seed", "2"), "seed: goes with --again only"),
        (("--remaster", "--seed", "2"), "seed: goes with --again only"),
    ],
)
def test_verbs_are_kept_apart(refused: Callable[..., str], arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("render", "x.mp4", *arguments)


@pytest.mark.skipif(
    os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="the system lets this user write anywhere"
)
def test_a_folder_that_is_not_writable(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "you may not write" in refused(*DREAM, "-o", "locked/x.mp4", code=1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk(refused: Callable[..., str]) -> None:
    assert "No space left" in refused(*DREAM, "-o", "x.mp4", "--save-spec", "/dev/full", code=1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no /proc")
def test_a_place_that_takes_no_files(refused: Callable[..., str]) -> None:
    assert refused(*DREAM, "-o", "/proc/x.mp4", code=1).startswith("output: '/proc/x.mp4' ")


@pytest.mark.parametrize("setting", ['device = "', "speed = 3", "device = 3"])
def test_settings(refused: Callable[..., str], tmp_path: Path, setting: str) -> None:
    (tmp_path / "reverie.toml").write_text(setting)
    assert refused(*DREAM).startswith("reverie.toml")


class Canary:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (Path("sprung"),)


@pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "diffusion_pytorch_model.safetensors"])
def test_a_pickled_checkpoint_is_never_opened(refused: Callable[..., str], tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    (folder / "unet").mkdir(parents=True)
    (folder / "model_index.json").write_text('{"_class_name": "LatentConsistencyModelPipeline"}')
    (folder / "unet" / "config.json").write_text("{}")
    (folder / "unet" / name).write_bytes(pickle.dumps(Canary()))
    refused("dream", "a reef", "--model", "model", "--seconds", "0.2")
    assert not (tmp_path / "sprung").exists()
