"""Which way kernels are computed, and that it can be seen."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from reverie.kernels.choosing import KERNELS, chosen, hindered, told

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", list(KERNELS))
def test_on_the_processor_every_kernel_is_its_reference_and_says_why(name: str) -> None:
    choice = chosen(name, "cpu")
    assert choice.run is getattr(import_module(f"reverie.kernels.{KERNELS[name]}"), name)
    assert choice.by == "torch"
    assert choice.why == ("there is no graphics card for it" if find_spec("triton") else "Triton is not installed")
    assert told("cpu", (name,)) == {name: f"torch: {choice.why}"}


@pytest.mark.parametrize("name", list(KERNELS))
def test_what_a_kernel_is_tried_with_is_something_it_can_do(name: str) -> None:
    plain = import_module(f"reverie.kernels.{KERNELS[name]}")
    one, again = (chosen(name, "cpu").run(*plain.EXAMPLES[name]("cpu")) for _ in range(2))
    for first, second in zip(*(each if isinstance(each, tuple) else (each,) for each in (one, again)), strict=True):
        assert torch.equal(first, second)
        assert first.numel()


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is there for Linux on x86-64 only")
def test_nothing_hinders_on_a_graphics_card_but_the_users_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hindered("cuda:0") == ""
    monkeypatch.setenv("REVERIE_KERNELS", "plain")
    assert hindered("cuda:0") == "REVERIE_KERNELS asks for it"


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is there for Linux on x86-64 only")
@pytest.mark.parametrize(
    ("device", "why"),
    [("cuda:0", "it failed here: "), ("cpu", "there is no graphics card for it")],
)
def test_a_card_that_does_not_answer_is_a_reason_and_no_error(device: str, why: str) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    choice = chosen("to_planes", device)
    assert choice.by == "torch"
    assert choice.why.startswith(why)


def test_triton_is_not_imported_where_it_is_not_used() -> None:
    script = (
        "from reverie.kernels.choosing import KERNELS, chosen\nimport sys\n"
        "[chosen(name, 'cpu') for name in KERNELS]\nprint('triton' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT / "src", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


TRIED = """
import reverie.kernels.on_triton.converting as by_hand
from reverie.kernels.choosing import chosen
print(chosen("to_planes", "cpu").by)
right = by_hand.to_pictures
by_hand.to_pictures = lambda planes: (255 - right(planes)[0], right(planes)[1])
print(chosen("to_pictures", "cpu").why)
"""


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is there for Linux on x86-64 only")
def test_a_kernel_that_gives_another_answer_than_its_reference_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    done = subprocess.run([sys.executable, "-c", TRIED], cwd=ROOT / "src", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["triton", "it gave another answer than the reference here"]
