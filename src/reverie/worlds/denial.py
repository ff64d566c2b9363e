"""How far a "no" or a "without" reaches."""

from __future__ import annotations

from enum import Enum, auto

from reverie.worlds.filler import BREAKS, JOINERS, NEGATORS, STOP, THINGS


class _Scope(Enum):
    NONE = auto()
    OPEN = auto()  # a "no" was heard and waits for what it denies
    NEAR = auto()  # it has what it denies, and reaches on only over what is joined to that


class Denial:
    """Heard word by word: the first phrase after a "no" is denied, and what an "or" joins to it or stands next to it.

    "and" carries a denial on to a phrase of the same kind ("without fog and rain"), a mark or a "but" ends it.
    """

    def __init__(self) -> None:
        """Begin with nothing denied."""
        self._scope = _Scope.NONE
        self._and = False
        self._end = -1
        self._fields: frozenset[str] = frozenset()

    def word(self, word: str) -> None:
        """Hear a word that has no meaning of its own."""
        near = self._scope is _Scope.NEAR
        if word in BREAKS:
            self._scope = _Scope.NONE
        elif word in THINGS:
            self.stranger()
        elif word in JOINERS:
            self._scope = _Scope.OPEN if near else self._scope
        elif word in NEGATORS:
            self._scope = _Scope.OPEN
        self._and = near and (self._and or word == "and")

    def stranger(self) -> None:
        """Hear an unknown thing, which takes the denial upon itself."""
        if self._scope is _Scope.OPEN:
            self._scope, self._fields, self._end = _Scope.NEAR, frozenset(), -1

    def phrase(self, first: str, fields: frozenset[str], start: int, length: int) -> bool:
        """Hear a phrase by its first word, what it speaks of and its place; True where it is denied."""
        beside = start == self._end and first not in STOP
        joined = self._and and fields == self._fields
        denied = self._scope is _Scope.OPEN or (self._scope is _Scope.NEAR and (beside or joined))
        self._scope = _Scope.NEAR if denied else _Scope.NONE
        self._fields, self._end, self._and = fields, start + length, False
        return denied
