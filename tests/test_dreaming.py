"""Dreams from Python, and what importing the package costs."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest

import reverie
from reverie.core.errors import InputError
from reverie.execution.documents import spec_json
from reverie.media.video import read_frames

HEAVY = ("torch", "diffusers", "transformers", "openvino", "av", "cv2", "PIL", "scipy", "rich")


@pytest.fixture
def dream() -> reverie.Dream:
    return reverie.dream("a coral reef at dusk", model="placeholder", size=(64, 64), seconds=0.5, seed=7)


def test_iterating_gives_frames_as_they_are_painted(dream: reverie.Dream) -> None:
    frames = list(dream)
    assert [frame.time for frame in frames] == [Fraction(index, 24) for index in range(12)]
    assert {frame.image.shape for frame in frames} == {(64, 64, 3)}


def test_a_dream_may_be_watched_again_and_left_early(dream: reverie.Dream) -> None:
    first, second = (list(islice(dream, 3)) for _ in range(2))
    assert [(frame.image == again.image).all() for frame, again in zip(first, second, strict=True)] == [True] * 3


def test_saving_makes_a_film_and_a_report(dream: reverie.Dream, tmp_path: Path) -> None:
    report = dream.save(tmp_path / "reef.mp4")
    assert sum(1 for _ in read_frames(tmp_path / "reef.mp4")) == sum(report.frames.values()) == 12
    assert report.seed == dream.spec.seed == 7


def test_a_film_and_a_spec_render_to_the_same_bits(dream: reverie.Dream, tmp_path: Path) -> None:
    dream.save(str(tmp_path / "reef.mp4"))
    (tmp_path / "reef.json").write_text(spec_json(dream.spec))
    reverie.render(tmp_path / "reef.mp4", tmp_path / "a.mp4")
    reverie.render(str(tmp_path / "reef.json"), tmp_path / "b.mp4")
    reverie.render(dream.spec, tmp_path / "c.mp4")
    assert len({(tmp_path / f"{name}.mp4").read_bytes() for name in ("reef", "a", "b", "c")}) == 1


def test_a_spec_without_sinks_still_gives_a_report(dream: reverie.Dream) -> None:
    assert reverie.render(dream.spec).files == ()


def test_a_wish_that_cannot_be_granted_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"^fps: "):
        reverie.dream("a reef", model="placeholder", fps=0)


def test_every_public_name_is_there() -> None:
    assert all(getattr(reverie, name) is not None for name in reverie.__all__)
    assert set(reverie.__all__) <= set(dir(reverie))


@pytest.mark.parametrize(
    ("command", "forbidden"),
    [
        ("import reverie", (*HEAVY, "numpy", "pydantic")),
        ("from reverie import dream, render, Dream, RenderSpec", HEAVY),
        ("from reverie.cli import main; main(['--help'])", (*HEAVY, "numpy", "pydantic")),
        ("from reverie.cli import main; main(['dream', '--help'])", HEAVY),
        ("from reverie.cli import main; main(['render', '--help'])", HEAVY),
    ],
)
def test_starting_is_light(command: str, forbidden: tuple[str, ...]) -> None:
    look = f"{command}\nimport sys; print(sorted(set({forbidden!r}) & set(sys.modules)), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stderr == "[]\n"
