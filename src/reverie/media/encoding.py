"""How a film is encoded: the codec, how much of the disk it may take, and what it says of where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from reverie.core.spec import Sound

CodecName = Literal["h264", "h265", "av1", "vp9"]
Speed = Literal["fast", "balanced", "small"]
Origin = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a film file is made with.

    `codec` None is the container's own (H.264 in MP4, VP9 in WebM). `bitrate` (bits a second) is kept on average; where
    it is None, `crf` holds the quality: the codec's own scale, lower is better, None is what looks clean. `speed`
    trades time for size. `origin` is the IPTC digital source type that an XMP note gives.
    """

    codec: CodecName | None = None
    bitrate: int | None = None
    crf: int | None = None
    speed: Speed = "fast"
    origin: Origin = "trainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Output:
    """What is to be written: where, how large, how fast, what it says of itself, and how it is encoded.

    `width` and `height` are in pixels, `fps` is exact; `sound` is laid under the whole film.
    """

    path: Path
    width: int
    height: int
    fps: Fraction
    metadata: Mapping[str, str] = field(default_factory=dict)
    encoding: Encoding = Encoding()
    sound: Sound | None = None
    overwrite: bool = False
