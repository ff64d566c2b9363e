"""Pictures that wait for nothing are asked for many at once, each once, and found by the scenes that show them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reverie.core.errors import Cancelled, ReverieError
from reverie.core.frame import Image
from reverie.core.spec import RenderSpec
from reverie.execution.plan import Unit, plan
from reverie.execution.production import produce
from reverie.execution.residency import Residency
from reverie.execution.shelf import Shelf
from reverie.execution.works import made, work
from reverie.media.geometry import fit
from reverie.media.lossless import read_lossless
from tests.shop import COST, KEY, Shop, opened, painting

SIDE = 512
WORDS = ("a reef", "a moon", "a storm")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened() as found:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", found.address)
        found.plain = False
        yield found


def film(*words: str, pictures: int = 2, **options: Any) -> RenderSpec:
    """Return a film with a scene for each prompt, and so many key pictures in each."""
    scenes = [
        {
            "id": f"s{number}",
            "duration": pictures / 2,
            "seed": 7,
            "keyframes": [{"prompt": prompt}],
            "backend": {"name": "openai_images", "options": options},
        }
        for number, prompt in enumerate(words)
    ]
    return RenderSpec.model_validate({"width": 64, "height": 64, "fps": 2, "paint_fps": 2, "seed": 1, "scenes": scenes})


def quiet(phase: str, done: float, preview: object = None) -> None:
    """Say nothing."""


def shown(spec: RenderSpec, shelf: Shelf) -> list[Image]:
    """Return all painted pictures of a film, in order."""
    found = [made(unit, shelf) for unit in plan(spec) if unit.kind == "paint"]
    assert all(found)
    return [image for result in found if result is not None for image in read_lossless(result.path)]


def ahead(spec: RenderSpec) -> Unit:
    first = plan(spec)[0]
    assert first.kind == "ahead"
    return first


def test_all_key_pictures_are_asked_for_at_once_and_once_each(shop: Shop, tmp_path: Path) -> None:
    spec, shelf = film(*WORDS, at_once=5), Shelf(tmp_path)
    meeting = threading.Barrier(5)

    def company(phase: str, done: float, preview: object = None) -> None:
        if done > 0 and shop.company is None:  # the first is asked for alone: then its price is known
            shop.company = meeting

    work(ahead(spec), shelf, company)
    assert not meeting.broken, "five were under way at the same time"
    shop.company = None
    report = produce(spec, shelf)
    assert sorted(shop.words) == sorted(WORDS * 2)
    wanted = [fit(painting(prompt, SIDE, SIDE), 64, 64) for prompt in WORDS for _ in range(2)]
    assert all(np.array_equal(one, other) for one, other in zip(shown(spec, shelf), wanted, strict=True))
    assert [hint.reason for hint in report.hints] == [f"6 pictures by gpt-image-2.5-flare cost ${6 * COST:.2f}"]


def test_who_edits_one_scene_pays_for_that_one(shop: Shop, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    produce(film(*WORDS), shelf)
    shop.heard.clear()
    produce(film("a reef", "a city", "a storm"), shelf)
    assert shop.words == ["a city"] * 2


def test_what_is_painted_ahead_is_nobodys_input() -> None:
    before, after = plan(film("a reef", "a moon")), plan(film("a reef", "a city"))
    assert before[0].fingerprint != after[0].fingerprint
    same = [one.key for one, other in zip(before, after, strict=True) if one.fingerprint == other.fingerprint]
    assert same == ["scene-1/paint-1", "scene-1/paint-2", "scene-1/finish"]


@pytest.mark.parametrize(
    "changed",
    [
        {"backend": {"name": "worlds"}},
        {"backend": {"name": "patched", "options": {"backend": {"name": "openai_images"}, "frames": [0]}}},
        {"source": {"name": "image", "options": {"path": "x.png"}}},
        {"duration": 0.5},
    ],
)
def test_what_waits_for_something_is_not_painted_ahead(changed: dict[str, Any]) -> None:
    told = film("a reef").model_dump(mode="json")
    spec = RenderSpec.model_validate({**told, "scenes": [{**told["scenes"][0], **changed}]})
    assert all(unit.kind != "ahead" for unit in plan(spec))


def test_a_scene_that_rests_needs_no_picture(shop: Shop, tmp_path: Path) -> None:
    told = film("a reef", pictures=4).model_dump(mode="json")
    told["scenes"][0]["keyframes"] += [{"time": 0.4, "freeze": True}, {"time": 1.4, "freeze": False}]
    spec, shelf = RenderSpec.model_validate(told), Shelf(tmp_path)
    produce(spec, shelf)
    assert len(shop.heard) == 2
    assert len(shown(spec, shelf)) == 4


def test_a_kill_loses_only_what_was_under_way_and_counts_on(shop: Shop, tmp_path: Path) -> None:
    spec, shelf = film(*WORDS, at_once=1), Shelf(tmp_path)
    child = multiprocessing.get_context("fork").Process(target=_killed, args=(spec, shelf))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    report = produce(spec, shelf)
    assert len(shop.heard) == 6, "three were on the shelf"
    assert [hint.reason for hint in report.hints] == [f"6 pictures by gpt-image-2.5-flare cost ${6 * COST:.2f}"]


def _killed(spec: RenderSpec, shelf: Shelf) -> None:
    def tick(phase: str, done: float, preview: object = None) -> None:
        if done >= 0.5:
            os.kill(os.getpid(), signal.SIGKILL)

    work(ahead(spec), shelf, tick)


def test_the_limit_holds_and_what_was_paid_for_is_kept(shop: Shop, tmp_path: Path) -> None:
    spec, shelf = film(*WORDS, most_dollars=3.5 * COST), Shelf(tmp_path)
    with Residency().lent() as lend:
        result = work(ahead(spec), shelf, quiet, lend)
        assert len(shop.heard) == 3
        assert any("are spent" in hint.reason for hint in result.report.hints)
        with pytest.raises(ReverieError, match="raise most_dollars"):
            produce(spec, shelf, lend=lend)
    assert len(shop.heard) == 3
    produce(film(*WORDS, most_dollars=1.0), shelf)
    assert len(shop.heard) == 6, "who raises the limit pays for what is missing"


def test_words_that_are_refused_keep_no_other_picture_back(shop: Shop, tmp_path: Path) -> None:
    shop.unwanted = {"a moon"}
    spec, shelf = film("a moon", "a reef", "a storm"), Shelf(tmp_path)
    with pytest.raises(ReverieError, match="not accepted by the service"):
        produce(spec, shelf)
    shop.heard.clear()
    shop.unwanted = set()
    produce(spec, shelf)
    assert shop.words == ["a moon"] * 2, "the others were there"


def test_nobody_waits_for_answers_when_it_is_stopped(shop: Shop, tmp_path: Path) -> None:
    spec, door = film(*WORDS), threading.Event()

    def tick(phase: str, done: float, preview: object = None) -> None:
        if len(shop.heard) > 2:
            raise Cancelled("Stopped.")
        shop.company = door if done > 0 else None

    with pytest.raises(Cancelled):
        work(ahead(spec), Shelf(tmp_path), tick)
    door.set()
