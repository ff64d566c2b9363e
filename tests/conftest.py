"""What all tests share: generous deadlines, a core for each process of tests, on a build machine the same examples."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

if "PYTEST_XDIST_WORKER" in os.environ:  # every core has tests of its own: nothing is gained by more threads than that
    os.environ.setdefault("OMP_NUM_THREADS", "1")
