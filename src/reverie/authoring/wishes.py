"""From what a person says to the one document: wishes in, a checked `RenderSpec` out, before any weight is loaded."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterable, Mapping
from os import PathLike, fspath
from typing import Any, TypedDict, TypeVar, Unpack, cast

from pydantic import ValidationError

from reverie.authoring.canvas import Canvas, choose_canvas
from reverie.authoring.moments import parse_moment
from reverie.core import catalogue, registry
from reverie.core.card import BackendCard
from reverie.core.errors import InputError, MachineError
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, SparkSpec, Vitality
from reverie.core.timeline import Keyframe, MotionSpec

T = TypeVar("T")

ZOOM_RATE = 10.0
"""Frames a second that `zoom` counts by, so that the look is the same at any rate."""

BLEND = 2.0
"""Seconds over which a later prompt takes over."""

PAINT_RATE = 12.5
"""Painted frames a second not to be exceeded by default; a model's card may name another as `paint_fps`."""

LIVE_RATE = 60.0
"""Frames a second that a live session is painted at where the machine can: screens show no more."""

SEEDS = 1_000_000
"""How many seeds there are to choose from where none is asked: few enough to remember one."""

STEPS = "num_inference_steps"

BACKEND_OPTIONS = {"steps": STEPS, "device": "device", "dtype": "dtype", "runtime": "runtime"}
"""Wishes that are the backend's own options, and what they are called there."""

STEADY = frozenset({"worlds", "placeholder"})
"""Backends whose pictures do not decay when they are fed back, so that nothing has to hold them."""

SEEDED_BY: Mapping[str, ComponentSpec] = {catalogue.OURS: ComponentSpec(name="worlds")}
"""Models whose first picture and sparks' seeds are painted by another backend."""

OVER: Mapping[str, str] = {catalogue.OURS: "worlds"}
"""Models that repaint a journey through rendered worlds where nothing else is said: docs/decisions/0010."""

NOTHING = "nothing"
GROUNDS: Mapping[str, ComponentSpec] = {"worlds": ComponentSpec(name="journey")}
"""What can be repainted in place of the last picture, by the name a person types."""

JOURNEY: Mapping[str, float] = {"strength": 0.15, "guidance_scale": 1.5}
"""How a journey is repainted: lightly, so that its shapes stay."""

CALM: Mapping[str, float] = {"renewal": 0.05}
"""How noise behaves where it is not fed back: it travels with the camera and hardly changes, so nothing flickers."""

FOOTAGE: Mapping[str, float] = {**CALM, "easing": 0.3}
"""The same, and strength that follows motion, where footage is repainted and a memory settles it."""

LOOP_CORRECTORS = (ComponentSpec(name="colour"), ComponentSpec(name="detail"), ComponentSpec(name="limit"))
"""What keeps a picture that is repainted again and again from burning, washing out, softening or flashing."""

JOURNEY_CORRECTORS = (ComponentSpec(name="memory"), ComponentSpec(name="tone"))
"""What keeps a repainted journey from flickering and from going milky."""


class Wishes(TypedDict, total=False):
    """What a dream may be asked for, all by keyword.

    `image` is a picture's path to start from; `seconds` the film's length; `fps` delivered and `paint_fps` painted
    frames a second; `size` pixels `(width, height)`, "WIDTHxHEIGHT" or a preset; `model` a name or a folder in the
    hub's format; `steps` network evaluations a frame; `strength` 0 to 1; `zoom` a ratio per frame at 10 frames a
    second; `pan` shares of the width and height per second; `rotate` degrees per second; `seed` None for any; `at`
    later prompts, as "6s: words" or `(seconds, words)`; `fallback` allows the placeholder to stand in; `device`,
    `dtype` and `runtime` are the model's. `over` is what is repainted: "worlds", a journey through rendered worlds, or
    "nothing" but the last picture; None leaves it to the model. `live` is a session that lasts until it is stopped:
    `paint_fps`, or `fps`, is then the most that is painted a second, since the machine's own measure decides when it
    starts.
    """

    live: bool
    image: str | PathLike[str] | None
    over: str | None
    seconds: float
    fps: float
    paint_fps: float | None
    size: str | tuple[int, int]
    model: str
    steps: int | None
    strength: float | None
    guidance_scale: float | None
    negative_prompt: str
    zoom: float
    pan: tuple[float, float]
    rotate: float
    seed: int | None
    at: Iterable[str | tuple[float, str]]
    fallback: bool
    device: str | None
    dtype: str | None
    runtime: str | None


DEFAULTS: Wishes = {
    "live": False,
    "image": None,
    "over": None,
    "seconds": 10.0,
    "fps": 24.0,
    "paint_fps": None,
    "size": (256, 256),
    "model": catalogue.DEFAULT,
    "steps": None,
    "strength": None,
    "guidance_scale": None,
    "negative_prompt": "",
    "zoom": 1.05,
    "pan": (0.0, 0.0),
    "rotate": 0.0,
    "seed": None,
    "at": (),
    "fallback": False,
    "device": None,
    "dtype": None,
    "runtime": None,
}


def dream_spec(prompt: str, **wishes: Unpack[Wishes]) -> RenderSpec:
    """Return the spec of a dream of `prompt`; `Wishes` says what else may be asked, and in which units.

    What is not asked is chosen and recorded: the model's defaults, the painted rate, a seed. Nothing is loaded.
    Raises InputError where a wish can't be granted, naming it and what would be possible, and MachineError where the
    model is not on this machine.
    """
    if unknown := sorted(set(wishes) - set(DEFAULTS)):
        raise InputError("wish", unknown[0], f"is not known: use {', '.join(DEFAULTS)}.")
    asked = _until_stopped(wishes) if wishes.get("live") else wishes
    wish = cast(Wishes, {**DEFAULTS, "model": usual_model(asked), **asked})
    backend, card = model_of(wish)
    if (ground := _ground(wish, card)) is not None:
        wish, backend = _travelling(wish, backend, card)
    canvas = choose_canvas(wish["size"], card)
    fps, paint_fps = _rates(wish, card)
    return built(
        RenderSpec,
        width=canvas.painted[0],
        height=canvas.painted[1],
        fps=fps,
        paint_fps=paint_fps,
        seed=any_seed() if wish["seed"] is None else wish["seed"],
        live=wish["live"],
        fallback=wish["fallback"],
        scenes=(_scene(prompt, wish, backend, card, ground),),
        correctors=_correctors(backend, card, ground),
        filters=filters_for(fps, paint_fps, canvas),
        vitality=_vitality(wish, ground, card),
    )


def usual_model(wishes: Wishes) -> str:
    """Return what paints where no model is asked for: a dream from words alone is our network's."""
    return catalogue.DEFAULT if wishes.get("live") or wishes.get("image") is not None else catalogue.DREAMS


def _until_stopped(wishes: Wishes) -> Wishes:
    """Return a live session's wishes: every painted frame is shown at once, none is made between two.

    A picture between two painted ones needs the later one first, so whoever steers would see every wish a painted
    frame later; the measured rate is high enough without.
    """
    if "seconds" in wishes:
        raise InputError("seconds", wishes["seconds"], "goes with a film: a live session lasts until it is stopped.")
    rate = wishes.get("paint_fps") or wishes.get("fps") or LIVE_RATE
    return {**wishes, "fps": rate, "paint_fps": rate}


def _vitality(wish: Wishes, ground: ComponentSpec | None, card: BackendCard) -> Vitality:
    """Return what keeps a dream alive; a journey can't die, and a dim place in it or in a film is no fault."""
    seeds = SEEDED_BY.get(wish["model"])
    lives = ground is not None or card.num_frames > 1
    return Vitality(spark=SparkSpec(enabled=False), backend=seeds) if lives else Vitality(backend=seeds)


def _ground(wish: Wishes, card: BackendCard) -> ComponentSpec | None:
    """Return the source of what is repainted, None for the last picture."""
    free = wish["live"] or wish["image"] is not None or "image" not in card.inputs
    over = wish["over"] or (NOTHING if free else OVER.get(wish["model"], NOTHING))
    if over == NOTHING:
        return None
    if over not in GROUNDS:
        raise InputError("over", over, f"can't be repainted: use {' or '.join([*GROUNDS, NOTHING])}.")
    if "image" not in card.inputs or over == card.id:
        raise InputError("over", over, f"is nothing for {card.id}: leave it out, or use another model.")
    if wish["image"] is not None:
        raise InputError("over", over, "can't be repainted where a picture is given: leave one of both out.")
    return GROUNDS[over]


def _travelling(wish: Wishes, backend: ComponentSpec, card: BackendCard) -> tuple[Wishes, ComponentSpec]:
    """Return wishes and backend for a journey: what was not asked is chosen so that its shapes stay."""
    asked = cast(Mapping[str, Any], wish)
    chosen = {name: value for name, value in JOURNEY.items() if asked[name] is None and name in card.ranges}
    options = {STEPS: 1} if wish["steps"] is None else {}
    return cast(Wishes, {**wish, **chosen}), with_known(backend, {**options, **CALM})


def with_known(backend: ComponentSpec, options: Mapping[str, Any]) -> ComponentSpec:
    """Return a backend with such of these options as it has."""
    fields = registry.resolve("backends", backend.name).Options.model_fields
    known = {name: value for name, value in options.items() if name in fields}
    return backend.model_copy(update={"options": {**backend.options, **known}})


def memory_of(runtime: str | None) -> ComponentSpec:
    """Return the memory as a corrector, its network run by what was asked for the model."""
    return ComponentSpec(name="memory", options={} if runtime is None else {"runtime": runtime})


def _correctors(backend: ComponentSpec, card: BackendCard, ground: ComponentSpec | None) -> tuple[ComponentSpec, ...]:
    if ground is not None:
        return JOURNEY_CORRECTORS
    return LOOP_CORRECTORS if loops(backend, card) else ()


def loops(backend: ComponentSpec, card: BackendCard) -> bool:
    """True for models whose every picture is made of the last one, so that faults add up."""
    return backend.name not in STEADY and "image" in card.inputs and card.num_frames == 1


def _scene(prompt: str, wish: Wishes, backend: ComponentSpec, card: BackendCard, ground: ComponentSpec | None) -> Scene:
    seconds = within("seconds", wish["seconds"], 1 / wish["fps"], 86_400.0 * 7)
    longest = 86_400.0 * 7 if wish["live"] else seconds
    first = built(
        Keyframe,
        prompt=prompt,
        negative_prompt=wish["negative_prompt"] or None,
        strength=setting("strength", wish["strength"], card),
        guidance_scale=setting("guidance_scale", wish["guidance_scale"], card),
        motion=_motion(wish),
    )
    later = (_later(at, longest) for at in wish["at"])
    keyframes = (first, *sorted(later, key=lambda key: key.time))
    length = None if wish["live"] else seconds
    return built(Scene, duration=length, keyframes=keyframes, source=ground or _source(wish, card), backend=backend)


def _later(at: str | tuple[float, str], seconds: float) -> Keyframe:
    time, words = parse_moment(at) if isinstance(at, str) else at
    if not 0 <= time < seconds:
        raise InputError("at", at, f"is outside the film of {seconds:g} s: use an earlier moment or more seconds.")
    return built(Keyframe, time=time, prompt=words, blend=BLEND)


def model_of(wish: Wishes) -> tuple[ComponentSpec, BackendCard]:
    """Return the backend that is asked for, with its options, and its card; see `dream_spec` for what is raised."""
    component = catalogue.find(wish["model"])
    try:
        return _with_options(component, wish)
    except MachineError:
        if not wish["fallback"]:
            raise
        return component, card_of(ComponentSpec(name="placeholder"))


def _with_options(component: ComponentSpec, wish: Wishes) -> tuple[ComponentSpec, BackendCard]:
    fields, options = registry.resolve("backends", component.name).Options.model_fields, {**component.options}
    for name, option in BACKEND_OPTIONS.items():
        value = cast(Mapping[str, Any], wish)[name]
        if value is not None and option not in fields:
            raise InputError(name, value, f"is not a setting of {wish['model']}: leave it out.")
        if value is not None:
            options[option] = value
    card = card_of(component)
    if (steps := card.ranges.get(STEPS)) is not None and STEPS in fields:
        steps.check("steps", options.setdefault(STEPS, int(steps.default)))
    component = ComponentSpec(name=component.name, options=options)
    _check_options(component)
    return component, card


def _check_options(component: ComponentSpec) -> None:
    """Have the backend accept its options; InputError calls the one it does not by the wish's name."""
    try:
        registry.options_of("backends", component)
    except InputError as error:
        option = error.field.rpartition(".")[2]
        wishes = {name for name, its in BACKEND_OPTIONS.items() if its == option}
        raise InputError(min(wishes, default=error.field), error.value, error.fix) from None


def taken_by(model: str) -> frozenset[str]:
    """Return which of the backend's own wishes (`BACKEND_OPTIONS`) a model takes; InputError for an unknown one."""
    fields = registry.resolve("backends", catalogue.find(model).name).Options.model_fields
    return frozenset(name for name, option in BACKEND_OPTIONS.items() if option in fields)


def card_of(component: ComponentSpec) -> BackendCard:
    """Return the card of a backend without loading it."""
    plugin = registry.resolve("backends", component.name)
    card: BackendCard = plugin.describe(registry.options_of("backends", component))
    return card


def setting(name: str, value: float | None, card: BackendCard) -> float | None:
    """Return a setting's value or the card's default, None where there is no such setting; InputError outside it."""
    if name not in card.ranges:
        if value is not None:
            raise InputError(name, value, f"is not a setting of {card.id}: leave it out.")
        return None
    chosen = card.ranges[name].default if value is None else value
    card.ranges[name].check(name, chosen)
    return chosen


def _rates(wish: Wishes, card: BackendCard) -> tuple[float, float]:
    fps = within("fps", wish["fps"], 0.1, 240.0)
    if wish["paint_fps"] is None:
        return fps, fps / math.ceil(fps / card.default("paint_fps", PAINT_RATE))
    return fps, within("paint_fps", wish["paint_fps"], 0.1, fps)


def filters_for(fps: float, paint_fps: float, canvas: Canvas) -> tuple[ComponentSpec, ...]:
    """Return what comes after painting: pictures between the painted ones, and the delivered size."""
    between = (ComponentSpec(name="interpolate"),) if paint_fps < fps else ()
    width, height = canvas.delivered
    resize = (ComponentSpec(name="resize", options={"width": width, "height": height}),) if canvas.enlarged else ()
    return (*between, *resize)


def _motion(wish: Wishes) -> MotionSpec:
    zoom = within("zoom", wish["zoom"], 0.64, 1.58)
    return built(MotionSpec, zoom=zoom**ZOOM_RATE, pan=wish["pan"], rotate=wish["rotate"])


def _source(wish: Wishes, card: BackendCard) -> ComponentSpec:
    if wish["image"] is None:
        return ComponentSpec(name="feedback")
    if "image" not in card.inputs:
        picture = fspath(wish["image"])
        raise InputError("image", picture, f"can't be used: {card.id} paints from words alone, use another model.")
    from reverie.media.picture import open_picture

    path = fspath(wish["image"])
    open_picture(path)
    return ComponentSpec(name="feedback", options={"image": path})


def any_seed() -> int:
    """Return a seed nobody chose."""
    return secrets.randbelow(SEEDS)


def within(name: str, value: float, least: float, most: float) -> float:
    """Return a number that lies in a range, both ends included; InputError names the one that does not."""
    if not isinstance(value, int | float) or not least <= value <= most:
        raise InputError(name, value, f"is out of range: use {least:g} to {most:g}.")
    return value


def built(kind: Callable[..., T], **fields: Any) -> T:
    """Make a validated value; InputError names the field that is not accepted."""
    try:
        return kind(**fields)
    except ValidationError as error:
        raise registry.from_validation(error) from None
