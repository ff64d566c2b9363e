"""How a film is encoded: the codec, how much of the disk it may take, and what it says of where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from reverie.core.errors import InputError
from reverie.core.spec import Sound

CodecName = Literal["h264", "h265", "av1", "vp9"]
Speed = Literal["fast", "balanced", "small"]
Origin = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a film file is made with.

    `codec` None is the container's own (H.264 in MP4, VP9 in WebM). `bitrate` (bits a second) is kept on average; where
    it is None, `crf` holds the quality: the codec's own scale, lower is better, None is what looks clean. `speed`
    trades time for size; None is `fast` for pictures as they are painted, `balanced` for a film that is joined.
    `origin` is the IPTC digital source type that an XMP note gives.
    """

    codec: CodecName | None = None
    bitrate: int | None = None
    crf: int | None = None
    speed: Speed | None = None
    origin: Origin = "trainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Output:
    """What is to be written: where, how large, how fast, what it says of itself, and how it is encoded.

    `width` and `height` are in pixels, `fps` is exact; `sound` says what is heard besides the clips.
    """

    path: Path
    width: int
    height: int
    fps: Fraction
    metadata: Mapping[str, str] = field(default_factory=dict)
    encoding: Encoding = Encoding()
    sound: Sound | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of coding pictures: FFmpeg's encoder, options by speed, and the scale of its quality.

    `crf` is what looks clean and `most_crf` the worst there is. `tag` is the name that players know the stream by,
    `lean` what changes where a frame is large: frames that an encoder looks ahead at are the most of its memory.
    """

    encoder: str
    speeds: Mapping[Speed, Mapping[str, str]]
    crf: int
    most_crf: int
    tag: str | None = None
    lean: Mapping[str, str] = field(default_factory=dict)


# H.264, measured on one core of an EPYC 9005, 256x256 and 448x256, whole write: ultrafast 0.5 and 0.9 ms (and half as
# large again, blocky), superfast 0.9 and 1.7, veryfast 1.4 and 2.4 (a quarter smaller, no better at the same crf).
# VP9 likewise: 1.8 and 2.1 ms; VP8 is no faster at the same quality, the deadline `good` takes ten times as long.
# x264's macroblock tree reads memory that nobody wrote where a row has no multiple of eight blocks: with it the same
# pictures became up to 13 different films (208x112, 16 runs), without it one.
# At 4K, 24 frames, one thread, x264 takes 683 MB as it comes and 510 when it looks three frames ahead.
CODECS: Mapping[CodecName, Codec] = {
    "h264": Codec(
        "libx264",
        {
            "fast": {"preset": "superfast", "bf": "0"},
            "balanced": {"preset": "veryfast", "mbtree": "0"},
            "small": {"preset": "medium", "mbtree": "0"},
        },
        crf=18,
        most_crf=51,
        lean={"rc-lookahead": "3", "bf": "2"},
    ),
    "h265": Codec(
        "libx265",
        {
            "fast": {"preset": "ultrafast", "x265-params": "log-level=error:rc-lookahead=5:frame-threads=1"},
            "balanced": {"preset": "superfast", "x265-params": "log-level=error:rc-lookahead=10:frame-threads=1"},
            "small": {"preset": "medium", "x265-params": "log-level=error:rc-lookahead=15:frame-threads=1"},
        },
        crf=22,
        most_crf=51,
        tag="hvc1",
        lean={"x265-params": "log-level=error:rc-lookahead=3:frame-threads=1:bframes=2"},
    ),
    "av1": Codec(
        "libsvtav1",
        {
            "fast": {"preset": "12", "svtav1-params": "lp=1:lookahead=0"},
            "balanced": {"preset": "10", "svtav1-params": "lp=1:lookahead=0"},
            "small": {"preset": "8", "svtav1-params": "lp=1:lookahead=0"},
        },
        crf=28,
        most_crf=63,
    ),
    "vp9": Codec(
        "libvpx-vp9",
        {
            "fast": {"deadline": "realtime", "cpu-used": "8", "row-mt": "1"},
            "balanced": {"deadline": "realtime", "cpu-used": "6", "row-mt": "1"},
            "small": {"deadline": "good", "cpu-used": "4", "row-mt": "1"},
        },
        crf=20,
        most_crf=63,
        lean={"lag-in-frames": "3"},
    ),
}


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of film file: FFmpeg's name and options, the codecs that go into it (its own first), and its sound.

    `even` is True where sides must be even: an odd one gets its last row or column twice.
    """

    container: str
    codecs: tuple[CodecName, ...]
    sound: str
    options: Mapping[str, str]
    even: bool


MP4 = Format("mp4", ("h264", "h265", "av1"), "aac", {"movflags": "+faststart+use_metadata_tags"}, even=True)
WEBM = Format("webm", ("vp9", "av1"), "libopus", {}, even=False)

_LEAST_BITRATE, _MOST_BITRATE = 10_000, 1_000_000_000


def codec_of(form: Format, encoding: Encoding) -> Codec:
    """Return what a film of a kind is coded with; InputError where that can't be, or its figures are out of range."""
    name = encoding.codec or form.codecs[0]
    if name not in form.codecs:
        allowed = " or ".join(form.codecs)
        raise InputError("codec", name, f"does not go into a .{form.container} file: use {allowed}.")
    codec = CODECS[name]
    if encoding.crf is not None and not 0 <= encoding.crf <= codec.most_crf:
        raise InputError("crf", encoding.crf, f"is outside what {name} has: use 0 to {codec.most_crf}.")
    if encoding.bitrate is not None and not _LEAST_BITRATE <= encoding.bitrate <= _MOST_BITRATE:
        raise InputError("bitrate", encoding.bitrate, "is in bits a second: use 10000 to 1000000000.")
    if encoding.bitrate is not None and encoding.crf is not None:
        raise InputError("bitrate", encoding.bitrate, f"does not go with crf {encoding.crf}: give one of them.")
    return codec


LARGE = 2560 * 1440
"""Pixels of a frame from which on memory is what matters."""


def options_of(codec: Codec, encoding: Encoding, pixels: int) -> dict[str, str]:
    """Return the encoder's options for frames of so many pixels: its speed, and the quality or bits that it holds."""
    options = dict(codec.speeds[encoding.speed or "fast"])
    if pixels > LARGE:
        options |= {name: value for name, value in codec.lean.items() if options.get(name) != "0"}
    if encoding.bitrate is None:
        return options | {"crf": str(codec.crf if encoding.crf is None else encoding.crf), "b": "0"}
    held = {"b": str(encoding.bitrate)}
    if codec.encoder in _BUFFERED:
        held |= {"maxrate": str(encoding.bitrate * 3 // 2), "bufsize": str(encoding.bitrate * 2)}
    return options | held


_BUFFERED = ("libx264", "libx265", "libvpx-vp9")
"""Encoders that hold a bitrate over two seconds; SVT-AV1 takes a greatest rate with a quality only."""
