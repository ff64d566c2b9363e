"""What is heard and seen of a clip that is gone on from in another form than its own."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from reverie.core.errors import InputError
from reverie.core.spec import Sound
from reverie.media.containers import SOUND_RATE
from reverie.media.encoding import Encoding, Output
from reverie.media.extend import extended, reshaped
from reverie.media.sound import SoundReader
from reverie.media.video import VideoWriter, read_frames
from tests.media.films import film
from tests.media.test_extend import planes, raw

RATE, OWN, NEW = Fraction(12), 24, 18
"""Two seconds of a clip, and one and a half behind it."""


def tone(seconds: float, hertz: float = 440.0) -> npt.NDArray[np.float32]:
    wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE)
    return np.stack([wave, wave]).astype(np.float32)


@pytest.fixture(params=[".mp4", ".webm"])
def clip(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a clip that hums for as long as it lasts."""
    writer = VideoWriter.of(Output(tmp_path / f"clip{request.param}", 96, 64, RATE), loud=True)
    for picture in film(OWN):
        writer.write(picture)
    writer.hear(tone(OWN / 12))
    writer.close()
    return writer.path


def song(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SOUND_RATE, layout="stereo")
        samples = np.ascontiguousarray((32000 * tone(5, 1000)).astype(np.int16).T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = SOUND_RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def gone_on(clip: Path, sound: Sound | None = None, size: tuple[int, int] = (96, 64), **how: Any) -> tuple[Path, bool]:
    out = clip.with_name(f"out{clip.suffix}")
    output = Output(out, *size, RATE, {}, Encoding(**how), sound, overwrite=True)
    new = film(OWN + NEW, *size)[OWN:]
    return out, extended(clip, planes(new), output, lambda _: None, NEW)


def loudness(path: Path) -> list[float]:
    """Return how loud each quarter of a second is."""
    reader = SoundReader(path)
    heard = reader.read(round((OWN + NEW) * SOUND_RATE / 12))
    reader.close()
    return [float(np.sqrt((part**2).mean())) for part in np.array_split(heard, 14, axis=1)]


def test_without_a_wish_the_clips_sound_is_copied_and_what_is_new_is_silent(clip: Path) -> None:
    out, copied = gone_on(clip)
    heard = loudness(out)
    assert copied
    assert min(heard[:7]) > 0.25
    assert max(heard[9:]) < 0.001


def test_the_end_of_the_clips_sound_fades_out_behind_it_and_its_pictures_are_untouched(clip: Path) -> None:
    before = raw(clip)
    out, copied = gone_on(clip, Sound(tail="fade"))
    heard, after = loudness(out), raw(out)
    assert copied
    assert len(after) == OWN + NEW
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=False))
    assert min(heard[:8]) > 0.25
    assert 0.05 < heard[10] < heard[9] < heard[8]
    assert heard[13] < 0.03
    assert all(later < earlier + 0.01 for earlier, later in pairwise(heard[7:]))


def test_there_is_no_click_where_the_clips_sound_is_turned_round(clip: Path) -> None:
    out, _ = gone_on(clip, Sound(tail="fade"))
    reader = SoundReader(out)
    heard = reader.read(round((OWN + NEW) * SOUND_RATE / 12))[0]
    reader.close()
    steps = np.abs(np.diff(heard))
    seam = OWN * SOUND_RATE // 12
    assert steps[seam - 400 : seam + 400].max() < 2 * steps[SOUND_RATE // 2 : SOUND_RATE].max()


def test_a_sound_of_ones_own_begins_with_the_new_pictures_or_takes_the_clips_place(clip: Path) -> None:
    path = song(clip.with_name("song.wav"))
    heard = loudness(gone_on(clip, Sound(input=str(path)))[0])
    assert min(heard[:7]) > 0.25
    assert min(heard[9:12]) > 0.25
    alone = gone_on(clip, Sound(input=str(path), clips=False))[0]
    assert min(loudness(alone)[:11]) > 0.25
    out, copied = gone_on(clip, Sound(clips=False))
    with av.open(str(out)) as container:
        assert copied
        assert not container.streams.audio
    with pytest.raises(InputError, match="sound"):
        gone_on(clip, Sound(input="nowhere.wav"))


def test_another_size_or_codec_encodes_the_clip_anew_with_as_many_frames(clip: Path) -> None:
    other = {".mp4": "h265", ".webm": "av1"}[clip.suffix]
    for size, how in (((128, 128), {}), ((96, 64), {"codec": other}), ((96, 64), {"bitrate": 300_000})):
        out, copied = gone_on(clip, size=size, **how)
        shown = [image for image, _ in read_frames(out)]
        assert not copied
        assert reshaped(clip, Output(out, *size, RATE, {}, Encoding(**how)))
        assert len(shown) == OWN + NEW
        assert shown[0].shape == (size[1], size[0], 3)
        assert min(loudness(out)[:7]) > 0.25
    assert not reshaped(clip, Output(clip, 96, 64, RATE))
