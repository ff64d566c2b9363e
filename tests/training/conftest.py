"""What the tests of training share: a mark for the one that takes minutes."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes a minute or more; `-m 'not slow'` leaves it out, CI does not")
