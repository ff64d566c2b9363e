"""What a file is, as whoever reads it tells whoever asked: across a process border as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["image", "video", "audio"]


class Facts(BaseModel):
    """What a file is: pixels, pictures, `fps` on average, seconds; `preview` a small JPEG, empty for a sound."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64"
    )

    kind: Kind
    container: str
    codec: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    fps: float | None = None
    duration: float | None = None
    has_sound: bool = False
    preview: bytes = b""
