"""One shape for every refusal, that can always be sent."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reverie.core.errors import InputError, MachineError, ReverieError
from reverie.jobs.database import StoreFault
from reverie.server.faults import LONGEST_VALUE, Conflict, NotFound, fault_of, shown, speakable, status_of
from tests.server.house import JSON, begin, served

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(anything)
def test_any_value_can_be_sent_back_and_is_short(value: object) -> None:
    text = json.dumps(shown(value), allow_nan=False)
    text.encode("utf-8")
    assert len(json.loads(text) if isinstance(json.loads(text), str) else text) <= LONGEST_VALUE


@given(st.text(st.characters()))
def test_what_can_be_said_stays_as_it_is(text: str) -> None:
    assert speakable(text) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("id", "x", "is no job here."), 404),
        (Conflict("It has ended."), 409),
        (InputError("prompt", "", "is empty."), 422),
        (StoreFault("It is locked."), 503),
        (MachineError("No space."), 503),
        (ReverieError("Anything."), 503),
        (ValueError("odd"), 500),
    ],
)
def test_what_is_answered(error: Exception, status: int) -> None:
    assert status_of(error) == status


def test_a_fault_names_field_and_value() -> None:
    fault = fault_of(InputError("strength", math.nan, "is not a number."))
    assert (fault.field, fault.value, fault.message) == ("strength", "nan", "strength: nan is not a number.")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 422, "body"),
        (b"[]", 422, "body"),
        (b"{", 400, "body"),
        (b'{"strength": NaN}', 422, "strength"),
        (b'{"strength": Infinity}', 422, "strength"),
        (b'{"prompt": "\\ud800"}', 422, "prompt"),
        (b'{"sprk": true}', 422, "sprk"),
        (b'{"motion": {"zoom": 0}}', 422, "motion.zoom"),
        (b"[" * 100_000, 400, None),
        (b"\xff\xfe", 400, None),
    ],
)
def test_bad_bodies_are_refused_in_words(tmp_path: Path, body: bytes, status: int, field: str | None) -> None:
    with served(tmp_path) as client:
        job = begin(client)
        answer = client.post(f"/api/jobs/{job}/keyframes", content=body, headers=JSON)
        told = answer.json()
        assert (answer.status_code, set(told)) == (status, {"message", "field", "value"})
        assert told["message"].endswith(".")
        assert field is None or told["field"] == field
        assert len(client.get(f"/api/jobs/{job}/spec").json()["scenes"][0]["keyframes"]) == 1


def test_an_error_of_ours_shows_no_traceback(tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret detail of the inside")

    with served(tmp_path, perform=broken, raise_server_exceptions=False) as client:
        from tests.jobs.performers import live_spec

        answer = client.post("/api/jobs", content=live_spec().model_dump_json(), headers=JSON)
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
        assert "ValueError" in answer.json()["message"]
