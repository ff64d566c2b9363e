"""Progress as lines."""

from __future__ import annotations

from io import StringIO

from reverie.cli.progress import EVERY, Bar, Lines, shown_progress
from reverie.execution.local import DREAMING


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_say_each_phase_once_and_painting_every_few_seconds() -> None:
    now = [0.0]
    out = StringIO()
    tick = Lines(frames=100, stream=out, clock=lambda: now[0])
    tick("loading", 0.0)
    tick("loading", 0.5)
    for done in range(0, 101, 10):
        tick(DREAMING, done / 100)
        tick("a step of the model", 0.5)
        now[0] += EVERY / 2
    lines = out.getvalue().splitlines()
    assert lines[:2] == ["loading", DREAMING]
    assert lines[2] == f"{DREAMING}  20% · 4.0 frames/s · 0:20 left"
    assert len(lines) == 2 + 5


def test_lines_survive_a_film_without_an_end() -> None:
    now = [0.0]
    out = StringIO()
    tick = Lines(frames=0, stream=out, clock=lambda: now[0])
    tick(DREAMING, 0.0)
    now[0] = EVERY
    tick(DREAMING, 0.0)
    assert "0:00 left" in out.getvalue()


def test_a_terminal_gets_a_bar_and_anything_else_lines() -> None:
    with shown_progress(10, StringIO()) as tick:
        assert isinstance(tick, Lines)
    out = Terminal()
    with shown_progress(10, out) as tick:
        assert isinstance(tick, Bar)
        tick("loading", 0.5)
        for frame in range(11):
            tick(DREAMING, frame / 10)
            tick("a step of the model", 0.5)
    assert DREAMING in out.getvalue()
    assert "a step" not in out.getvalue()
