"""The ladder: what helps against what, in order, each rung told, and none that paints otherwise than it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reverie.core import catalogue, registry
from reverie.core.spec import ComponentSpec, RenderSpec
from reverie.execution.ladder import Fall, Rung, eased, next_rung
from reverie.execution.trouble import Failed, Kind, kind_of
from tests.execution.failing import film, install


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.BUILT_IN, "backends", dict(registry.BUILT_IN["backends"]))
    models = dict(catalogue.MODELS)
    install()
    yield
    catalogue.MODELS.clear()
    catalogue.MODELS.update(models)
    registry.targets.cache_clear()


def fallen(spec: RenderSpec, kind: Kind, frame: int | None = None, scene: int | None = 0) -> list[Rung]:
    """Take every rung there is, as if none helped."""
    taken: list[Rung] = []
    while len(taken) < 40:
        rung = next_rung(Fall(eased(spec, taken), scene, Failed(kind, "It failed.", frame), taken))
        if rung is None:
            return taken
        taken.append(rung)
    raise AssertionError("the ladder has no foot")


def names(rungs: list[Rung]) -> list[str]:
    return list(dict.fromkeys(rung.name for rung in rungs))


def test_out_of_memory_takes_every_rung_in_order() -> None:
    spec = film((256, 256), tile=256, fallback=True)
    taken = fallen(spec, Kind.MEMORY)
    assert names(taken) == ["tiles", "offload", "canvas", "model", "source", "placeholder"]
    assert [rung.value for rung in taken if rung.name == "tiles"] == [128, 64]
    last = eased(spec, taken)
    assert last.scenes[0].backend == ComponentSpec(name="placeholder")
    assert all("It failed." in rung.words for rung in taken)


def test_the_placeholder_needs_to_be_allowed() -> None:
    assert "placeholder" not in names(fallen(film((256, 256)), Kind.MEMORY))
    assert names(fallen(film(fallback=True), Kind.OTHER)) == ["placeholder"]
    assert fallen(film(), Kind.OTHER) == []


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        (Kind.DEVICE, {"device": "cuda"}, ["offload", "model", "source"]),
        (Kind.MISSING, {}, ["model", "source"]),
        (Kind.TIMEOUT, {}, ["canvas", "model", "source"]),
        (Kind.INVALID, {}, []),
        (Kind.DISK, {}, []),
    ],
)
def test_each_trouble_has_its_own_ways_out(kind: Kind, told: dict[str, Any], expected: list[str]) -> None:
    assert names(fallen(film((256, 256), offload=True, **told), kind)) == expected


def test_a_smaller_canvas_delivers_the_size_that_was_asked_for() -> None:
    spec = film((256, 192))
    rung = next(rung for rung in fallen(spec, Kind.MEMORY) if rung.name == "canvas")
    smaller = eased(spec, [rung])
    assert (smaller.width, smaller.height) == (128, 96)
    assert smaller.filters[-1] == ComponentSpec(name="resize", options={"width": 256, "height": 192})
    twice = eased(smaller, [rung])
    assert (twice.width, twice.height, twice.filters) == (128, 96, smaller.filters), "96 / 2 is under the least side"


def test_what_fails_after_painting_is_never_painted_otherwise() -> None:
    assert names(fallen(film((256, 256), tile=256, fallback=True), Kind.MEMORY, scene=None)) == ["tiles"]


def test_only_the_frames_that_fail_are_the_placeholders() -> None:
    spec = film(fallback=True)
    taken: list[Rung] = []
    for frame in (2, 5):
        rung = next_rung(Fall(eased(spec, taken), 0, Failed(Kind.OTHER, "Odd.", frame), taken))
        assert rung is not None
        taken.append(rung)
    backend = eased(spec, taken).scenes[0].backend
    assert (backend.name, backend.options["frames"]) == ("patched", [2, 5])
    assert backend.options["backend"]["name"] == "failing"
    registry.options_of("backends", backend)


def test_another_models_ranges_are_kept() -> None:
    spec = film(strength=0.05)
    other = next(rung for rung in fallen(spec, Kind.MISSING) if rung.name == "source")
    assert eased(spec, [other]).scenes[0].keyframes[0].strength == 0.1


def test_rungs_are_the_same_after_they_were_written_down() -> None:
    for rung in fallen(film((256, 256), tile=256, fallback=True), Kind.MEMORY):
        assert Rung.model_validate_json(rung.model_dump_json()) == rung


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), Kind.MEMORY),
        (RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"), Kind.MEMORY),
        (RuntimeError("Found no NVIDIA driver on your system"), Kind.DEVICE),
        (RuntimeError("Torch not compiled with CUDA enabled"), Kind.DEVICE),
        (FileNotFoundError("model.safetensors"), Kind.MISSING),
        (ConnectionError("refused"), Kind.MISSING),
        (ModuleNotFoundError("No module named 'torch'"), Kind.MISSING),
        (TimeoutError(), Kind.TIMEOUT),
        (OSError(28, "No space left on device"), Kind.DISK),
        (ValueError("odd"), Kind.OTHER),
    ],
)
def test_errors_are_sorted_by_what_may_help(error: BaseException, kind: Kind) -> None:
    assert kind_of(error) is kind
    outer = RuntimeError("it broke")
    outer.__cause__ = error
    assert kind_of(outer) is kind
