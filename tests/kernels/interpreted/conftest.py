"""These need Triton's interpreter, which is decided before Triton is imported: in a process of their own.

`tests/kernels/test_interpreted.py` starts it; by hand: `TRITON_INTERPRET=1 pytest tests/kernels/interpreted`.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("interpreted", deadline=None, max_examples=12, derandomize=bool(os.environ.get("CI")))
settings.load_profile("interpreted")

collect_ignore_glob = [] if os.environ.get("TRITON_INTERPRET") == "1" else ["test_*.py"]
