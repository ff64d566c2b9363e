"""Frames as a state holds them."""

from __future__ import annotations

from reverie.core.frame import Frame, Motion, Origin
from reverie.core.protocols import State


def noted(frame: Frame) -> State:
    """Return a frame as a state."""
    motion = frame.motion
    return {
        "image": frame.image,
        "time": frame.time,
        "index": frame.index,
        "cut": frame.cut,
        "origin": str(frame.origin),
        "motion": (motion.zoom, motion.pan, motion.rotate),
        "blooming": frame.blooming,
    }


def frame_of(state: State) -> Frame:
    """Return the frame that `noted` was given."""
    return Frame(**{**state, "origin": Origin(state["origin"]), "motion": Motion(*state["motion"])})
