"""What a camera sees that is none: a world under a moving camera, as a clip that Chromium plays for one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from reverie.media.tensor import quantised
from reverie.worlds.camera import Camera
from reverie.worlds.parser import parse
from reverie.worlds.render import render

FAKED = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""Chromium's own: a camera that is there and may be seen; `--deny-permission-prompts` instead of the second says no."""


def filmed(path: Path, prompt: str = "a forest at noon", frames: int = 24, size: tuple[int, int] = (320, 180)) -> Path:
    """Write a clip as y4m, there and back so that it has no jump where it begins again; returns its path."""
    world, (width, height) = parse(prompt, 7).world, size
    there = [Camera(pan_x=0.6 * step / frames, zoom=1.0 + 0.3 * step / frames) for step in range(frames)]
    pictures = [np.asarray(quantised(render(world, width, height, camera)[None])[0], np.uint8) for camera in there]
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F24:1 Ip A1:1 C420jpeg\n".encode())
        for picture in [*pictures, *reversed(pictures)]:
            file.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path
