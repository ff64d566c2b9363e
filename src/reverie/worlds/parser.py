"""From words to a world: what a prompt names, what it keeps out, and what it leaves to chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from reverie.worlds.denial import Denial
from reverie.worlds.lexicon import ASSOCIATED, Lexicon, Sense, lexicon, stem, tokens
from reverie.worlds.suits import complete
from reverie.worlds.words import Meaning
from reverie.worlds.world import World

Avoided = Mapping[str, frozenset[str]]
"""Values to keep out, by field of a world."""

_NEARNESS, _CERTAINTY, _SWAPPED, _LONG, _ROOT, _PATIENCE = 0.72, 0.87, 0.8, 6, 2, 12
_ENDINGS = ("ish", "like", "y", "ed", "ing", "ous", "ic", "al", "en", "er", "ly", "scape", "land", "side")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word without meaning here, and the nearest words that have one."""

    word: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the prompt with a meaning: where it stands, how long it is (words), and whether it is denied."""

    sense: Sense
    text: str
    start: int
    length: int
    denied: bool = False

    @property
    def weight(self) -> tuple[int, int, int]:
        """What decides between two mentions of the same kind: the smallest wins."""
        return self.sense.rank, -self.length, self.start


@dataclass(frozen=True)
class Reading:
    """What was understood.

    `said` has the fields of a world that the prompt names, `associated` those it only brings to mind with the words
    that did, `avoided` what is kept out, `unknown` the words without meaning, `taken` those read as if spelt right.
    """

    world: World
    said: Meaning = field(default_factory=dict)
    associated: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    avoided: Avoided = field(default_factory=dict)
    unknown: tuple[Unknown, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()

    @property
    def hints(self) -> tuple[str, ...]:
        """What a person should be told of: words not known, a misspelling read as a word, a scene that was guessed."""
        notes = [f'"{word}" was read as "{meant}".' for word, meant in self.taken]
        notes += [_unknown_note(unknown) for unknown in self.unknown]
        if "family" in self.associated:
            family, words = self.associated["family"]
            notes.append(f'"{words}" is not a scene of its own: the nearest is {_spoken(family)}.')
        elif "family" not in self.said:
            notes.append(f"No scene is named: the seed drew {_spoken(self.world.family)}.")
        return tuple(notes)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _unknown_note(unknown: Unknown) -> str:
    nearest = " or ".join(f'"{word}"' for word in unknown.nearest)
    return f'"{unknown.word}" is not a word that worlds know' + (f"; the nearest is {nearest}." if nearest else ".")


def _mentions(words: list[str], table: Lexicon) -> tuple[list[Mention], list[str]]:
    folded = tuple(stem(word) for word in words)
    found: list[Mention] = []
    strangers: list[str] = []
    denial, place = Denial(), 0
    while place < len(words):
        match = table.longest_match(folded, place)
        if match is None:
            if table.familiar(words[place]):
                denial.word(words[place])
            else:
                denial.stranger()
                strangers.append(words[place])
            place += 1
            continue
        sense, length = match
        denied = denial.phrase(words[place], frozenset(sense.meaning), place, length)
        denied = denied or words[place + length : place + length + 1] == ["free"]
        found.append(Mention(sense, " ".join(words[place : place + length]), place, length, denied))
        place += length
    return found, strangers


def _respelt(words: list[str], table: Lexicon) -> tuple[list[str], dict[str, str]]:
    """Put the word that was surely meant where a long one is misspelt, or an ending hides a known one."""
    taken: dict[str, str] = {}
    strange = [word for word in dict.fromkeys(words) if not table.familiar(word)]
    for word in strange[:_PATIENCE]:
        if meant := _meant(word, table):
            taken[word] = meant
    return [taken.get(word, word) for word in words], taken


def _meant(word: str, table: Lexicon) -> str | None:
    for ending in _ENDINGS:
        root = word.removesuffix(ending)
        for candidate in (root, root + "e", root[:-1]) if root != word and len(root) > _ROOT else ():
            if (stem(candidate),) in table.senses:
                return candidate
    if len(word) < _LONG:
        return None
    swapped = [near for near in get_close_matches(word, table.words, 3, _SWAPPED) if sorted(near) == sorted(word)]
    return next(iter(swapped or get_close_matches(word, table.words, 1, _CERTAINTY)), None)


def _chosen(mentions: list[Mention]) -> dict[str, Mention]:
    chosen: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda mention: mention.weight):
        for name in mention.sense.meaning:
            chosen.setdefault(name, mention)
    return chosen


def _gathered(mentions: list[Mention]) -> dict[str, frozenset[str]]:
    gathered: dict[str, frozenset[str]] = {}
    for mention in mentions:
        for name, value in mention.sense.meaning.items():
            gathered[name] = gathered.get(name, frozenset()) | {value}
    return gathered


def avoided_by(negative_prompt: str) -> dict[str, frozenset[str]]:
    """Return what a negative prompt keeps out: everything it names, "no fog" there meaning no fog as well."""
    words, _ = _respelt(tokens(negative_prompt), lexicon())
    return _gathered([mention for mention in _mentions(words, lexicon())[0] if mention.sense.rank != ASSOCIATED])


@lru_cache(maxsize=256)
def parse(prompt: str, seed: int, negative_prompt: str = "") -> Reading:
    """Read a prompt as a world: longest phrases first, and what is not said is drawn by the seed to suit the family.

    What the prompt asks for wins over what the same prompt or `negative_prompt` keeps out. Any text gives a world; what
    was not understood is in the reading. Equal arguments give equal readings.
    """
    table = lexicon()
    words, taken = _respelt(tokens(prompt), table)
    mentions, strangers = _mentions(words, table)
    asked = _chosen([mention for mention in mentions if not mention.denied])
    avoided = _gathered([mention for mention in mentions if mention.denied])
    for name, values in avoided_by(negative_prompt).items():
        avoided[name] = avoided.get(name, frozenset()) | values
    known = {name: mention.sense.meaning[name] for name, mention in asked.items()}
    associated = {
        name: (known[name], mention.text) for name, mention in asked.items() if mention.sense.rank == ASSOCIATED
    }
    associated = {name: pair for name, pair in associated.items() if pair[0] not in avoided.get(name, ())}
    said = {name: value for name, value in known.items() if asked[name].sense.rank != ASSOCIATED}
    leanings = {name: pair[0] for name, pair in associated.items()}
    world = World(**complete({**leanings, **said}, avoided, seed), seed=seed)  # type: ignore[arg-type]
    return Reading(world, said, associated, avoided, _unknown(strangers, table), _misspelt(taken))


def _unknown(strangers: list[str], table: Lexicon) -> tuple[Unknown, ...]:
    distinct = tuple(dict.fromkeys(strangers))
    near = [tuple(get_close_matches(word, table.words, 2, _NEARNESS)) for word in distinct[:_PATIENCE]]
    near += [()] * (len(distinct) - len(near))
    return tuple(Unknown(word, nearest) for word, nearest in zip(distinct, near, strict=True))


def _misspelt(taken: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, meant) for word, meant in taken.items() if not word.startswith(meant[:-1]))
