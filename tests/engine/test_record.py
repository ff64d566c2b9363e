from __future__ import annotations

from fractions import Fraction

from reverie.core.frame import Frame, Origin
from reverie.core.report import Event, VitalSigns
from reverie.engine.record import MOST_EVENTS, MOST_VITALS, Kind, Record
from tests.engine.pictures import plain


def test_events_are_kept_by_kind_with_their_moment() -> None:
    record = Record()
    record.note(Kind.SPARK, 3, Fraction(3, 10), "dark")
    assert record.events(Kind.SPARK) == (Event(3, 0.3, "dark"),)
    assert record.events(Kind.REROLL) == ()


def test_a_generation_may_tell_its_hints_once_or_again_and_again() -> None:
    record, hint = Record(), Event(0, 0.0, "unknown word")
    record.hints([hint])
    record.hints([hint, Event(5, 0.5, "another")])
    record.hints([])
    assert [event.reason for event in record.events(Kind.HINT)] == ["unknown word", "another"]


def test_delivered_frames_are_counted_by_origin() -> None:
    record = Record()
    for origin in (Origin.PAINTED, Origin.PAINTED, Origin.HELD):
        record.delivered(Frame(plain(0), Fraction(0), 0, origin=origin))
    assert record.frames == {"painted": 2, "held": 1}


def test_an_endless_run_stays_small() -> None:
    record = Record()
    signs = VitalSigns(0.0, 0.5, 0.3, 0.01, 0.2, 0.02, 0.6)
    for _ in range(MOST_VITALS + 5):
        record.felt(signs)
    for number in range(MOST_EVENTS + 5):
        record.note(Kind.REROLL, number, Fraction(0), "black")
    assert len(record.vitals) == MOST_VITALS
    assert record.events(Kind.REROLL)[0].frame == 5
