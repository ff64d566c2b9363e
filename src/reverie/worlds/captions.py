"""From a world to words: captions drawn from a grammar, so that one picture is called many things.

Every caption reads back: what it says of the world is what the parser finds in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from reverie.worlds.filler import DECORATIONS, FLOURISHES
from reverie.worlds.lexicon import stem, stems, tokens
from reverie.worlds.moods import MOODS, Forms
from reverie.worlds.parser import parse
from reverie.worlds.words import COMPOUNDS, NEUTRAL, NOUNS
from reverie.worlds.world import TABLES, World

_MENTIONED: dict[str, float] = {"time": 0.5, "weather": 0.42, "palette": 0.55, "style": 0.5}
_QUIETER: dict[str, float] = {"clear": 0.4, "painting": 0.45}
_SCENELESS, _COMPOUND, _DENYING, _DECORATED, _FLOURISHED, _CAPITAL = 0.03, 0.25, 0.06, 0.16, 0.07, 0.06
_TRIES = 6
_VOWELS = "aeiou"
_LIKE_YOU = ("uni", "eu", "one")


T = TypeVar("T")


class Dice(Protocol):
    """A source of chance: `random.Random` and numpy's `Generator` alike."""

    def random(self) -> float:
        """Return a number in [0, 1)."""
        ...


@dataclass(frozen=True)
class Caption:
    """A text, what it says of the world (by field), and what it says is absent."""

    text: str
    said: dict[str, str]
    denied: dict[str, str] = field(default_factory=dict)


@dataclass
class _Draft:
    noun: str
    adjectives: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    opener: str = ""
    front: str = ""


def _pick(rng: Dice, choices: Sequence[T]) -> T:
    return choices[min(int(rng.random() * len(choices)), len(choices) - 1)]


def _chance(rng: Dice, share: float) -> bool:
    return rng.random() < share


def _subset(world: World, rng: Dice) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, share in _MENTIONED.items():
        value = str(getattr(world, name))
        if _chance(rng, share * _QUIETER.get(value, 1.0)):
            said[name] = value
    if not (_chance(rng, _SCENELESS) and len(said) > 1):
        said["family"] = str(world.family)
    return said


def _noun(world: World, said: dict[str, str], rng: Dice) -> str:
    if "family" not in said:
        return _pick(rng, NEUTRAL)
    fitting = [
        phrase
        for phrase, meaning in COMPOUNDS.items()
        if meaning.get("family") == world.family
        and all(getattr(world, name) == value for name, value in meaning.items())
    ]
    if fitting and _chance(rng, _COMPOUND):
        phrase = _pick(rng, fitting)
        said.update(COMPOUNDS[phrase])
        return phrase
    return _pick(rng, NOUNS[world.family])


def _forms(name: str, value: str) -> Forms:
    return MOODS[name][TABLES[name](value)]


def _shuffled(names: list[str], rng: Dice) -> list[str]:
    return [name for _, name in sorted((rng.random(), name) for name in names)]


def _drafted(world: World, said: dict[str, str], rng: Dice) -> _Draft:
    draft = _Draft(_noun(world, said, rng))
    told = stems(draft.noun)
    covered = next((meaning for phrase, meaning in COMPOUNDS.items() if stems(phrase) == told), {})
    for name in _shuffled([name for name in MOODS if name in said and name not in covered], rng):
        _place(draft, name, _forms(name, said[name]), rng)
    if _chance(rng, _DECORATED):
        draft.adjectives.insert(0, _pick(rng, DECORATIONS))
    if _chance(rng, _FLOURISHED):
        draft.clauses.append(_pick(rng, FLOURISHES))
    return draft


def _place(draft: _Draft, name: str, forms: Forms, rng: Dice) -> None:
    if forms.openers and not draft.opener and _chance(rng, 0.55):
        draft.opener = _pick(rng, forms.openers)
    elif name == "time" and not draft.front and _chance(rng, 0.12):
        draft.front = _pick(rng, forms.clauses)
    elif len(draft.adjectives) < 2 and _chance(rng, 0.45):
        draft.adjectives.append(_pick(rng, forms.adjectives))
    else:
        draft.clauses.append(_pick(rng, forms.clauses))


def _with_article(adjectives: list[str], noun: str, rng: Dice) -> str:
    article, _, bare = noun.partition(" ")
    if article not in ("a", "an", "the"):
        return " ".join([*adjectives, noun])
    described = " ".join([*adjectives, bare])
    if article == "the" or _chance(rng, 0.2):
        return f"the {described}" if _chance(rng, 0.6) else described
    return f"{_indefinite(described)} {described}"


def _indefinite(described: str) -> str:
    return "an" if described[0] in _VOWELS and not described.startswith(_LIKE_YOU) else "a"


def _phrase(draft: _Draft, rng: Dice) -> str:
    subject = _with_article(draft.adjectives, draft.noun, rng)
    text = f"{draft.opener} {subject}" if draft.opener else subject
    for clause in draft.clauses:
        text += (", " if _chance(rng, 0.35) else " ") + clause
    return f"{draft.front}, {text}" if draft.front else text


def _listed(world: World, said: dict[str, str], rng: Dice) -> str:
    names = [_pick(rng, _forms(name, said[name]).names) for name in _shuffled([n for n in MOODS if n in said], rng)]
    noun = _pick(rng, NOUNS[world.family] if "family" in said else NEUTRAL).removeprefix("a ").removeprefix("an ")
    parts = [noun, *names] if _chance(rng, 0.75) else [*names, noun]
    return ", ".join(parts)


def _sentence(world: World, said: dict[str, str], rng: Dice) -> str:
    return _phrase(_drafted(world, said, rng), rng)


_LAYOUTS: tuple[Callable[[World, dict[str, str], Dice], str], ...] = (
    _sentence,
    _sentence,
    _sentence,
    _sentence,
    _listed,
)
_DENIALS: tuple[str, ...] = (" without {}", ", no {}", " with no {}", ", without any {}", " but no {}", ", not {}")


def _denial(world: World, rng: Dice) -> tuple[str, dict[str, str]]:
    name = _pick(rng, ("weather", "weather", "weather", "palette", "style"))
    absent = [value for value in MOODS[name] if value not in (getattr(world, name), "clear", "painting")]
    value = _pick(rng, absent)
    return _pick(rng, _DENIALS).format(_pick(rng, MOODS[name][value].names)), {name: str(value)}


def _attempt(world: World, rng: Dice) -> Caption:
    said = _subset(world, rng)
    text = _pick(rng, _LAYOUTS)(world, said, rng)
    denied: dict[str, str] = {}
    if _chance(rng, _DENYING):
        tail, denied = _denial(world, rng)
        text += tail
    return Caption(text[:1].upper() + text[1:] if _chance(rng, _CAPITAL) else text, said, denied)


def _reads_back(caption: Caption) -> bool:
    reading = parse.__wrapped__(caption.text, 0)
    denied = {name: frozenset({value}) for name, value in caption.denied.items()}
    return reading.said == caption.said and reading.avoided == denied and not reading.unknown


def compose(world: World, rng: Dice) -> Caption:
    """Write a caption of `world`, and say what it says; the same dice give the same caption."""
    for _ in range(_TRIES):
        caption = _attempt(world, rng)
        if _reads_back(caption):
            return caption
    return Caption(NOUNS[world.family][0], {"family": str(world.family)})


def caption(world: World, rng: Dice) -> str:
    """Write a caption of `world`: mostly lower case, under 30 words; the same dice give the same caption."""
    return compose(world, rng).text


def vocabulary() -> tuple[str, ...]:
    """Return every word that captions can write, and the singular or British form of each, sorted."""
    said = [phrase for phrases in (*NOUNS.values(), NEUTRAL, COMPOUNDS, DECORATIONS, FLOURISHES) for phrase in phrases]
    for values in MOODS.values():
        for forms in values.values():
            said += [*forms.adjectives, *forms.clauses, *forms.names, *forms.openers]
    words = {token for phrase in (*said, *_DENIALS) for token in tokens(phrase) if token.isalpha()}
    return tuple(sorted(words | {stem(word) for word in words}))
