"""Arguments as they are typed."""

from __future__ import annotations

import pytest

from reverie.cli.parser import Parser, UsageError, number, whole
from reverie.core.errors import InputError


@pytest.fixture
def parser() -> Parser:
    parser = Parser("dream", "A film.", ("reverie dream words",))
    parser.add_argument("prompt")
    parser.add_argument("--zoom", type=number("zoom"))
    parser.add_argument("--seed", type=whole("seed"))
    parser.add_argument("--size")
    parser.add_argument("--at", action="append")
    parser.add_argument("-o", "--output")
    parser.add_argument("--overwrite", action="store_true")
    return parser


def test_values_that_begin_with_a_dash_belong_to_their_option(parser: Parser) -> None:
    given = parser.read(
        ["reef", "--size", "-5x5", "--zoom", "-1", "--at", "-3s: sky", "--at", "4s: sea", "--overwrite"]
    )
    assert (given.prompt, given.size, given.zoom, given.at, given.overwrite) == (
        "reef",
        "-5x5",
        -1.0,
        ["-3s: sky", "4s: sea"],
        True,
    )


def test_an_option_in_the_place_of_a_value_is_no_value(parser: Parser) -> None:
    with pytest.raises(UsageError, match=r"^reverie dream: --size: expected one argument: `reverie dream --help`"):
        parser.read(["reef", "--size", "--overwrite"])


def test_a_misspelt_option_is_answered_with_the_nearest(parser: Parser) -> None:
    with pytest.raises(UsageError, match=r"'--sed=3' is not known: use --seed\."):
        parser.read(["reef", "--sed=3"])


def test_options_are_never_guessed_from_their_beginning(parser: Parser) -> None:
    with pytest.raises(UsageError, match="'--zo' is not known: use --zoom"):
        parser.read(["reef", "--zo", "1.1"])


def test_a_second_prompt_is_refused(parser: Parser) -> None:
    with pytest.raises(UsageError, match="'words' is not known"):
        parser.read(["many", "words"])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--zoom", "fast"], r"^zoom: 'fast' is not a number"),
        (["--seed", "1.5"], r"^seed: '1.5' is not a whole number"),
        (["--seed", ""], r"^seed: '' is not a whole number"),
    ],
)
def test_values_of_the_wrong_kind_are_named(parser: Parser, arguments: list[str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parser.read(["reef", *arguments])


def test_a_missing_prompt_is_one_sentence(parser: Parser) -> None:
    with pytest.raises(UsageError, match=r"required: prompt: `reverie dream --help` shows") as caught:
        parser.read([])
    assert "\n" not in str(caught.value)
