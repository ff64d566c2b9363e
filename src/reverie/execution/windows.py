"""Windows: a scene's painted frames in pieces, each a checkpoint from which the next goes on; and who needs none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from reverie.core import registry
from reverie.core.errors import ReverieError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene

WINDOW = 24
"""Painted frames of a window: what a killed worker loses at most."""


def windows(spec: RenderSpec, scene: Scene, frames: int, length: int | None = None) -> list[tuple[int, int]]:
    """Return the first frame and the length of each window of a scene; one where a run of it can't be taken up again.

    The last is no shorter than half a window, so that no scene is begun again for a frame or two. A backend whose
    pictures are dear says by its `window` that it wants fewer frames in one, and one whose steps make many how many by
    its `spans`; `length` goes before either.
    """
    if not resumable(spec, scene):
        return [(0, frames)]
    plugin = registry.resolve("backends", scene.backend.name)
    if length is None and hasattr(plugin, "spans"):
        lengths = plugin.spans(registry.options_of("backends", scene.backend), frames, continued=_continued(scene))
        return [(end - made, made) for made, end in zip(lengths, accumulate(lengths), strict=True)]
    if length is None:
        length = min(WINDOW, getattr(plugin, "window", WINDOW))
    firsts = [number * length for number in range(max(1, round(frames / length)))]
    return [(first, end - first) for first, end in pairwise([*firsts, frames])]


def unpatched(spec: RenderSpec, spans: Sequence[tuple[int, int]], span: tuple[int, int]) -> RenderSpec:
    """Return the spec of one window of a scene's spec, in which later frames that another model paints are not named.

    So windows before the first such frame are what they were before anybody knew of it.
    """
    scene = spec.scenes[0]
    if scene.backend.name != "patched" or not scene.backend.options.get("frames"):
        return spec
    frames, (first, length) = scene.backend.options["frames"], span
    begun = max(start for start, _ in spans if start <= min(frames))
    backend = ComponentSpec.model_validate(scene.backend.options["backend"])
    if first >= begun:
        named = [frame for frame in frames if frame < first + length]
        told = {**scene.backend.options, "frames": named, **({"begun": begun} if begun else {})}
        backend = ComponentSpec(name="patched", options=told)
    return spec.model_copy(update={"scenes": (scene.model_copy(update={"backend": backend}),)})


def resumable(spec: RenderSpec, scene: Scene) -> bool:
    """Return whether all that paints a scene says that its runs go on elsewhere from what they knew."""
    seeder = () if spec.vitality.backend is None else (("backends", spec.vitality.backend),)
    parts = (("backends", scene.backend), ("sources", scene.source), *seeder)
    return all(_says_so(kind, part) for kind, part in (*parts, *(("correctors", part) for part in spec.correctors)))


def together(spec: RenderSpec, scene: Scene) -> bool:
    """Return whether the pictures of a scene depend on nothing that was painted before (`core.protocols.Together`)."""
    return scene.source.name in UNSEEN and spec.vitality.backend is None and paints_together(scene.backend)


UNSEEN = frozenset({"blank", "feedback"})
"""Sources that bring nothing from outside."""


def paints_together(component: ComponentSpec) -> bool:
    """Return whether a backend's class says that its pictures may be painted many at once."""
    try:
        return bool(getattr(registry.resolve("backends", component.name), "together", False))
    except (ReverieError, ImportError):
        return False


def _continued(scene: Scene) -> bool:
    """Return whether a scene goes on behind frames that were shown before it (`core.protocols.Remembering`)."""
    return bool(getattr(registry.resolve("sources", scene.source.name), "remembers", False))


def _says_so(kind: str, component: ComponentSpec) -> bool:
    try:
        plugin = registry.resolve(kind, component.name)
        inner = list(_within(registry.options_of(kind, component)))
    except (ReverieError, ImportError):
        return False  # what is wrong with it is said by whoever begins to paint
    return bool(getattr(plugin, "resumable", False)) and all(_says_so(kind, part) for part in inner)


def _within(options: object) -> Iterator[ComponentSpec]:
    """Return the components that a component is made of, such as the model whose frames are patched."""
    return (value for value in vars(options).values() if isinstance(value, ComponentSpec))
