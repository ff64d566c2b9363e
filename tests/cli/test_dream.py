"""The whole way from a typed line to a film, on the placeholder, which needs no weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from reverie.authoring import dream_spec
from reverie.cli import main
from reverie.core.clock import duration, exact_rate, frame_count
from reverie.core.frame import Image
from reverie.core.timeline import Keyframe
from reverie.execution.documents import read_spec, read_work, spec_json
from reverie.execution.executor import Executor
from reverie.execution.local import silent
from reverie.media.picture import save_png
from reverie.media.video import read_frames, read_metadata
from tests.execution.audience import until_frame

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder; returns its exit code, output and error output."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran


def short(*more: str) -> tuple[str, ...]:
    return ("dream", "a coral reef at dusk", "--model", "placeholder", "--size", "64x48", "--seconds", "0.5", *more)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_prompt_becomes_a_film_named_after_it(run: Run, tmp_path: Path) -> None:
    code, out, err = run(*short("--seed", "7"))
    assert code == 0, err
    assert names(tmp_path) == ["a-coral-reef-at-dusk-7.mp4"]
    frames = list(read_frames(tmp_path / "a-coral-reef-at-dusk-7.mp4"))
    assert [time for _, time in frames] == [Fraction(index, 24) for index in range(12)]
    assert frames[0][0].shape == (48, 64, 3)
    first, *rest = out.splitlines()
    assert first == "a-coral-reef-at-dusk-7.mp4"
    assert "0.5 s · 12 frames · 64×48" in rest[0]  # noqa: RUF001
    assert "seed 7" in rest[0]
    assert "painted by placeholder" in rest[1]
    assert err.splitlines() == ["painting", "dreaming"]


@pytest.mark.parametrize(("name", "count"), [("x.mp4", 12), ("x.webm", 12), ("x.gif", 12), ("x", 12)])
def test_every_suffix_holds_every_frame(run: Run, tmp_path: Path, name: str, count: int) -> None:
    code, _, err = run(*short("-o", name))
    assert code == 0, err
    assert names(tmp_path) == [name]
    assert sum(1 for _ in read_frames(tmp_path / name)) == count
    assert read_work(tmp_path / name).width == 64


def test_the_report_and_the_spec_are_written_beside_the_film(run: Run, tmp_path: Path) -> None:
    code, _, err = run(*short("-o", "x.mp4", "--report", "x.json", "--save-spec", "spec.json", "--seed", "3"))
    assert code == 0, err
    assert names(tmp_path) == ["spec.json", "x.json", "x.mp4"]
    report = json.loads((tmp_path / "x.json").read_text())
    assert report["frames"] == {"placeholder": 6, "interpolated": 6}
    assert report["seed"] == report["spec"]["seed"] == 3
    assert (report["backend"], report["files"], report["cancelled"]) == ("placeholder", ["x.mp4"], False)
    assert set(report["fps"]) == {"model", "new", "displayed"}
    assert 0 < report["fps"]["new"] < report["fps"]["displayed"]
    wanted = {"time", "brightness", "contrast", "detail", "saturation", "motion", "stagnant"}
    assert all(wanted <= set(vitals) for vitals in report["vitals"])
    assert len(report["vitals"]) == 7, "six are shown as they are, the last one is needed for what comes before it"
    assert report["spec"] == json.loads((tmp_path / "spec.json").read_text())
    assert read_spec(tmp_path / "spec.json") == read_work(tmp_path / "x.mp4")


def test_a_film_says_of_itself_what_it_shows(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "x.mp4"))
    said = read_metadata(tmp_path / "x.mp4")
    assert said["title"] == "a coral reef at dusk"
    assert "placeholder" in said["reverie_placeholder"]
    assert str(tmp_path) not in said["reverie_spec"]


def test_a_dream_starts_from_a_picture_at_any_rates(run: Run, tmp_path: Path) -> None:
    code, _, err = run(*short("-o", "x.mp4", "--image", str(picture(tmp_path)), "--fps", "10", "--paint-fps", "5"))
    assert code == 0, err
    assert sum(1 for _ in read_frames(tmp_path / "x.mp4")) == 5


def picture(folder: Path) -> Path:
    path = folder / "photo.png"
    save_png(np.full((40, 60, 3), 128, np.uint8), path)
    return path


def test_the_same_seed_makes_the_same_file(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "one.mp4", "--seed", "5", "--at", "0.2s: a city"))
    run(*short("-o", "two.mp4", "--seed", "5", "--at", "0.2s: a city"))
    run(*short("-o", "other.mp4", "--seed", "6", "--at", "0.2s: a city"))
    one, two, other = ((tmp_path / f"{name}.mp4").read_bytes() for name in ("one", "two", "other"))
    assert one == two
    assert one != other


def test_an_existing_file_is_kept_unless_it_is_said(run: Run, tmp_path: Path) -> None:
    film = tmp_path / "x.mp4"
    film.write_bytes(b"mine")
    code, _, err = run(*short("-o", "x.mp4"))
    assert (code, err) == (2, "output: 'x.mp4' exists already: choose another name or add --overwrite.\n")
    assert film.read_bytes() == b"mine"
    assert run(*short("-o", "x.mp4", "--overwrite"))[0] == 0
    assert film.read_bytes() != b"mine"


def test_a_folder_of_settings_holds_where_nothing_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "reverie.toml").write_text('films = "films"\ndevice = "cpu"\n')
    assert run(*short("--seed", "1"))[0] == 0
    assert names(tmp_path / "films") == ["a-coral-reef-at-dusk-1.mp4"]


def test_a_film_is_rendered_again_bit_by_bit(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "x.mp4", "--seed", "5"))
    code, out, err = run("render", "x.mp4")
    assert code == 0, err
    assert out.startswith("x-replayed.mp4\n")
    assert (tmp_path / "x-replayed.mp4").read_bytes() == (tmp_path / "x.mp4").read_bytes()


def test_a_spec_is_performed_again_with_new_pictures(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "x.mp4", "--seed", "5", "--save-spec", "x.json"))
    code, _, err = run("render", "x.json", "--again", "--seed", "6", "--save-spec", "again.json")
    assert code == 0, err
    again, spec = read_spec(tmp_path / "again.json"), read_spec(tmp_path / "x.json")
    assert again == spec.model_copy(update={"seed": 6})
    assert (tmp_path / "x-again-6.mp4").read_bytes() != (tmp_path / "x.mp4").read_bytes()


def likeness(one: Image, other: Image) -> float:
    """SSIM (Wang et al. 2004) of two pictures' luma, with a Gaussian window of 1.5 pixels."""
    first, second = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64) for image in (one, other))

    def mean(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5))

    over, under = mean(first), mean(second)
    spread = mean(first * first) - over**2 + mean(second * second) - under**2
    shared = mean(first * second) - over * under
    same = (2 * over * under + 6.5025) * (2 * shared + 58.5225) / ((over**2 + under**2 + 6.5025) * (spread + 58.5225))
    return float(same.mean())


def test_a_remaster_keeps_the_pictures(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "x.mp4", "--seed", "5"))
    code, _, err = run("render", "x.mp4", "--remaster")
    assert code == 0, err
    before, after = (list(read_frames(tmp_path / name)) for name in ("x.mp4", "x-remastered.mp4"))
    assert min(likeness(one, other) for (one, _), (other, _) in zip(before, after, strict=True)) >= 0.6


def test_a_remaster_is_slower_and_larger(run: Run, tmp_path: Path) -> None:
    run(*short("-o", "x.mp4"))
    code, _, err = run("render", "x.mp4", "--remaster", "--slower", "2", "--size", "96x72", "-o", "big.mp4")
    assert code == 0, err
    frames = [image for image, _ in read_frames(tmp_path / "big.mp4")]
    assert len(frames) == 24
    assert frames[0].shape == (72, 96, 3)


@pytest.fixture
def performance(tmp_path: Path) -> Path:
    """What a live session leaves behind that was steered."""
    handle = Executor().submit(
        dream_spec("a reef", live=True, model="placeholder", size=(48, 32), seed=2), silent, lambda kind, data: None
    )
    handle.insert(Keyframe(prompt="a city", strength=0.6))
    until_frame(handle, 8)
    handle.cancel()
    path = tmp_path / "performance.json"
    path.write_text(spec_json(handle.result(60).spec))
    return path


def test_a_performance_is_rendered_again_in_all_three_ways(run: Run, tmp_path: Path, performance: Path) -> None:
    frames = frame_count(duration(spec := read_spec(performance)) or Fraction(), exact_rate(spec.paint_fps))
    for verb in ((), ("--again", "--seed", "5"), ("--remaster", "--slower", "2")):
        code, _, err = run("render", performance.name, *verb)
        assert code == 0, err
    made = {path.name: sum(1 for _ in read_frames(path)) for path in tmp_path.glob("*.mp4")}
    assert made == {
        "performance-replayed.mp4": frames,
        "performance-again-5.mp4": frames,
        "performance-remastered.mp4": 2 * frames,
    }
