"""From letters to known phrases: folding of spelling and number, and the table of every phrase with a meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from reverie.worlds.associations import ASSOCIATIONS
from reverie.worlds.filler import BREAKS, STOP
from reverie.worlds.moods import GENERIC, MOODS
from reverie.worlds.words import COMPOUNDS, KNOWN, NOUNS, Meaning

NAMED, GENERAL, ASSOCIATED = 0, 1, 2
"""How much a phrase counts: a plain name, a vague one, and one that only brings something to mind."""

_TOKEN = re.compile(r"\w+|[,.;:!?()|/]")
_SPELLINGS = (("color", "colour"), ("gray", "grey"), ("harbor", "harbour"), ("vapor", "vapour"))
_KEPT = re.compile(r"(ss|us|is|vas|mos|'s)$")
_SINGULARS = (
    (re.compile(r"(?<=\w\w)ies$"), "y"),
    (re.compile(r"(?<=[sxz])es$|(?<=[cs]h)es$"), ""),
    (re.compile(r"(?<=\w\w)s$"), ""),
)
_ARTICLE = re.compile(r"^(a|an|the) ")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase means, and how much it counts."""

    meaning: Meaning
    rank: int = NAMED


def tokens(text: str) -> list[str]:
    """Split a text into lower-case words and single marks; a hyphen separates, "n't" becomes "not"."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return _TOKEN.findall(re.sub(r"n't\b", " not", folded).replace("'s ", " ").replace("_", " "))


@cache
def stem(word: str) -> str:
    """Fold a word's spelling (British) and number (singular)."""
    for old, new in _SPELLINGS:
        word = word.replace(old, new)
    if _KEPT.search(word):
        return word
    for ending, instead in _SINGULARS:
        if ending.search(word):
            return ending.sub(instead, word)
    return word


def stems(text: str) -> tuple[str, ...]:
    """Fold every word of a phrase."""
    return tuple(stem(token) for token in tokens(text))


def _senses() -> Iterator[tuple[str, Sense]]:
    for associated, meaning in ASSOCIATIONS.items():
        yield associated, Sense(meaning, ASSOCIATED)
    for table in (KNOWN, NOUNS):
        for family, phrases in table.items():
            yield from ((phrase, Sense({"family": family})) for phrase in phrases)
    for field, values in MOODS.items():
        for value, forms in values.items():
            for phrase in forms.phrases:
                yield phrase, Sense({field: value}, GENERAL if phrase in GENERIC else NAMED)
    for compound, meaning in COMPOUNDS.items():
        yield compound, Sense(meaning)


def _without_articles(phrase: str) -> Iterable[str]:
    bare = _ARTICLE.sub("", phrase)
    return {phrase, bare, bare.removesuffix(" of")}


@dataclass(frozen=True)
class Lexicon:
    """Every phrase with a meaning, folded; `longest` is in words; `words` are those a hint may offer."""

    senses: MappingProxyType[tuple[str, ...], Sense]
    longest: int
    words: tuple[str, ...]
    folded: frozenset[str]

    def familiar(self, word: str) -> bool:
        """True for a word that is part of a known phrase, is passed over, or is a number or a mark."""
        return stem(word) in self.folded or word in BREAKS or not word.isalpha()

    def longest_match(self, folded: tuple[str, ...], start: int) -> tuple[Sense, int] | None:
        """Return the sense of the longest known phrase that begins at `start`, and its length in words."""
        for length in range(min(self.longest, len(folded) - start), 0, -1):
            if sense := self.senses.get(folded[start : start + length]):
                return sense, length
        return None


@cache
def lexicon() -> Lexicon:
    """Build the table once."""
    senses: dict[tuple[str, ...], Sense] = {}
    words: set[str] = set()
    for phrase, sense in _senses():
        for variant in _without_articles(phrase):
            senses[stems(variant)] = sense
        words |= {token for token in tokens(phrase) if token not in STOP}
    folded = frozenset(stem(word) for word in (*words, *STOP))
    return Lexicon(MappingProxyType(senses), max(map(len, senses)), tuple(sorted(words)), folded)
