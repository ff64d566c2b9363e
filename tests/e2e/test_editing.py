"""A film that is there is changed: only what is new is painted; and one that has nothing but a song is heard."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opener
from tests.e2e.studio import Studio, apart, until

LONG = 600.0
"""Seconds that a film may take on a slow machine."""

NAME, FILE = "The film\N{RIGHT SINGLE QUOTATION MARK}s name", "A storyboard\N{RIGHT SINGLE QUOTATION MARK}s file"
FPS, SCENE, SHARED = 24, 12, 3
"""Frames a second of a draft, of a scene here, and of a transition."""

TONE, RATE = 440.0, 48_000


def opened(page: Page, folder: Path, title: str, *prompts: str) -> None:
    """Open a storyboard with half a second for each prompt."""
    scenes = [
        {
            "prompt": prompt,
            "duration": SCENE / FPS,
            "seed": 7 + number,
            "transition": {"kind": "crossfade", "duration": SHARED / FPS},
        }
        for number, prompt in enumerate(prompts)
    ]
    board = {"name": title, "preset": "draft", "model": "placeholder", "scenes": scenes}
    (folder / "board.json").write_text(json.dumps(board))
    page.get_by_label(FILE).set_input_files(folder / "board.json")
    expect(page.get_by_role("textbox", name=NAME)).to_have_value(title)


def newest(studio: Studio, title: str, count: int) -> dict[str, Any]:
    """Return the newest film of a title when there are so many, all of them done."""

    def done() -> dict[str, Any] | None:
        found = [job for job in studio.ask("/api/jobs?live=false")["items"] if job["title"] == title]
        assert all(job["state"] != "failed" for job in found), [job["error"] for job in found]
        whole = len(found) == count and all(job["state"] == "succeeded" for job in found)
        last = max(found, key=lambda job: str(job["created_at"])) if whole else None
        return None if last is None else dict(studio.ask(f"/api/jobs/{last['id']}"))  # with its parts

    return until(done, f"“{title}” is made", LONG)


def painted(job: dict[str, Any]) -> dict[str, str]:
    """Return what became of each part of a film."""
    return {unit["key"]: unit["state"] for unit in job["units"]}


def made(page: Page) -> None:
    page.get_by_role("button", name="Make the film").click()


def kept(page: Page, path: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download the film").click()
    coming.value.save_as(path)
    return path


def frames(path: Path) -> list[npt.NDArray[np.uint8]]:
    film, found = cv2.VideoCapture(str(path)), []
    while (read := film.read())[0]:
        found.append(np.asarray(read[1], np.uint8))
    return found


def plays(page: Page, job: dict[str, Any]) -> None:
    page.get_by_role("button", name="Play").click()
    shown = (
        "() => { const film = document.querySelector('video'); return film?.currentTime > 0.1 ? film.currentSrc : '' }"
    )
    assert job["id"] in until(lambda: str(page.evaluate(shown)), "it plays")


def test_who_edits_one_scene_of_a_film_has_that_one_painted(open_page: Opener, studio: Studio, tmp_path: Path) -> None:
    page = open_page("/films", 1280, 900)
    opened(page, tmp_path, "Three places", "a reef", "a moon", "a storm")
    made(page)
    first = newest(studio, "Three places", 1)
    assert set(painted(first).values()) == {"done"}
    before = frames(kept(page, tmp_path / "before.mp4"))

    page.get_by_role("button", name="Scene 2: a moon").click()
    page.get_by_role("textbox", name="What it shows").fill("a field of sunflowers")
    expect(page.get_by_text("paints only what is new")).to_be_visible()
    made(page)
    second = newest(studio, "Three places", 2)
    assert painted(second) == {
        "scene-1/paint": "reused",
        "scene-1/finish": "reused",
        "scene-2/paint": "done",
        "scene-2/finish": "done",
        "scene-3/paint": "reused",
        "scene-3/finish": "reused",
        "join": "done",
    }
    expect(page.get_by_text("paints only what is new")).to_have_count(0)
    plays(page, second)
    after = frames(kept(page, tmp_path / "after.mp4"))
    assert len(before) == len(after) == 3 * SCENE - 2 * SHARED
    step = SCENE - SHARED
    changes = [apart(one, other) for one, other in zip(before, after, strict=True)]
    alone = [changes[SHARED:step], changes[step + SHARED : 2 * step], changes[2 * step + SHARED :]]
    assert max(alone[0] + alone[2]) < 4 < 10 < min(alone[1]), "another picture in the scene that was edited alone"


def test_a_scene_painted_alone_is_not_painted_again_for_its_film(
    open_page: Opener, studio: Studio, tmp_path: Path
) -> None:
    page = open_page("/films", 1280, 900)
    opened(page, tmp_path, "Two places", "a canyon", "a lake")
    made(page)
    newest(studio, "Two places", 1)
    page.get_by_role("button", name="Scene 2: a lake").click()
    page.get_by_role("textbox", name="What it shows").fill("a lake in winter")
    page.get_by_role("button", name="Paint scene 2 alone").click()
    alone = newest(studio, "Scene: a lake in winter", 1)
    assert painted(alone)["scene-1/paint"] == "done"
    made(page)
    film = newest(studio, "Two places", 2)
    assert painted(film) == {**dict.fromkeys(painted(film), "reused"), "join": "done"}
    plays(page, film)


def test_a_film_with_nothing_but_a_song_is_heard_to_its_end(open_page: Opener, studio: Studio, tmp_path: Path) -> None:
    song(tmp_path / "song.wav", 3.0)
    page = open_page("/films", 1280, 900)
    opened(page, tmp_path, "A song", "a reef", "a moon")
    page.get_by_role("button", name="Sound: No sound").click()
    page.get_by_label("A sound for the film").set_input_files(tmp_path / "song.wav")
    expect(page.get_by_role("button", name="Sound: song.wav")).to_be_visible()
    page.keyboard.press("Escape")
    made(page)
    job = newest(studio, "A song", 1)
    path, length = kept(page, tmp_path / "song.mp4"), (2 * SCENE - SHARED) / FPS
    assert len(frames(path)) == 2 * SCENE - SHARED
    heard = sound(path)
    assert abs(len(heard) / RATE - length) < 0.03, "as long as the film, to a frame of sound"
    strength = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert abs(float(strength.argmax()) * RATE / len(heard) - TONE) < 3
    loud = [float(np.abs(part).max()) for part in np.array_split(heard, 10)]
    assert min(loud[:9]) > 0.2, "from the beginning to the end"
    plays(page, job)
    assert page.evaluate("document.querySelector('video').webkitAudioDecodedByteCount > 0")


def song(path: Path, seconds: float) -> None:
    moments = np.arange(round(seconds * RATE)) / RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.sin(2 * np.pi * TONE * moments) * 16_000).astype("<i2").tobytes())


def sound(path: Path) -> npt.NDArray[np.float32]:
    """Return what is heard, both ears mixed, at `RATE`."""
    with av.open(str(path)) as film:
        (stream,) = film.streams.audio
        assert stream.rate == RATE
        parts = [np.atleast_2d(frame.to_ndarray()).mean(0) for frame in film.decode(stream)]
    return np.concatenate(parts).astype(np.float32)
