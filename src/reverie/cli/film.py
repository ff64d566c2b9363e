"""`reverie film`: a film of several scenes, from prompts, a picture, a clip or a storyboard."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reverie.cli.names import film_name
from reverie.cli.parser import Parser, UsageError, number, whole
from reverie.cli.rendering import Order, add_model, add_output
from reverie.core.errors import InputError
from reverie.settings import load_settings

if TYPE_CHECKING:
    from reverie.core.spec import RenderSpec

SUMMARY = """Make a film: every prompt is a scene, or a storyboard (YAML, JSON) has them all.

Scenes that were painted before are not painted again: change one, and only that one is."""
EXAMPLES = (
    'reverie film "a coral reef" "a city at night" --transition dissolve',
    "reverie film storyboard.yaml --preset high -o film.mp4",
    'reverie film "a storm is coming" --image beach.jpg --duration 6',
    'reverie film "a forest in autumn" --extend walk.mp4 --duration 4',
    'reverie film "an oil painting" --video walk.mp4 --strength 0.5',
)
FILM_WISHES = (
    "preset",
    "size",
    "painted",
    "fps",
    "paint_fps",
    "bitrate",
    "codec",
    "style",
    "model",
    "steps",
    "guidance_scale",
    "strength",
    "negative_prompt",
    "duration",
    "frames",
    "move",
    "between",
    "upscale",
    "device",
    "dtype",
    "runtime",
)


@dataclass(frozen=True)
class Take:
    """One film of a batch: what it is called, its spec, and what was brought inside a model's range."""

    name: Path
    spec: RenderSpec
    notes: tuple[str, ...]


def run(arguments: Sequence[str]) -> int:
    """Make the film, or the batch of films, that the arguments ask for."""
    from reverie.cli.filming import fulfil_film

    given = _parser().read(arguments)
    films = load_settings(os.environ, Path.cwd()).films
    takes = list(_takes(given))
    code = 0
    for count, take in enumerate(takes):
        output = _output(given, films, take, count if len(takes) > 1 else None)
        for note in take.notes:
            print(f"  {note}", file=sys.stderr)
        order = Order(
            output, _numbered(given.report, count, takes), _numbered(given.save_spec, count, takes), given.overwrite
        )
        code = code or fulfil_film(take.spec, order, given.shelf, take.notes, plan_only=given.plan)
    return code


def _output(given: Namespace, films: Path, take: Take, count: int | None) -> Path:
    if given.output is None:
        return films / take.name
    return given.output if count is None else _with_number(given.output, count)


def _numbered(path: Path | None, count: int, takes: list[Take]) -> Path | None:
    return path if path is None or len(takes) == 1 else _with_number(path, count)


def _with_number(path: Path, count: int) -> Path:
    return path.with_name(f"{path.stem}-{count + 1}{path.suffix}")


def _takes(given: Namespace) -> Iterator[Take]:
    """Return the films to be made: one, or one for each seed, for each prompt, or for both."""
    boards = [[prompt] for prompt in given.what] if given.each else [given.what]
    for board in boards:
        for seed in given.seeds or [given.seed]:
            notes: list[str] = []
            spec = _spec(board, given, seed, notes)
            words = Path(board[0]).stem if _is_file(board) else spec.scenes[0].keyframes[0].prompt or ""
            yield Take(film_name(words, spec.seed), spec, tuple(notes))


def _spec(board: list[str], given: Namespace, seed: int | None, notes: list[str]) -> RenderSpec:
    from reverie.authoring.film import film_spec
    from reverie.authoring.storyboard import film_of

    wishes: dict[str, Any] = {name: getattr(given, name) for name in FILM_WISHES}
    wishes |= {"seed": seed, "transition": _transition(given), "fallback": given.fallback or None}
    wishes["extend"], wishes["sound"] = given.extend, _sound(given)
    if _is_file(board):
        for name in ("image", "video"):
            if getattr(given, name) is not None:
                raise UsageError(f"{name}: goes with prompts; in a storyboard a scene names its own {name}.")
        return film_of(Path(board[0]), wishes, note=notes.append)
    scenes: list[dict[str, Any]] = [{"prompt": prompt} for prompt in board]
    if given.image is not None:
        scenes[0]["image"] = given.image
    if given.video is not None:
        if len(scenes) > 1:
            raise InputError("video", given.video, "is repainted by one prompt: give one, or a storyboard.")
        scenes[0]["clip"] = given.video
    return film_spec({"scenes": scenes}, note=notes.append, **wishes)


def _sound(given: Namespace) -> dict[str, Any] | None:
    if given.sound is None and not given.mute and not given.sound_tail:
        return None
    told = {"clips": not given.mute, **({"tail": given.sound_tail} if given.sound_tail else {})}
    return {**({} if given.sound is None else {"input": given.sound}), **told}


def _transition(given: Namespace) -> dict[str, Any] | None:
    if given.transition is None:
        if given.transition_duration is not None:
            return {"kind": "crossfade", "duration": given.transition_duration}
        return None
    said: dict[str, Any] = {"kind": given.transition}
    if given.transition_duration is not None and given.transition != "cut":
        said["duration"] = given.transition_duration
    if given.direction is not None:
        said["direction"] = given.direction
    if given.easing is not None:
        said["easing"] = given.easing
    return said


def _is_file(board: list[str]) -> bool:
    from reverie.authoring.storyboard import SUFFIXES

    return len(board) == 1 and board[0].lower().endswith(SUFFIXES)


def _parser() -> Parser:
    parser = Parser("film", SUMMARY, EXAMPLES)
    parser.add_argument("what", metavar="STORYBOARD|PROMPT", nargs="+", help="a storyboard's file, or a prompt a scene")
    _add_given(parser)
    _add_scenes(parser)
    _add_picture(parser)
    _add_delivery(parser)
    add_model(parser, "bring settings inside the range, let the placeholder stand in; the report says so")
    add_output(parser, "a name made of the first prompt and the seed, .mp4")
    group = parser.add_argument_group("the shelf")
    group.add_argument("--shelf", metavar="DIR", type=Path, help="where finished scenes are kept (your cache folder)")
    group.add_argument("--plan", action="store_true", help="say what there is to do, and what is on the shelf; no more")
    return parser


def _add_given(parser: Parser) -> None:
    group = parser.add_argument_group("what it starts from")
    group.add_argument("--image", metavar="FILE", help="a picture to bring to life: the first frame is exactly that")
    group.add_argument(
        "--extend", metavar="FILE", help="a clip to go on from; its own part stays as it is, but for --size and --codec"
    )
    group.add_argument("--video", metavar="FILE", help="a clip to repaint; length, timing and sound are kept")
    group.add_argument("--sound", metavar="FILE", help="a sound to lay under the film")
    group.add_argument("--mute", action="store_true", help="leave out what the clips sound like")
    group.add_argument(
        "--sound-tail", choices=("silence", "fade"), help="what is heard of a clip under what goes on from it (silence)"
    )


def _add_scenes(parser: Parser) -> None:
    group = parser.add_argument_group("the scenes")
    group.add_argument(
        "--duration-per-frame",
        "--duration",
        dest="duration",
        metavar="S",
        type=number("duration"),
        help="seconds of a scene (3.0)",
    )
    group.add_argument("--frames", metavar="N", type=whole("frames"), help="frames of a scene, in place of seconds")
    group.add_argument(
        "--transition",
        metavar="KIND",
        help="cut, fade, crossfade, wipe, slide, zoom or dissolve between scenes (crossfade)",
    )
    group.add_argument("--transition-duration", metavar="S", type=number("transition_duration"), help="seconds (0.5)")
    group.add_argument(
        "--direction", metavar="WAY", help="of a wipe or slide: left, right, up, down; of a zoom: in, out"
    )
    group.add_argument("--easing", metavar="NAME", help="linear, ease-in, ease-out, ease-in-out (linear)")
    group.add_argument("--move", metavar="NAME", help="the camera: in, out, left, right, up, down, turn, still (in)")
    group.add_argument(
        "--style", metavar="NAME", help="dream paints every frame from the last; keys paints few (dream)"
    )
    group.add_argument("--each", action="store_true", help="a film of its own for every prompt")
    group.add_argument("--seed", metavar="N", type=whole("seed"), help="the same seed makes the same film (any)")
    group.add_argument("--seeds", metavar="N", nargs="+", type=whole("seed"), help="a film for each of several seeds")


def _add_picture(parser: Parser) -> None:
    group = parser.add_argument_group("the picture")
    group.add_argument("--strength", metavar="X", type=number("strength"), help="how much is repainted, 0 to 1")
    group.add_argument("--steps", metavar="N", type=whole("steps"), help="network evaluations a frame (25)")
    group.add_argument(
        "--guidance-scale", metavar="X", type=number("guidance_scale"), help="how closely words are followed (7.5)"
    )
    group.add_argument("--negative-prompt", metavar="WORDS", help="what to keep out")


def _add_delivery(parser: Parser) -> None:
    from reverie.core.presets import PRESETS

    group = parser.add_argument_group("what is delivered")
    group.add_argument("--preset", metavar="NAME", help=f"{', '.join(PRESETS)} (draft)")
    group.add_argument("--size", metavar="WxH", help="pixels, in place of the preset's")
    group.add_argument("--painted", metavar="WxH", help="pixels that are painted; what is larger is enlarged")
    group.add_argument("--fps", metavar="N", type=number("fps"), help="frames a second, 8 to 60")
    group.add_argument("--paint-fps", metavar="N", type=number("paint_fps"), help="frames a second that are painted")
    group.add_argument("--bitrate", metavar="N", type=whole("bitrate"), help="bits a second")
    group.add_argument("--codec", metavar="NAME", help="h264, h265, av1, vp9 (the container's own)")
    group.add_argument("--between", metavar="NAME", help="frames between painted ones: camera, flow, rife, none")
    group.add_argument("--upscale", metavar="FILE", help="an upscaling network's weights, .safetensors or .pth")
