from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import Cancelled, InputError, MachineError, NotFinite, ReverieError, shown


@pytest.mark.parametrize(("kind", "code"), [(MachineError, 1), (NotFinite, 1), (Cancelled, 130)])
def test_each_kind_ends_a_command_with_its_code(kind: type[ReverieError], code: int) -> None:
    assert kind("why").exit_code == code
    assert issubclass(kind, ReverieError)


def test_bad_input_names_field_value_and_fix() -> None:
    error = InputError("fps", 0, "is too few: use 1 or more.")
    assert str(error) == "fps: 0 is too few: use 1 or more."
    assert error.exit_code == 2


@given(st.text() | st.binary() | st.lists(st.text()), st.integers(2, 100))
def test_any_value_is_shown_in_one_short_printable_line(value: object, limit: int) -> None:
    line = shown(value, limit)
    assert len(line) <= limit
    assert line.isprintable()
