from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import InputError
from reverie.server.guard.tickets import Access, Keys, Pass

SECRET = b"k" * 32
KEYS = Keys.made(SECRET)
NOW = 1000.0

jobs = st.one_of(st.none(), st.from_regex(r"[a-z0-9-]{2,36}", fullmatch=True))


def test_the_token_steers_and_the_other_watches() -> None:
    assert KEYS.admit(KEYS.steer, NOW) == Pass(Access.STEER)
    assert KEYS.admit(KEYS.watch, NOW) == Pass(Access.WATCH)
    assert KEYS.steer != KEYS.watch


@pytest.mark.parametrize(
    "credential", ["", "x", "é", "\ud800", "a.b.c.d", "steer.-.9999999999.", KEYS.steer[:-1], KEYS.steer + " "]
)
def test_anything_else_lets_nobody_in(credential: str) -> None:
    assert KEYS.admit(credential, NOW) is None


@given(st.sampled_from([Access.PREVIEW, Access.WATCH]), jobs, st.integers(1001, 10**10))
def test_a_ticket_says_what_it_is_for(access: Access, job: str | None, expires: int) -> None:
    assert KEYS.admit(KEYS.ticket(access, job, expires), NOW) == Pass(access, job, expires)


@given(st.integers(0, 80), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_ticket_that_was_changed_anywhere_is_none(where: int, sign: str) -> None:
    ticket = KEYS.ticket(Access.PREVIEW, "dream-1", 2000)
    place = where % len(ticket)
    changed = ticket[:place] + sign + ticket[place + 1 :]
    assert (KEYS.admit(changed, NOW) is None) is (changed != ticket)


def test_a_ticket_ends_with_its_second() -> None:
    ticket = KEYS.ticket(Access.WATCH, None, 2000)
    assert KEYS.admit(ticket, 1999.9) is not None
    assert KEYS.admit(ticket, 2000.0) is None


def test_another_secret_or_another_token_is_another_studio() -> None:
    ticket = KEYS.ticket(Access.WATCH, None, 2000)
    for other in (Keys.made(b"o" * 32), Keys.made(SECRET, "a-token-of-my-own")):
        assert {other.steer, other.watch}.isdisjoint({KEYS.steer, KEYS.watch})
        assert other.admit(ticket, NOW) is None


def test_the_same_secret_makes_the_same_keys_after_a_restart() -> None:
    assert Keys.made(SECRET) == KEYS


@pytest.mark.parametrize(
    "token", ["", "short", "with space and more", "ümlaut-ümlaut-ümlaut", "semi;colon;semi;colon", "a" * 201]
)
def test_a_weak_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(InputError, match="16 to 200") as caught:
        Keys.made(SECRET, token)
    assert not token or token not in str(caught.value)


def test_keys_are_never_shown() -> None:
    assert KEYS.steer not in repr(KEYS)
    assert KEYS.watch not in repr(KEYS)


@pytest.mark.parametrize(
    ("held", "needs", "job", "opens"),
    [
        (Pass(Access.STEER), Access.STEER, None, True),
        (Pass(Access.WATCH), Access.STEER, None, False),
        (Pass(Access.WATCH), Access.PREVIEW, "a", True),
        (Pass(Access.PREVIEW, "a"), Access.PREVIEW, "a", True),
        (Pass(Access.PREVIEW, "a"), Access.PREVIEW, "b", False),
        (Pass(Access.PREVIEW, "a"), Access.WATCH, "a", False),
        (Pass(Access.PREVIEW), Access.PREVIEW, None, False),
        (Pass(Access.NONE), Access.PREVIEW, "a", False),
    ],
)
def test_who_passes_which_door(held: Pass, needs: Access, job: str | None, opens: bool) -> None:
    assert held.opens(needs, job) is opens
