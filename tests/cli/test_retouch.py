"""From a typed line to a smoother or a larger film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from reverie.cli import main
from reverie.core.errors import Cancelled
from reverie.core.spec import ComponentSpec
from reverie.execution.retouch import Original, Retouch, retouch
from reverie.media.encoding import Encoding, Output
from reverie.media.examine import examine
from reverie.media.video import VideoWriter, read_frames, read_metadata
from tests.media.films import SPEC, film, psnr, written


@pytest.fixture
def loud(tmp_path: Path) -> Path:
    path = tmp_path / "loud.mp4"
    writer = VideoWriter.of(Output(path, 96, 64, Fraction(12), SPEC, Encoding()), loud=True)
    for picture in film(6):
        writer.write(picture)
        writer.hear(np.full((2, 4000), 0.2, np.float32))
    writer.close()
    return path


@pytest.mark.parametrize(("asked", "fps", "frames"), [(["--factor", "3"], 36, 18), (["--fps", "30"], 30, 15)])
def test_a_film_runs_more_smoothly_with_its_sound_and_what_it_says(
    loud: Path, asked: list[str], fps: int, frames: int
) -> None:
    made = loud.with_name("smooth.mp4")
    assert main(["interpolate", str(loud), *asked, "-o", str(made)]) == 0
    facts = examine(made)
    assert (facts.frames, facts.fps, facts.has_sound) == (frames, fps, True)
    assert read_metadata(made)["reverie_spec"] == SPEC["reverie_spec"]
    assert [time for _, time in read_frames(made)] == [Fraction(n, fps) for n in range(frames)]


def test_the_films_own_frames_stay_bit_by_bit(tmp_path: Path) -> None:
    pictures = film(4)
    source = written(tmp_path / "film", pictures)
    assert main(["interpolate", str(source), "-o", str(tmp_path / "smooth")]) == 0
    made = [image for image, _ in read_frames(tmp_path / "smooth")]
    assert len(made) == 8
    for index, picture in enumerate(pictures):
        assert np.array_equal(made[2 * index], picture)


def test_a_film_grows(loud: Path) -> None:
    made = loud.with_name("large.mp4")
    assert main(["upscale", str(loud), "--scale", "2", "-o", str(made)]) == 0
    facts = examine(made)
    assert (facts.width, facts.height, facts.frames, facts.fps, facts.has_sound) == (192, 128, 6, 12, True)
    small = next(iter(read_frames(made)))[0][::2, ::2]
    assert psnr(small, film(1)[0]) > 20


def test_whoever_stops_leaves_nothing_behind(loud: Path) -> None:
    stop = Event()
    wish = Retouch(
        (ComponentSpec(name="interpolate", options={"kind": "none"}),), loud.with_name("half.mp4"), "upscaling"
    )

    def tick(phase: str, done: float, preview: object = None) -> None:
        if done > 0.3:
            stop.set()

    with pytest.raises(Cancelled):
        retouch(Original.read(loud), wish, tick, stop)
    assert [path.name for path in loud.parent.iterdir()] == ["loud.mp4"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (["interpolate", "FILM", "--factor", "9"], "factor"),
        (["interpolate", "FILM", "--fps", "5"], "fps"),
        (["interpolate", "FILM", "--fps", "nan"], "fps"),
        (["interpolate", "FILM", "--kind", "rife"], "weights"),
        (["interpolate", "FILM", "-o", "FILM", "--overwrite"], "the film itself"),
        (["interpolate", "no-such.mp4"], "no-such.mp4"),
        (["upscale", "FILM", "--scale", "3"], "scale"),
        (["upscale", "FILM", "--size", "enormous"], "size"),
        (["upscale", "FILM", "--size", "99999x10"], "size"),
        (["upscale", "FILM", "--model", "none.pth"], "none.pth"),
        (["upscale", "TEXT"], "TEXT"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    line: list[str], named: str, loud: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = loud.with_name("TEXT")
    text.write_text("no film")
    code = main([{"FILM": str(loud), "TEXT": str(text)}.get(word, word) for word in line])
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert code in {1, 2}
    assert named in said
    assert {path.name for path in loud.parent.iterdir()} == {"loud.mp4", "TEXT"}
