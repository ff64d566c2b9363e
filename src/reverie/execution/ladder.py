"""The ways down where a film can't be made as asked: each rung eases the spec a little, is recorded, and is told.

From the top: smaller tiles, offloading, a smaller canvas that is enlarged afterwards, a smaller model, another source
of pictures, and the placeholder in place of a frame, that last one only where the spec allows a fallback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from shutil import which
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from reverie.core import catalogue, registry
from reverie.core.card import BackendCard
from reverie.core.errors import ReverieError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene
from reverie.core.timeline import unadjusted
from reverie.execution.trouble import Failed, Kind

RungName = Literal["tiles", "offload", "canvas", "model", "source", "placeholder", "session"]
"""The rungs from the top; `session` is what a scene did by itself, such as bringing a setting into its range."""

LEAST_TILE = 64
LEAST_SIDE = 64
"""Pixels under which neither tiles nor pictures are made smaller."""

MOST_FRAMES = 8
"""Frames of a scene that the placeholder paints one by one; with more it paints the whole scene."""

STAND_IN = ComponentSpec(name="placeholder")


class Rung(BaseModel):
    """One step down: what was changed, for which scene (None for all), and why, in words for the maker."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: RungName
    words: str
    scene: int | None = None
    frame: int | None = None
    value: int | None = None
    component: ComponentSpec | None = None


class Fall(NamedTuple):
    """Where it failed: the spec as it is now, the scene, what kept it from being made, and what was tried already."""

    spec: RenderSpec
    scene: int | None
    failed: Failed
    taken: Sequence[Rung]


HELPS: Mapping[Kind, tuple[RungName, ...]] = {
    Kind.MEMORY: ("tiles", "offload", "canvas", "model", "source", "placeholder"),
    Kind.DEVICE: ("offload", "model", "source", "placeholder"),
    Kind.MISSING: ("model", "source", "placeholder"),
    Kind.TIMEOUT: ("canvas", "model", "source", "placeholder"),
    Kind.CRASH: ("offload", "model", "source", "placeholder"),
    Kind.OTHER: ("placeholder",),
}
"""Which rungs may help against what, from the top; what is not named here can't be helped by painting otherwise."""

BY_FRAME = frozenset({Kind.TIMEOUT, Kind.MEMORY, Kind.OTHER})
"""What may befall a single frame of a scene that can be painted otherwise."""


def next_rung(fall: Fall) -> Rung | None:
    """Return the next step down that may help, None where there is none."""
    for name in HELPS.get(fall.failed.kind, ()):
        found = _FINDERS[name](fall)
        if found is not None:
            return found
    return None


def eased(spec: RenderSpec, rungs: Sequence[Rung]) -> RenderSpec:
    """Return a spec with all rungs taken, in order."""
    for rung in rungs:
        spec = _APPLIED[rung.name](spec, rung)
    return spec


# Smaller tiles


def _tiles(fall: Fall) -> Rung | None:
    sizes = [size for component in _tiled(fall.spec) for size in [_tile_of(component)] if size >= 2 * LEAST_TILE]
    if not sizes:
        return None
    half = max(sizes) // 2
    return Rung(name="tiles", value=half, words=f"{_why(fall)} Tiles of {half} pixels are used.")


def _with_tiles(spec: RenderSpec, rung: Rung) -> RenderSpec:
    most = rung.value or LEAST_TILE

    def smaller(kind: str, component: ComponentSpec) -> ComponentSpec:
        if not _takes(kind, component, "tile") or _tile_of(component) <= most:
            return component
        return _told(component, tile=most)

    scenes = tuple(_painted_by(scene, smaller("backends", scene.backend)) for scene in spec.scenes)
    filters = tuple(smaller("filters", part) for part in spec.filters)
    return spec.model_copy(update={"scenes": scenes, "filters": filters})


def _tiled(spec: RenderSpec) -> Iterator[ComponentSpec]:
    yield from (part for part in spec.filters if _takes("filters", part, "tile"))
    yield from (scene.backend for scene in spec.scenes if _takes("backends", scene.backend, "tile"))


def _tile_of(component: ComponentSpec) -> int:
    kind = "filters" if component.name in registry.targets("filters") else "backends"
    return int(getattr(registry.options_of(kind, component), "tile", 0) or 0)


# Offloading


def _offload(fall: Fall) -> Rung | None:
    now = _backend(fall)
    if now is None:
        return None
    options = registry.options_of("backends", now)
    device, crashed = str(getattr(options, "device", "cpu")), fall.failed.kind is Kind.CRASH
    if getattr(options, "offload", None) is False and fall.failed.kind is not Kind.DEVICE:
        eased_by, words = _told(now, offload=True), "Weights wait in the machine's own memory."
    elif device != "cpu" and not (device == "auto" and (crashed or which("nvidia-smi") is None)):
        eased_by, words = _told(now, device="cpu"), "The processor paints, which is slower."
    else:
        return None
    return Rung(name="offload", scene=fall.scene, component=eased_by, words=f"{_why(fall)} {words}")


# A smaller canvas, enlarged afterwards


def _canvas(fall: Fall) -> Rung | None:
    if fall.scene is None:
        return None
    width, height = _halved(fall.spec)
    if (width, height) == (fall.spec.width, fall.spec.height):
        return None
    words = f"{_why(fall)} It is painted at {width} by {height} pixels and enlarged."
    return Rung(name="canvas", words=words)


def _on_less_canvas(spec: RenderSpec, rung: Rung) -> RenderSpec:  # noqa: ARG001
    width, height = _halved(spec)
    enlarged = any(part.name == "resize" for part in spec.filters)
    back = () if enlarged else (ComponentSpec(name="resize", options={"width": spec.width, "height": spec.height}),)
    scenes = tuple(
        scene.model_copy(update={"keyframes": tuple(unadjusted(key) for key in scene.keyframes)})
        for scene in spec.scenes
    )
    smaller = {"width": width, "height": height, "filters": (*spec.filters, *back), "scenes": scenes}
    return spec.model_copy(update=smaller)


def _halved(spec: RenderSpec) -> tuple[int, int]:
    """Return half the painted size as all its models can paint it; the same size where they can't."""
    cards = [card for scene in spec.scenes for card in [_card(scene.backend)] if card is not None]
    multiple = max((card.size_multiple for card in cards), default=8)
    sides = []
    for name, side in (("width", spec.width), ("height", spec.height)):
        least = max([LEAST_SIDE, *(card.ranges[name].minimum for card in cards if name in card.ranges)])
        half = round(side / 2 / multiple) * multiple
        sides.append(half if half >= least else side)
    smaller = sides[0] < spec.width and sides[1] < spec.height
    return (sides[0], sides[1]) if smaller else (spec.width, spec.height)


# A smaller model, another source of pictures


def _model(fall: Fall) -> Rung | None:
    return _other(fall, "model", same=True)


def _source(fall: Fall) -> Rung | None:
    return _other(fall, "source", same=False)


def _other(fall: Fall, name: RungName, *, same: bool) -> Rung | None:
    now = _backend(fall)
    if now is None:
        return None
    tried = {rung.component.model_dump_json() for rung in fall.taken if rung.component is not None}
    own = _card(now)
    candidates = [
        (card.vram_gib, title, component)
        for title, component in catalogue.MODELS.items()
        for card in [_card(component)]
        if card is not None
        and component.name != STAND_IN.name
        and (component.name == now.name) is same
        and component != now
        and component.model_dump_json() not in tried
        and not card.network
        and (own is None or card.vram_gib <= own.vram_gib)
        and _paints(card, fall.spec)
    ]
    if not candidates:
        return None
    _, title, component = max(candidates, key=lambda one: (one[0], one[1]))
    words = f"{_why(fall)} {title} paints in place of {own.id if own else now.name}."
    return Rung(name=name, scene=fall.scene, component=component, words=words)


def _by_another(spec: RenderSpec, rung: Rung) -> RenderSpec:
    component = rung.component or STAND_IN
    return _in_scene(spec, rung.scene, lambda scene: _painted_by(_fitting(scene, component), component))


def _fitting(scene: Scene, component: ComponentSpec) -> Scene:
    """Return a scene whose settings are within another model's ranges."""
    card = _card(component)
    if card is None:
        return scene

    def within(name: str, value: float | None) -> float | None:
        if value is None or name not in card.ranges:
            return value
        return min(max(value, card.ranges[name].minimum), card.ranges[name].maximum)

    keyframes = tuple(
        key.model_copy(update={name: within(name, getattr(key, name)) for name in ("strength", "guidance_scale")})
        for key in scene.keyframes
    )
    return scene.model_copy(update={"keyframes": keyframes})


# The placeholder, for a frame or for the rest


def _placeholder(fall: Fall) -> Rung | None:
    now = _backend(fall)
    if not fall.spec.fallback or now is None or now == STAND_IN:
        return None
    frame = fall.failed.frame
    stood_in = [rung for rung in fall.taken if rung.frame is not None and rung.scene == fall.scene]
    if frame is not None and fall.failed.kind in BY_FRAME and len(stood_in) < MOST_FRAMES:
        words = f"{_why(fall)} The placeholder stands in for frame {frame} of scene {(fall.scene or 0) + 1}."
        return Rung(name="placeholder", scene=fall.scene, frame=frame, words=words)
    words = f"{_why(fall)} The placeholder paints scene {(fall.scene or 0) + 1}."
    return Rung(name="placeholder", scene=fall.scene, component=STAND_IN, words=words)


def _stood_in(spec: RenderSpec, rung: Rung) -> RenderSpec:
    frame = rung.frame
    if frame is None:
        return _by_another(spec, rung)

    def patched(scene: Scene) -> Scene:
        inner, frames = scene.backend, [frame]
        if inner.name == "patched":
            frames = sorted({*inner.options["frames"], frame})
            inner = ComponentSpec.model_validate(inner.options["backend"])
        told = {"backend": inner.model_dump(), "frames": frames}
        return _painted_by(scene, ComponentSpec(name="patched", options=told))

    return _in_scene(spec, rung.scene, patched)


# What all of them ask


def _backend(fall: Fall) -> ComponentSpec | None:
    return None if fall.scene is None else fall.spec.scenes[fall.scene].backend


def _card(component: ComponentSpec) -> BackendCard | None:
    """Return a model's card, None where it can't be used here."""
    try:
        options = registry.options_of("backends", component)
        card: BackendCard = registry.resolve("backends", component.name).describe(options)
    except (ReverieError, ImportError, OSError):
        return None
    return card


def _paints(card: BackendCard, spec: RenderSpec) -> bool:
    try:
        card.check({"width": spec.width, "height": spec.height})
    except ReverieError:
        return False
    return True


def _takes(kind: str, component: ComponentSpec, option: str) -> bool:
    try:
        return option in registry.resolve(kind, component.name).Options.model_fields
    except (ReverieError, ImportError):
        return False


def _told(component: ComponentSpec, **options: Any) -> ComponentSpec:
    return ComponentSpec(name=component.name, options={**component.options, **options})


def _painted_by(scene: Scene, component: ComponentSpec) -> Scene:
    return scene.model_copy(update={"backend": component})


def _in_scene(spec: RenderSpec, number: int | None, change: Callable[[Scene], Scene]) -> RenderSpec:
    scenes = tuple(change(scene) if number in (None, place) else scene for place, scene in enumerate(spec.scenes))
    return spec.model_copy(update={"scenes": scenes})


def _why(fall: Fall) -> str:
    return fall.failed.words if fall.failed.words.endswith((".", "!", "?")) else f"{fall.failed.words}."


_FINDERS: Mapping[RungName, Callable[[Fall], Rung | None]] = {
    "tiles": _tiles,
    "offload": _offload,
    "canvas": _canvas,
    "model": _model,
    "source": _source,
    "placeholder": _placeholder,
    "session": lambda _: None,
}
_APPLIED: Mapping[RungName, Callable[[RenderSpec, Rung], RenderSpec]] = {
    "tiles": _with_tiles,
    "offload": _by_another,
    "canvas": _on_less_canvas,
    "model": _by_another,
    "source": _by_another,
    "placeholder": _stood_in,
    "session": lambda spec, _: spec,
}
