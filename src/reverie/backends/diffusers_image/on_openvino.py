"""Painting with OpenVINO on the processor."""

from __future__ import annotations

from reverie.backends.diffusers_image.facts import ModelFacts
from reverie.backends.diffusers_image.machinery import Machinery
from reverie.backends.diffusers_image.painting import Runtime
from reverie.models.checkpoint import Checkpoint


def load(checkpoint: Checkpoint, facts: ModelFacts, machinery: Machinery) -> Runtime:
    """Compile a checkpoint."""
    raise NotImplementedError
