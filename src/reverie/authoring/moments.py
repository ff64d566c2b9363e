"""Wishes at a moment, as a person types them: `6s: an underwater city`."""

from __future__ import annotations

import re

from reverie.core.errors import InputError

_WRITTEN = re.compile(
    r"""\s*(?:
        (?P<clock>\d{1,5}):(?P<past>[0-5]?\d(?:\.\d{1,6})?)                              # 1:30
      | (?:(?P<minutes>\d{1,5})\s*m(?:in)?\s*)?(?P<seconds>\d{1,6}(?:\.\d{1,6})?)\s*s?   # 90 · 6s · 1m30s
      | (?P<whole>\d{1,5})\s*m(?:in)?                                                    # 2m
    )\s*:(?!\d)(?P<prompt>.*)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def parse_moment(text: str) -> tuple[float, str]:
    """Turn `6s: words`, `90: words`, `1m30s: words`, `2m: words` or `1:30: words` into seconds and the words.

    Seconds may have up to six decimals, and count from the film's start. Raises InputError where it is none of these,
    has no words, or where a digit follows the colon at once, which could be read as a clock.
    """
    match = _WRITTEN.fullmatch(text)
    prompt = match["prompt"].strip() if match else ""
    if match is None or not prompt:
        raise InputError(
            "at", text, "cannot be read: write a moment, a colon and a prompt, as in '6s: a city at night'."
        )
    minutes = int(match["clock"] or match["minutes"] or match["whole"] or 0)
    return 60 * minutes + float(match["past"] or match["seconds"] or 0), prompt
