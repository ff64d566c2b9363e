"""A service of the same shape, on this machine: asked, refused by, waited for, paid, and never paid too much."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.authoring import card_of
from reverie.backends.openai_images import OpenAIImages, service
from reverie.backends.openai_images.backend import OpenAIImagesOptions, asked_size
from reverie.backends.openai_images.spending import Prices, Purse
from reverie.core import catalogue, registry
from reverie.core.errors import Cancelled, InputError, MachineError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import Conditioning, Keyframe
from tests.shop import COST, KEY, Shop, opened


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened() as found:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", found.address)
        yield found


def wish(width: int = 96, height: int = 64, **changes: Any) -> RenderSpec:
    scene = Scene(duration=1, keyframes=(Keyframe(prompt="a reef"),), backend=ComponentSpec(name="openai_images"))
    return RenderSpec(width=width, height=height, scenes=(scene,), **changes)


def silent(phase: str, done: float, preview: object = None) -> None:
    """Take progress and say nothing."""


def painted(tick: Any = silent, spec: RenderSpec | None = None, **options: Any) -> Any:
    spec = spec or wish()
    run = OpenAIImages(OpenAIImagesOptions(**options)).start(spec, spec.scenes[0], tick)
    return run, run.step(Conditioning(prompts=(("a reef", 0.7), ("a city", 0.3)), negative_prompt="rain"), tick)


def test_a_picture_is_asked_for_and_cut_to_size(shop: Shop) -> None:
    run, images = painted()
    assert (images.shape, images.dtype) == ((1, 64, 96, 3), np.uint8)
    assert tuple(images[0, 5, 5]) == (30, 120, 200)
    (path, body, headers), *rest = shop.heard
    assert (path, rest, headers["Authorization"]) == ("/v1/images/generations", [], f"Bearer {KEY}")
    assert body == {
        "model": "gpt-image-2.5-flare",
        "prompt": "a reef; a city Without: rain.",
        "n": 1,
        "size": "768x512",
        "quality": "low",
        "output_format": "png",
    }
    assert [event.reason for event in run.events()] == [f"1 picture by gpt-image-2.5-flare cost ${COST:.2f}"]
    assert run.events() == []


def test_it_is_off_without_a_key_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(MachineError, match="openai-images is off: set OPENAI_API_KEY"):
        card_of(catalogue.find("openai-images"))
    with pytest.raises(MachineError, match="is off"):
        painted()


@pytest.mark.parametrize("address", ["http://example.com/v1", "ftp://127.0.0.1", "http://127.0.0.1.example.com", "x"])
def test_a_key_is_not_sent_in_the_open(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(MachineError, match="unencrypted"):
        painted()


def test_nobody_who_posts_a_spec_says_where_it_goes() -> None:
    names = set(OpenAIImagesOptions.model_fields)
    assert names == {"api_model", "quality", "most_dollars", "dry_run", "tries", "at_once"}


@pytest.mark.parametrize("name", ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-2025-04-23", "", "a b", "../x"])
def test_a_model_that_is_gone_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"backends\.openai_images\.api_model"):
        registry.options_of("backends", ComponentSpec(name="openai_images", options={"api_model": name}))


@pytest.mark.parametrize("name", ["gpt-image-2", "gpt-image-2.6-sunburst", "gpt-image-1.5", "gpt-image-1-mini"])
def test_models_that_are_there_are_taken(name: str) -> None:
    assert OpenAIImagesOptions(api_model=name).api_model == name


def test_a_dry_run_sends_nothing_and_counts_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    run, images = painted(dry_run=True)
    assert images.shape == (1, 64, 96, 3)
    assert "would have cost about $0.05" in run.events()[0].reason
    assert registry.resolve("backends", "openai_images").describe(OpenAIImagesOptions(dry_run=True)).network


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(shop: Shop, status: int) -> None:
    shop.refusals = [(status, {"retry-after": "0"}, {"error": {"message": "busy"}})] * 2
    _, images = painted()
    assert images.shape == (1, 64, 96, 3)
    assert len(shop.heard) == 3


def test_it_waits_as_long_as_it_is_told(shop: Shop) -> None:
    later = int(time.time()) + 2
    date = email.utils.formatdate(later, usegmt=True)
    shop.refusals = [(503, {"retry-after": date}, {}), (429, {"retry-after": "0.3"}, {})]
    painted()
    assert time.time() >= later + 0.3
    assert len(shop.heard) == 3


def test_it_does_not_wait_for_ever(shop: Shop) -> None:
    shop.refusals = [(429, {"retry-after": "3600"}, {})]
    with pytest.raises(MachineError, match="left alone for 3600 s"):
        painted()
    assert len(shop.heard) == 1


def test_waiting_ends_when_it_is_cancelled(shop: Shop) -> None:
    shop.refusals = [(503, {"retry-after": "60"}, {})]

    def tick(phase: str, done: float, preview: object = None) -> None:
        if phase == "waiting for the service":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        painted(tick)


@pytest.mark.parametrize(
    ("status", "said", "kind", "words"),
    [
        (401, {"error": {"message": "bad key"}}, MachineError, "does not accept the key"),
        (
            400,
            {"error": {"message": "unsafe", "code": "moderation_blocked"}},
            InputError,
            "not accepted by the service",
        ),
        (429, {"error": {"message": "no money", "code": "insufficient_quota"}}, MachineError, "nothing left"),
        (404, b"<html>", MachineError, "answers 404"),
        (302, b"", MachineError, "answers 302"),
        (200, {"data": []}, MachineError, "holds no picture"),
        (200, b"\xff", MachineError, "holds no picture"),
        (200, {"data": [{"b64_json": "AAAA"}]}, InputError, "no picture that can be read"),
    ],
)
def test_what_does_not_pass_is_said_at_once_and_costs_nothing(
    shop: Shop, status: int, said: Any, kind: type[Exception], words: str
) -> None:
    shop.refusals = [(status, {"location": "http://127.0.0.1:1/"} if status == 302 else {}, said)]
    backend = OpenAIImages(OpenAIImagesOptions())
    run = backend.start(wish(), wish().scenes[0], silent)
    with pytest.raises(kind, match=words) as caught:
        run.step(Conditioning(prompts=(("a reef", 1.0),)), silent)
    assert KEY not in str(caught.value)
    assert (len(shop.heard), backend.purse.spent) == (1, 0.0)


def test_it_gives_up_after_as_many_tries_as_it_may(shop: Shop) -> None:
    shop.refusals = [(500, {"retry-after": "0"}, {})] * 9
    with pytest.raises(MachineError, match="answers 500 again and again"):
        painted(tries=3)
    assert len(shop.heard) == 3


def test_a_service_that_is_away_is_said_to_be(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(MachineError, match="can't be reached"):
        painted(tries=1)


def test_spending_ends_where_it_should(shop: Shop) -> None:
    spec = wish()
    backend = OpenAIImages(OpenAIImagesOptions(most_dollars=0.10))
    runs = [backend.start(spec, spec.scenes[0], silent) for _ in range(2)]
    cond = Conditioning(prompts=(("a reef", 1.0),))
    for number in range(3):
        runs[number % 2].step(cond, silent)
    with pytest.raises(MachineError, match=r"\$0\.09 of \$0\.10 are spent, and the next picture costs about \$0\.03"):
        runs[1].step(cond, silent)
    assert len(shop.heard) == 3
    assert backend.purse.spent == pytest.approx(3 * COST)


def test_nothing_is_free_where_no_limit_is_left(shop: Shop) -> None:
    with pytest.raises(MachineError, match="raise most_dollars"):
        painted(most_dollars=0.0)
    assert shop.heard == []


def test_a_service_that_does_not_say_what_it_used_is_thought_dear(shop: Shop) -> None:
    shop.usage = None
    run, _ = painted()
    guess = Prices().guess("a reef; a city Without: rain.", 768, 512)
    assert f"${guess:.2f}" in run.events()[0].reason


def test_live_sessions_are_not_for_sale(shop: Shop) -> None:
    with pytest.raises(InputError, match="every picture of a live session would be paid"):
        painted(spec=wish(live=True))


@given(width=st.integers(64, 3840), height=st.integers(64, 2160))
def test_what_is_asked_for_is_what_the_service_paints(width: int, height: int) -> None:
    if max(width, height) > 3 * min(width, height):
        with pytest.raises(InputError, match="too long"):
            asked_size(width, height)
        return
    asked = asked_size(width, height)
    assert all(side % 16 == 0 and side >= 512 for side in asked)
    assert all(side >= wanted for side, wanted in zip(asked, (width, height), strict=True))
    assert max(asked) / min(asked) <= 3.05


@given(costs=st.lists(st.floats(0.001, 0.5), max_size=40), most=st.floats(0, 3))
def test_a_purse_is_not_overdrawn_by_what_costs_what_it_did(costs: list[float], most: float) -> None:
    purse = Purse(most)
    for cost in costs:
        try:
            reserved = purse.reserve(cost)
        except MachineError:
            continue
        assert purse.spent <= most + 1e-9
        purse.give_back(reserved)
        assert purse.spent <= most + 1e-9
    assert purse.spent == pytest.approx(0.0, abs=1e-9)


def test_the_usual_address_is_the_services_own() -> None:
    assert service.ADDRESS == "https://api.openai.com/v1"


def test_what_was_spent_is_taken_along_and_never_counted_twice() -> None:
    first, second = Purse(1.0), Purse(1.0)
    first.settle(first.reserve(0.4), 0.5)
    second.recall(first.state())
    assert (second.spent, second.pictures) == (0.5, 1)
    second.settle(second.reserve(0.1), 0.3)
    second.recall(first.state())
    assert second.spent == pytest.approx(0.8), "more is known here already"
    with pytest.raises(MachineError, match=r"\$0\.80 of \$1\.00"):
        second.reserve(0.1)
