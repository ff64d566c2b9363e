"""The whole way with a network, a small one of random weights in the hub's format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reverie.cli import main
from reverie.media.video import read_frames
from tests.checkpoints import save_ours


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_ours(tmp_path_factory.mktemp("models") / "tiny")
    (folder / "vocabulary.json").write_text('["a", "coral", "reef", "storm", "fog"]')
    return folder


def test_a_network_dreams_replays_and_says_how_it_went(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    more = (
        "--size",
        "64x32",
        "--seconds",
        "0.5",
        "--steps",
        "2",
        "--runtime",
        "torch",
        "--seed",
        "1",
        "--report",
        "x.json",
    )
    wishes = ("--strength", "0.4", "--guidance-scale", "3", "--negative-prompt", "fog", "--at", "0.2s: a storm")
    code = main(["dream", "a coral zeppelin", "--model", str(model), "-o", "x.mp4", *more, *wishes])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    report = json.loads((tmp_path / "x.json").read_text())
    assert report["frames"]["painted"] == 6
    assert report["fps"]["model"] > 0
    assert report["backend"] == "tiny"
    assert (report["environment"]["runtime"], report["environment"]["device"]) == ("torch", "cpu")
    assert report["spec"]["scenes"][0]["backend"]["options"]["num_inference_steps"] == 2
    assert any("zeppelin" in hint["reason"] for hint in report["hints"])
    assert sum("zeppelin" in line for line in captured.out.splitlines()) == 1
    assert sum(1 for _ in read_frames(tmp_path / "x.mp4")) == 12
    assert main(["render", "x.mp4", "-o", "again.mp4"]) == 0
    assert (tmp_path / "again.mp4").read_bytes() == (tmp_path / "x.mp4").read_bytes()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--steps", "0", "steps: 0 is outside this model's range: use 1 to 8."),
        ("--steps", "9", "steps: 9 "),
        ("--strength", "0", "strength: 0.0 "),
        ("--guidance-scale", "13", "guidance_scale: 13.0 "),
        ("--size", "65x32", "width: 65 is not a multiple of "),
        ("--device", "toaster", "device: 'toaster' "),
        ("--dtype", "int8", "dtype: 'int8' "),
        ("--runtime", "magic", "runtime: 'magic' "),
    ],
)
def test_what_the_network_cannot_do_is_refused_before_it_is_loaded(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    output = str(tmp_path / "x.mp4")
    assert main(["dream", "a reef", "--model", str(model), "-o", output, option, value]) == 2
    err = capsys.readouterr().err
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert not Path(output).exists()
