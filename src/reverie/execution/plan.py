"""A film as units of work: what is to be made, from what, and what each unit's result is known by.

Frames are counted scene by scene: a scene has duration times fps delivered frames, to the nearest, one at least,
and a transition takes overlap times fps of them on either side; the film has their sum less the overlaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import ceil
from pathlib import PurePath
from typing import Literal
from zlib import crc32

from reverie.core.clock import exact_rate, exact_seconds, frame_count
from reverie.core.errors import InputError
from reverie.core.spec import ComponentSpec, Encoding, RenderSpec, Scene, Vitality
from reverie.core.timeline import Keyframe
from reverie.engine.seeds import derived
from reverie.execution.identities import names_in
from reverie.execution.windows import together, unpatched, windows

FORMAT = 2
"""Raised whenever the same unit would give other bits than before, so that nothing old is taken for it."""

Kind = Literal["ahead", "paint", "finish", "join"]

FILM = ComponentSpec(name="file", options={"path": "film.mp4"})
"""What is made where a spec names no sink."""

PICTURED = frozenset({"", ".png", ".gif"})
"""Suffixes of films that hold pictures and no planes of video, as in `media.video`."""

AS_PICTURES = ComponentSpec(name="file", options={"path": "pictures"})
"""What the spec of a scene's finish names as its sink where the scene is kept as pictures, and not as planes."""

_NOTHING = Scene(keyframes=(Keyframe(prompt="nothing"),), backend=ComponentSpec(name="placeholder"))
_COSTS: Mapping[Kind, float] = {"ahead": 20.0, "paint": 20.0, "finish": 3.0, "join": 1.0}
"""What a megapixel takes in each kind of unit, beside one another: a first guess until rates are measured."""


@dataclass(frozen=True)
class Unit:
    """One piece of work whose result is a file, the same for the same fingerprint.

    `spec` holds only what decides this unit, `inputs` are the fingerprints of the units it needs, in order, `frames`
    is how many it makes, `weight` its share of the film's work. A window of a scene's painting begins at its frame
    `first`; its spec is the whole scene's. What is painted ahead of the scenes is found by them on the shelf, picture
    by picture: it is nobody's input.
    """

    key: str
    kind: Kind
    scene: int | None
    spec: RenderSpec
    inputs: tuple[str, ...]
    fingerprint: str
    weight: float
    frames: int
    first: int = 0

    def frame(self, done: float) -> int | None:
        """Return the frame of the scene that is painted when a share of the unit is done; None for other work."""
        return self.first + round(done * self.frames) if self.kind == "paint" else None


def plan(spec: RenderSpec, files: Mapping[str, str] | None = None, window: int | None = None) -> tuple[Unit, ...]:
    """Return a film's units in an order in which each has what it needs.

    `files` says what is behind names that a spec only names: the hash of an input file by its path, the identity of a
    model's weights by its component as JSON (see `execution.identities`); `window` is how many frames are painted in
    one unit, where that is not the usual. Raises InputError where a scene has no end.
    """
    found = files or {}
    counts = scene_frames(spec)
    paints = [_windows(spec, number, found, window) for number in range(len(spec.scenes))]
    finishes = [
        _unit("finish", number, _finishing(spec, number), tuple(unit.fingerprint for unit in parts), span, found)
        for number, parts in enumerate(paints)
        for span in [(0, counts[number])]
    ]
    needed = tuple(unit.fingerprint for unit in finishes)
    joins = [_join(spec, number, sink, needed, found) for number, sink in enumerate(spec.sinks or (FILM,))]
    by_scene = [unit for parts, finish in zip(paints, finishes, strict=True) for unit in (*parts, finish)]
    return _weighed([*_ahead(spec, found), *by_scene, *joins])


def scene_frames(spec: RenderSpec) -> list[int]:
    """Return each scene's delivered frames, those shared with a neighbour included."""
    rate = exact_rate(spec.fps)
    return [frame_count(_length(scene, number), rate) for number, scene in enumerate(spec.scenes)]


def overlaps(spec: RenderSpec) -> list[int]:
    """Return the delivered frames in which each scene and the next are shown together, one number for each join.

    A transition never takes more than is left of either scene, which rounding could otherwise ask for.
    """
    rate, counts, taken = exact_rate(spec.fps), scene_frames(spec), 0
    found = []
    for number, scene in enumerate(spec.scenes[:-1]):
        asked = 0 if scene.transition is None else round(exact_seconds(scene.transition.overlap) * rate)
        taken = max(0, min(asked, counts[number] - taken, counts[number + 1]))
        found.append(taken)
    return found


def film_frames(spec: RenderSpec) -> int:
    """Return how many frames the film has: those of its scenes less those shown together."""
    return sum(scene_frames(spec)) - sum(overlaps(spec))


def painted_frames(spec: RenderSpec, number: int) -> int:
    """Return how many frames of a scene are painted: up to the first one at or after the last that is delivered."""
    count = scene_frames(spec)[number]
    return ceil((count - 1) * exact_rate(spec.paint_fps) / exact_rate(spec.fps)) + 1


def _length(scene: Scene, number: int) -> Fraction:
    if scene.duration is None:
        raise InputError(f"scenes.{number}.duration", None, "is needed: a film's scenes have an end.")
    return exact_seconds(scene.duration)


def painting(spec: RenderSpec, number: int) -> RenderSpec:
    """Return what decides a scene's painted frames: nothing of its neighbours, its place, its title, or its finish."""
    scene = spec.scenes[number]
    length = float(painted_frames(spec, number) / exact_rate(spec.paint_fps))
    alone = scene.model_copy(
        update={"id": "scene", "duration": length, "seed": None, "transition": None, "title": None}
    )
    changed = {
        "fps": spec.paint_fps,
        "seed": scene_seed(spec, number),
        "live": False,
        "scenes": (alone,),
        "filters": (),
        "sinks": (),
        "sound": None,
        "encoding": Encoding(),
    }
    return spec.model_copy(update=changed)


def scene_seed(spec: RenderSpec, number: int) -> int:
    """Return what all chance in a scene follows from: its own seed, else the film's and, among several, its name."""
    scene = spec.scenes[number]
    if scene.seed is not None:
        return abs(scene.seed) % 2**63
    return spec.seed if len(spec.scenes) == 1 else derived(spec.seed, crc32(scene.id.encode()))


def _ahead(spec: RenderSpec, found: Mapping[str, str]) -> list[Unit]:
    """Return the unit that paints, many at once, what scenes with nothing to wait for will show."""
    numbers = [number for number, scene in enumerate(spec.scenes) if together(spec, scene)]
    pictures = sum(painted_frames(spec, number) for number in numbers)
    if pictures < _MANY:
        return []
    scenes = tuple(
        spec.scenes[number].model_copy(
            update={"id": f"scene-{number + 1}", "seed": scene_seed(spec, number), "transition": None, "title": None}
        )
        for number in numbers
    )
    bare = {"scenes": scenes, "filters": (), "sinks": (), "sound": None, "encoding": Encoding(), "live": False}
    return [_unit("ahead", None, spec.model_copy(update=bare), (), (0, pictures), found)]


_MANY = 2


def _windows(spec: RenderSpec, number: int, found: Mapping[str, str], window: int | None) -> list[Unit]:
    """Return the units that a scene is painted in, each of which needs the one before."""
    alone = painting(spec, number)
    units: list[Unit] = []
    spans = windows(spec, spec.scenes[number], painted_frames(spec, number), window)
    for place, span in enumerate(spans, 1):
        needed = tuple(unit.fingerprint for unit in units[-1:])
        unit = _unit("paint", number, unpatched(alone, spans, span), needed, span, found)
        units.append(unit if len(spans) == 1 else replace(unit, key=f"{unit.key}-{place}"))
    return units


def _finishing(spec: RenderSpec, number: int) -> RenderSpec:
    """Return what decides how painted frames become delivered ones."""
    scene = spec.scenes[number]
    bare = _NOTHING.model_copy(update={"duration": scene.duration, "title": scene.title})
    written = () if scene.title is None else (ComponentSpec(name="title", options=scene.title.model_dump()),)
    changed = {
        "filters": (*spec.filters, *written),
        "seed": 0,
        "live": False,
        "fallback": False,
        "scenes": (bare,),
        "correctors": (),
        "sinks": (AS_PICTURES,) if _pictured(spec) else (),
        "vitality": Vitality(),
        "sound": None,
        "encoding": Encoding(),
    }
    return spec.model_copy(update=changed)


def _pictured(spec: RenderSpec) -> bool:
    """True where a film goes into pictures, whose colours are kept in full until then."""
    return any(PurePath(str(sink.options.get("path", ""))).suffix.lower() in PICTURED for sink in spec.sinks)


def _join(
    spec: RenderSpec, number: int, sink: ComponentSpec, needed: tuple[str, ...], found: Mapping[str, str]
) -> Unit:
    suffix = PurePath(str(sink.options.get("path", ""))).suffix.lower()
    options = {name: value for name, value in sink.options.items() if name != "overwrite"}
    nameless = sink.model_copy(update={"options": {**options, "path": f"film{suffix}"}})
    whole = spec.model_copy(update={"sinks": (nameless,), "live": False})
    unit = _unit("join", None, whole, needed, (0, film_frames(spec)), found)
    return unit if number == 0 else replace(unit, key=f"join-{number + 1}")


def _unit(
    kind: Kind,
    number: int | None,
    spec: RenderSpec,
    inputs: tuple[str, ...],
    span: tuple[int, int],
    found: Mapping[str, str],
) -> Unit:
    first, frames = span
    behind = [f"{name}\0{found[name]}" for name in names_in(spec) if name in found]
    place = (f"{first}+{frames}",) if kind == "paint" else ()
    parts = (str(FORMAT), kind, *place, spec.model_dump_json(), *inputs, *behind)
    mark = sha256("\0\0".join(parts).encode()).hexdigest()
    key = kind if number is None else f"scene-{number + 1}/{kind}"
    weight = _COSTS[kind] * frames * spec.width * spec.height
    return Unit(key, kind, number, spec, inputs, mark, weight, frames, first)


def _weighed(units: list[Unit]) -> tuple[Unit, ...]:
    whole = sum(unit.weight for unit in units)
    return tuple(replace(unit, weight=unit.weight / whole) for unit in units)
