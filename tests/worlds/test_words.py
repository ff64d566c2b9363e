"""The tables of words: complete, and of one mind."""

from __future__ import annotations

from collections import Counter, defaultdict

from reverie.worlds.associations import ASSOCIATIONS
from reverie.worlds.lexicon import GENERAL, NAMED, _senses, lexicon, stem, stems, tokens
from reverie.worlds.moods import MOODS
from reverie.worlds.suits import SUITS
from reverie.worlds.words import COMPOUNDS, KNOWN, NOUNS
from reverie.worlds.world import TABLES, Family


def test_every_value_has_words() -> None:
    assert set(NOUNS) == set(KNOWN) == set(SUITS) == set(Family)
    assert all(len(nouns) >= 10 for nouns in NOUNS.values())
    for field, values in MOODS.items():
        assert set(values) == set(TABLES[field])
        assert all(forms.adjectives and forms.clauses and forms.names for forms in values.values())


def test_meanings_and_suits_name_values_that_exist() -> None:
    for meaning in (*COMPOUNDS.values(), *ASSOCIATIONS.values()):
        assert all(TABLES[field](value) for field, value in meaning.items())
    for suits in SUITS.values():
        assert all(TABLES[field](value) for field, values in suits.items() for value in values)


def test_no_phrase_means_two_things() -> None:
    heard = defaultdict(set)
    for phrase, sense in _senses():
        if sense.rank in (NAMED, GENERAL):
            heard[stems(phrase)].add(tuple(sorted(sense.meaning.items())))
    assert {phrase: meanings for phrase, meanings in heard.items() if len(meanings) > 1} == {}


def test_associations_never_stand_in_the_way_of_a_name() -> None:
    named = {stems(phrase) for phrase, sense in _senses() if sense.rank == NAMED}
    assert {phrase for phrase in ASSOCIATIONS if stems(phrase) in named} == set()


def test_no_association_is_made_twice() -> None:
    counted = Counter(stems(phrase) for phrase in ASSOCIATIONS)
    assert [phrase for phrase, count in counted.items() if count > 1] == []


def test_words_fold_to_one_form() -> None:
    assert stem("galaxies") == "galaxy"
    assert stem("beaches") == "beach"
    assert stem("colors") == stem("colour")
    assert stem("glass") == "glass"
    assert tokens("Low-poly, don't  STOP") == ["low", "poly", ",", "do", "not", "stop"]


def test_the_lexicon_is_rich() -> None:
    assert len(lexicon().words) >= 1000
    assert lexicon().longest <= 8
