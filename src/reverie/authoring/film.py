"""From a storyboard to the one document: a film's spec, checked, before any weight is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zlib import crc32

from reverie.authoring.board import MOVES, USUAL_TRANSITION, FilmWish, Given, SceneWish
from reverie.authoring.budgets import budget_of
from reverie.authoring.canvas import Canvas
from reverie.authoring.footage import Footage, footage_of
from reverie.authoring.settings import Setting, settled
from reverie.authoring.shape import LEAST_PAINTED, film_canvas, like, most_painted
from reverie.authoring.wishes import (
    BACKEND_OPTIONS,
    DEFAULTS,
    FOOTAGE,
    LOOP_CORRECTORS,
    PAINT_RATE,
    SEEDED_BY,
    SEEDS,
    STEADY,
    Wishes,
    any_seed,
    built,
    loops,
    memory_of,
    model_of,
    with_known,
)
from reverie.core import catalogue
from reverie.core.clock import exact_rate
from reverie.core.errors import InputError
from reverie.core.presets import PRESETS, Preset, find_preset, parse_size
from reverie.core.spec import ComponentSpec, Encoding, RenderSpec, Scene, SparkSpec, Transition, Vitality
from reverie.core.timeline import Keyframe, MotionSpec

USUAL_PRESET = "draft"
USUAL_SECONDS = 3.0
KEY_RATE = 2.0
"""Key pictures a second."""

RAMP = 12
"""Painted frames over which a given picture is let go of."""

KEY_STRENGTH, CLIP_STRENGTH = 0.6, 0.45
CLIPS: Mapping[str, Mapping[Setting, float]] = {catalogue.OURS: {Setting.STRENGTH: 0.2, Setting.GUIDANCE: 1.5}}
"""How clips are repainted by models that know too little of the world to be trusted with more of it, by model.

Its adherence is best with guidance from 1 to 1.5, and its pictures of clips keep contrast and people there, too.
"""

RENDERED_STRENGTH = 0.035
"""How much of a given picture a backend that renders instead of painting lays over it each frame."""

Board = FilmWish | Mapping[str, Any] | Sequence[str | Mapping[str, Any]] | str
"""A film asked for: a wish, its fields, its scenes (or their prompts), or one prompt."""

Find = Callable[[Given], Path]
Note = Callable[[str], None]


def there(given: Given) -> Path:
    """Take a given file for a path; InputError for what only a server can find."""
    if isinstance(given, dict):
        raise InputError("input", given["input"], "is an id that only the studio knows: give a file's path.")
    return Path(given)


def clip_strength(model: str) -> float:
    """Return how much of a clip is repainted where nothing is said, 0 to 1."""
    return CLIPS.get(model, {}).get(Setting.STRENGTH, CLIP_STRENGTH)


def clip_guidance(model: str) -> float | None:
    """Return the guidance that a model repaints clips with where nothing is said, None for its own."""
    return CLIPS.get(model, {}).get(Setting.GUIDANCE)


def unheard(note: str) -> None:
    """Leave what was changed unsaid."""


def film_spec(
    storyboard: Board,
    *,
    find: Find = there,
    note: Note = unheard,
    **wishes: Any,
) -> RenderSpec:
    """Return the spec of a film: of prompts, one a scene, or of a storyboard; `FilmWish` says what may be asked.

    `wishes` are fields of `FilmWish` that go before the storyboard's. `find` says where a given file is, `note` is told
    what was brought inside a model's range where `fallback` allows it. Nothing is loaded. Raises InputError where a
    wish can't be granted, and MachineError where the model is not on this machine.
    """
    return _Draft(wish_of(storyboard, wishes), find, note).spec()


def wish_of(storyboard: Board, wishes: Mapping[str, Any]) -> FilmWish:
    """Return what is asked for as one checked wish; InputError names the field that is not accepted."""
    if isinstance(storyboard, FilmWish):
        said: dict[str, Any] = storyboard.model_dump(exclude_unset=True)
    elif isinstance(storyboard, Mapping):
        said = dict(storyboard)
    else:
        said = {"scenes": [storyboard] if isinstance(storyboard, str) else list(storyboard)}
    return built(FilmWish, **{**said, **{name: value for name, value in wishes.items() if value is not None}})


@dataclass(frozen=True, slots=True)
class _Form:
    """What a film is delivered as."""

    size: tuple[int, int]
    fps: float
    bitrate: int | None


class _Draft:
    """One film's spec while it is written."""

    def __init__(self, wish: FilmWish, find: Find, note: Note) -> None:
        self._wish, self._find = wish, find
        self._extended = None if wish.extend is None else footage_of(find(wish.extend), "extend")
        self._clips = [
            None if scene.clip is None else footage_of(find(scene.clip), f"scenes.{number}.clip")
            for number, scene in enumerate(wish.scenes)
        ]
        self._model = wish.model or catalogue.DEFAULT
        asked = cast(
            Wishes,
            {
                **DEFAULTS,
                "model": self._model,
                "fallback": wish.fallback,
                **{name: getattr(wish, name) for name in BACKEND_OPTIONS if name != "steps"},
            },
        )
        _, card = model_of(asked)
        steps = settled(Setting.STEPS, wish.steps, card, wish.fallback, note)
        self._backend, self._card = model_of(cast(Wishes, {**asked, "steps": None if steps is None else int(steps)}))
        if wish.memory and (wish.extend is not None or not all(self._clips)):
            raise InputError(
                "memory", True, "settles clips that are repainted: give every scene a clip, or leave it out."
            )
        if wish.memory:
            self._backend = with_known(self._backend, FOOTAGE)
        self._guidance = settled(Setting.GUIDANCE, wish.guidance_scale, card, wish.fallback, note)
        self._free = self._backend.name in STEADY
        self._filmed = self._card.num_frames > 1
        self._form = self._delivered()
        self._seed = any_seed() if wish.seed is None else wish.seed
        self._given = wish.extend is not None or any(scene.image or scene.clip for scene in wish.scenes)

    def spec(self) -> RenderSpec:
        """Return the whole spec."""
        wish, form = self._wish, self._form
        canvas = self._canvas()
        paint_fps = self._paint_rate()
        return built(
            RenderSpec,
            width=canvas.painted[0],
            height=canvas.painted[1],
            fps=form.fps,
            paint_fps=paint_fps,
            seed=self._seed,
            fallback=wish.fallback,
            budget=budget_of(wish.budget, self._backend),
            scenes=self._scenes(paint_fps),
            correctors=self._correctors(),
            filters=self._filters(canvas, paint_fps),
            vitality=self._vitality(),
            sound=wish.sound,
            encoding=Encoding(codec=wish.codec, bitrate=form.bitrate),
        )

    def _delivered(self) -> _Form:
        wish = self._wish
        preset = find_preset(wish.preset) if wish.preset else None
        shown = self._extended or (self._clips[0] if all(self._clips) else None)
        size = self._size(preset, shown)
        fps = wish.fps or (preset.fps if preset else shown.fps if shown else PRESETS[USUAL_PRESET].fps)
        bitrate = wish.bitrate or (preset.bitrate if preset else None)
        if self._extended is None:
            return _Form(size, fps, bitrate)
        if wish.fps is not None and wish.fps != self._extended.fps:
            raise InputError("fps", wish.fps, f"can't be chosen for an extension: the clip has {self._extended.fps:g}.")
        return _Form(size, self._extended.fps, bitrate)

    def _size(self, preset: Preset | None, shown: Footage | None) -> tuple[int, int]:
        wish, usual = self._wish, PRESETS[USUAL_PRESET]
        if wish.size is not None:
            return parse_size(wish.size) if isinstance(wish.size, str) else wish.size
        if preset is not None:
            return preset.width, preset.height
        if shown is not None:
            return shown.width + shown.width % 2, shown.height + shown.height % 2
        if (image := wish.scenes[0].image) is not None:
            from reverie.media.picture import open_picture

            height, width = open_picture(self._find(image)).shape[:2]
            return like((width, height), usual.width * usual.height)
        return usual.width, usual.height

    def _canvas(self) -> Canvas:
        painted = self._wish.painted
        wanted = parse_size(painted) if isinstance(painted, str) else painted
        most = None if self._free and self._extended is not None else self._most()
        return film_canvas(self._form.size, self._card, wanted, most)

    def _most(self) -> int:
        return LEAST_PAINTED if self._free else most_painted(self._card)

    def _paint_rate(self) -> float:
        wish, fps = self._wish, self._form.fps
        if wish.paint_fps is not None:
            if wish.paint_fps > fps:
                raise InputError("paint_fps", wish.paint_fps, f"is more than is shown: use up to {fps:g}.")
            return wish.paint_fps
        if wish.style == "keys" and not self._filmed:
            return min(fps, KEY_RATE)
        if all(self._clips):
            return fps
        most = self._card.default("paint_fps", PAINT_RATE)
        return float(exact_rate(fps) / -(-exact_rate(fps) // exact_rate(most)))

    def _scenes(self, paint_fps: float) -> tuple[Scene, ...]:
        wish, seen = self._wish, Counter[str]()
        scenes = []
        for number, scene in enumerate(wish.scenes):
            # A seed of its own, from its words: scenes put before it change nothing about it.
            mark = crc32(scene.prompt.encode()) ^ seen[scene.prompt]
            seen[scene.prompt] += 1
            said: dict[str, Any] = {
                "id": scene.id or f"scene-{number + 1}",
                "duration": self._duration(number),
                "keyframes": self._keyframes(number, paint_fps),
                "seed": (self._seed + mark) % SEEDS if scene.seed is None else scene.seed,
                "source": self._source(number),
                "backend": self._backend,
                "title": scene.title,
            }
            if number + 1 < len(wish.scenes):
                said["transition"] = scene.transition or wish.transition or self._usual_transition(number)
            scenes.append(built(Scene, **said))
        return tuple(scenes)

    def _usual_transition(self, number: int) -> Transition:
        """Return a crossfade that is short enough for both scenes, whatever stands at their other ends."""
        least = min(self._duration(number), self._duration(number + 1))
        return Transition(kind="crossfade", duration=min(USUAL_TRANSITION, round(least / 4, 3)))

    def _duration(self, number: int) -> float:
        wish, scene, clip = self._wish, self._wish.scenes[number], self._clips[number]
        if scene.duration is not None:
            return scene.duration
        if wish.frames is not None:
            return float(wish.frames / exact_rate(self._form.fps))
        if wish.duration is None and clip is not None:
            return clip.duration
        return wish.duration or USUAL_SECONDS

    def _source(self, number: int) -> ComponentSpec:
        scene = self._wish.scenes[number]
        for name in ("image", "clip"):
            if getattr(scene, name) is not None and "image" not in self._card.inputs:
                why = f"can't be used: {self._card.id} paints from words alone, use another model."
                raise InputError(f"scenes.{number}.{name}", getattr(scene, name), why)
        if scene.clip is not None and self._filmed:
            why = f"can't be repainted by {self._card.id}, which paints films of its own"
            raise InputError(f"scenes.{number}.clip", scene.clip, f"{why}: use an image model, or extend the clip.")
        if number == 0 and self._wish.extend is not None:
            return ComponentSpec(name="tail", options={"path": self._wish.extend, "fps": self._form.fps})
        if scene.clip is not None:
            return ComponentSpec(name="video", options={"path": scene.clip})
        if scene.image is not None:
            return ComponentSpec(name="image", options={"path": scene.image})
        return ComponentSpec(name="blank" if self._filmed else "feedback")

    def _keyframes(self, number: int, paint_fps: float) -> tuple[Keyframe, ...]:
        scene, wish = self._wish.scenes[number], self._wish
        strength = self._strength(scene, tail=number == 0 and wish.extend is not None)
        first = built(
            Keyframe,
            prompt=scene.prompt,
            negative_prompt=wish.negative_prompt if scene.negative_prompt is None else scene.negative_prompt,
            strength=strength,
            guidance_scale=self._guidance_of(scene),
            motion=self._motion(number),
        )
        if number == 0 and wish.extend is not None:
            return self._let_go(first, strength, paint_fps, 1 / (RAMP + 1))
        if scene.image is not None:
            return self._let_go(first, strength, paint_fps, 0.0)
        return (first,)

    def _guidance_of(self, scene: SceneWish) -> float | None:
        if scene.guidance_scale is not None:
            return scene.guidance_scale
        usual = None if scene.clip is None or self._wish.guidance_scale is not None else clip_guidance(self._model)
        return self._guidance if usual is None else usual

    def _let_go(self, first: Keyframe, strength: float | None, paint_fps: float, share: float) -> tuple[Keyframe, ...]:
        """Begin with a share of the strength and reach all of it over the ramp's painted frames."""
        if strength is None:
            return (first,)
        begin = first.model_copy(update={"strength": strength * share})
        return begin, built(Keyframe, strength=strength, blend=float(RAMP / exact_rate(paint_fps)))

    def _strength(self, scene: SceneWish, *, tail: bool) -> float | None:
        asked = self._wish.strength if scene.strength is None else scene.strength
        if "strength" not in self._card.ranges:
            return settled(Setting.STRENGTH, asked, self._card, False, unheard)
        if asked is None and (tail or scene.image is not None) and self._free:
            asked = RENDERED_STRENGTH
        elif asked is None and scene.clip is not None:
            asked = clip_strength(self._model)
        elif asked is None and self._wish.style == "keys" and not self._free:
            asked = KEY_STRENGTH
        value = self._card.ranges["strength"].default if asked is None else asked
        if not self._wish.fallback:  # where it may be brought inside, the session does it and says so
            self._card.ranges["strength"].check("strength", value)
        return value

    def _motion(self, number: int) -> MotionSpec:
        scene = self._wish.scenes[number]
        if scene.motion is not None:
            return scene.motion
        if scene.move is None and scene.clip is not None:
            return MotionSpec()
        motion = MOVES[scene.move or self._wish.move]
        if scene.move is None and number == 0 and self._wish.extend is not None:
            from reverie.media.tail import read_tail

            motion = read_tail(self._find(self._wish.extend), "extend").motion
        return MotionSpec(zoom=motion.zoom, pan=motion.pan, rotate=motion.rotate)

    def _correctors(self) -> tuple[ComponentSpec, ...]:
        if self._wish.extend is not None and not self._filmed:
            held = ComponentSpec(name="colour", options={"settle": 0.0})
            return (held,) if self._free else (held, *LOOP_CORRECTORS[1:])
        if all(self._clips):
            return (memory_of(self._wish.runtime),) if self._wish.memory else ()
        return LOOP_CORRECTORS if loops(self._backend, self._card) else ()

    def _filters(self, canvas: Canvas, paint_fps: float) -> tuple[ComponentSpec, ...]:
        filters = []
        unknown = self._filmed or self._wish.style == "keys" or any(self._clips)
        kind = self._wish.between or ("flow" if unknown else "camera")
        if paint_fps < self._form.fps and kind != "none":
            filters.append(_interpolating(kind, footage=any(self._clips)))
        width, height = canvas.delivered
        if self._wish.upscale is not None:
            if not canvas.enlarged:
                raise InputError(
                    "upscale", self._wish.upscale, "has nothing to enlarge: say what is painted, as painted."
                )
            options = {"width": width, "height": height, "weights": self._wish.upscale}
            filters.append(ComponentSpec(name="upscale", options=options))
        elif canvas.enlarged:
            filters.append(ComponentSpec(name="resize", options={"width": width, "height": height}))
        return tuple(filters)

    def _vitality(self) -> Vitality:
        """Return what keeps the film alive.

        No spark where a picture or a clip was given, which it would burn, nor in what a video model paints, which goes
        on from its own latents and never from what is shown.
        """
        backend = SEEDED_BY.get(self._model)
        steady = self._given or self._filmed
        return Vitality(spark=SparkSpec(enabled=False), backend=backend) if steady else Vitality(backend=backend)


def _interpolating(kind: str, *, footage: bool) -> ComponentSpec:
    """Return what makes frames between painted ones; footage may have cuts that nobody has told of."""
    return ComponentSpec(name="interpolate", options={"kind": kind, **({"cuts": "found"} if footage else {})})
