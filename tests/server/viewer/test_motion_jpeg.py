from __future__ import annotations

import io
from threading import Event

from hypothesis import given
from hypothesis import strategies as st

from reverie.server.viewer.motion_jpeg import parts


def written(bodies: list[bytes]) -> bytes:
    heads = [b"Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Frame: 3\r\n\r\n" % len(body) for body in bodies]
    return b"--frame\r\n" + b"".join(head + body + b"\r\n--frame\r\n" for head, body in zip(heads, bodies, strict=True))


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=5))
def test_every_part_comes_out_as_it_went_in(bodies: list[bytes]) -> None:
    assert list(parts(io.BytesIO(written(bodies)), Event())) == bodies


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=3), st.data())
def test_a_stream_that_breaks_off_gives_whole_parts_only(bodies: list[bytes], data: st.DataObject) -> None:
    whole = written(bodies)
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    found = list(parts(io.BytesIO(cut), Event()))
    assert found == bodies[: len(found)]


def test_it_ends_when_it_is_told_to() -> None:
    over = Event()
    over.set()
    assert list(parts(io.BytesIO(written([b"a"])), over)) == []
