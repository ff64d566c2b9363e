from __future__ import annotations

from collections.abc import Iterator

import pytest

from reverie.core.timeline import Conditioning
from tests.fakes import registered


@pytest.fixture
def told() -> Iterator[list[list[Conditioning]]]:
    """Let specs name the fakes; gives what each of their runs is told, pictures left out."""
    with registered() as heard:
        yield heard
