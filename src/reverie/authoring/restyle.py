"""From a wish to the spec of a live restyle: what comes in from outside is repainted, and settled by a memory."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from reverie.authoring.budgets import budget_of
from reverie.authoring.film import clip_guidance, clip_strength
from reverie.authoring.settings import Setting, settled
from reverie.authoring.shape import film_canvas
from reverie.authoring.wishes import (
    DEFAULTS,
    FOOTAGE,
    SEEDS,
    STEPS,
    Wishes,
    any_seed,
    built,
    filters_for,
    memory_of,
    model_of,
    setting,
    with_known,
    within,
)
from reverie.core import catalogue
from reverie.core.card import BackendCard
from reverie.core.errors import InputError
from reverie.core.presets import parse_size
from reverie.core.spec import ComponentSpec, RenderSpec, Scene, SparkSpec, Vitality
from reverie.core.timeline import Keyframe, MotionSpec, NegativePrompt, Prompt

USUAL_RATE = 30.0
"""Frames a second that a camera gives, and that are painted where the machine can."""

USUAL_SIZE = (256, 256)


class RestyleWish(BaseModel):
    """What a live restyle may be asked for; what is left out is chosen and recorded.

    `size` is delivered, pixels or `WxH`: what comes in is cut to its shape. `fps` is the most that is painted a second,
    `painted` the pixels that are painted where they are fewer than those delivered. `memory` settles frames by those
    before, `keep_input` keeps what comes in, without which the session can't be rendered again. `budget` is what a
    painted frame may take, in milliseconds or as text ("100ms"): steps and painted pixels go down and up to hold it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    prompt: Prompt
    size: str | tuple[int, int] | None = None
    painted: str | tuple[int, int] | None = None
    model: str | None = None
    steps: int | None = None
    strength: float | None = None
    guidance_scale: float | None = None
    negative_prompt: NegativePrompt | None = None
    seed: int | None = Field(default=None, ge=0, lt=SEEDS**2)
    fps: float | None = None
    budget: float | str | None = None
    memory: bool = True
    keep_input: bool = False
    fallback: bool = False
    device: str | None = None
    dtype: str | None = None
    runtime: str | None = None


_MACHINE: tuple[Literal["device", "dtype", "runtime"], ...] = ("device", "dtype", "runtime")


def restyle_spec(prompt: str, **wishes: Any) -> RenderSpec:
    """Return the spec of a live session that repaints what is fed to it; `RestyleWish` says what may be asked.

    Nothing is loaded. Raises InputError where a wish can't be granted, and MachineError where the model is not here.
    """
    wish = built(RestyleWish, prompt=prompt, **{name: value for name, value in wishes.items() if value is not None})
    model = wish.model or catalogue.OURS
    named = {name: getattr(wish, name) for name in _MACHINE}
    asked = cast(Wishes, {**DEFAULTS, "model": model, "fallback": wish.fallback, "steps": wish.steps, **named})
    backend, card = model_of(asked)
    if "image" not in card.inputs:
        raise InputError("model", model, "paints from words alone: use a model that repaints pictures.")
    # One evaluation a frame where nothing else is asked: what is live must be quick.
    calm: dict[str, float] = {**FOOTAGE} if wish.memory else {}
    backend = with_known(backend, {**calm, STEPS: 1} if wish.steps is None else calm)
    rate = within("fps", USUAL_RATE if wish.fps is None else wish.fps, 0.1, 240.0)
    canvas = film_canvas(_pixels(wish.size or USUAL_SIZE), card, _pixels(wish.painted), _most(card))
    return built(
        RenderSpec,
        width=canvas.painted[0],
        height=canvas.painted[1],
        fps=rate,
        paint_fps=rate,
        seed=any_seed() if wish.seed is None else wish.seed,
        live=True,
        fallback=wish.fallback,
        budget=budget_of(wish.budget, backend),
        scenes=(_scene(wish, backend, card),),
        correctors=(memory_of(wish.runtime),) if wish.memory else (),
        filters=filters_for(rate, rate, canvas),
        vitality=Vitality(spark=SparkSpec(enabled=False)),
    )


def _scene(wish: RestyleWish, backend: ComponentSpec, card: BackendCard) -> Scene:
    model = wish.model or catalogue.OURS
    usual = clip_strength(model)
    asked = clip_guidance(model) if wish.guidance_scale is None else wish.guidance_scale
    guidance = settled(Setting.GUIDANCE, asked, card, False, lambda note: None)  # noqa: ARG005
    first = built(
        Keyframe,
        prompt=wish.prompt,
        negative_prompt=wish.negative_prompt,
        strength=setting("strength", usual if wish.strength is None else wish.strength, card),
        guidance_scale=guidance,
        motion=MotionSpec(),
    )
    source = ComponentSpec(name="mailbox", options={"keep": True} if wish.keep_input else {})
    return built(Scene, keyframes=(first,), source=source, backend=backend)


def _pixels(size: Any) -> Any:
    return parse_size(size) if isinstance(size, str) else size


def _most(card: BackendCard) -> int:
    """Return up to how many pixels are painted: a live picture is enlarged beyond the model's own size."""
    return int(card.default("width", USUAL_SIZE[0]) * card.default("height", USUAL_SIZE[1]))
