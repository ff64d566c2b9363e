"""A film from its finished scenes, each read once, in order; behind the clip that it extends, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from reverie.core.clock import exact_rate, exact_seconds
from reverie.core.errors import MachineError
from reverie.core.protocols import Tick
from reverie.core.spec import RenderSpec, Scene, Sound
from reverie.execution.plan import Unit, scene_frames
from reverie.media.encoding import Output
from reverie.media.extend import extended, reshaped, sound_of
from reverie.media.join import Clip, frames, join
from reverie.media.lossless import size_of
from reverie.media.video import PICTURES

JOINING = "joining"
COPIED = "The clip's own part was copied as it is: new pictures begin behind its last one."
ENCODED = "The clip's own part had to be encoded anew: its codec can't be gone on in here."
RESHAPED = "The clip's own part was encoded anew: another size, codec or bitrate than it has was asked for."
HEARD = "Its sound was encoded anew, with what is heard behind it."


def assembled(clips: Sequence[Path], unit: Unit, output: Path, tick: Tick) -> tuple[str, ...]:
    """Join the clips of a film's scenes into `output`; return what there is to be told of it."""
    spec = unit.spec
    parts = [
        Clip(path, count, scene.transition, *_sound(scene))
        for path, count, scene in zip(clips, scene_frames(spec), spec.scenes, strict=True)
    ]
    told = _output(spec, output, size_of(clips[0]))
    original = extended_clip(spec)
    if original is None:
        join(parts, told, tick)
        return ()
    return (_extended(Path(original), parts, unit, told, tick),)


def extended_clip(spec: RenderSpec) -> str | None:
    """Return the clip that a film begins with as it is, None where there is none."""
    source = spec.scenes[0].source
    return str(source.options["path"]) if source.name == "tail" and source.options.get("joined", True) else None


def _sound(scene: Scene) -> tuple[Path | None, Fraction]:
    """Return the clip that a scene repaints, which it sounds like, and from which second on."""
    options = scene.source.options
    if scene.source.name != "video" or options.get("speed", 1.0) != 1.0 or sound_of(Path(options["path"])) is None:
        return None, Fraction(0)
    return Path(options["path"]), exact_seconds(options.get("start", 0.0))


def _output(spec: RenderSpec, path: Path, size: tuple[int, int]) -> Output:
    from reverie.sinks.file import described, encoding_of

    rate = exact_rate(spec.fps)
    if path.suffix.lower() not in PICTURES:  # video has whole colours for two pixels
        size = size[0] + size[0] % 2, size[1] + size[1] % 2
    return Output(path, *size, rate, described(spec), encoding_of(spec), spec.sound, overwrite=True)


def _extended(original: Path, parts: Sequence[Clip], unit: Unit, output: Output, tick: Tick) -> str:
    written = 0

    def share(done: int) -> None:
        nonlocal written
        written = done
        tick(JOINING, done / unit.frames)

    shown = frames(parts, output.width, output.height, output.fps)
    copied = extended(original, shown, output, share, unit.frames)
    if written != unit.frames:
        raise MachineError(f"The film has {written} new frames instead of {unit.frames}: render it again.")
    if copied:
        return COPIED if output.sound in (None, Sound()) else f"{COPIED} {HEARD}"
    return RESHAPED if reshaped(original, output) else ENCODED
