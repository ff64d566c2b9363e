"""A frame is given with its last packet, whatever order its packets come in, and never in parts."""

from __future__ import annotations

import random
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from reverie.media.stream import LiveEncoder
from reverie.server.ingest.prompt import GIVEN_UP_TICKS, LOST_TICKS, PromptBuffer, hasten, is_key


def packets(sizes: list[int], marked: bool = True, first: int = 65_530) -> list[RtpPacket]:
    """Return the packets of frames of so many each; the data says which it is."""
    made: list[RtpPacket] = []
    for frame, size in enumerate(sizes):
        for part in range(size):
            number = (first + len(made)) % 65_536
            packet = RtpPacket(sequence_number=number, timestamp=3000 * frame, marker=marked and part == size - 1)
            packet._data = bytes([frame, part])  # type: ignore[attr-defined]
            made.append(packet)
    return made


def whole(sizes: list[int]) -> list[bytes]:
    return [bytes(value for part in range(size) for value in (frame, part)) for frame, size in enumerate(sizes)]


def given_by(buffer: JitterBuffer, come: list[RtpPacket]) -> list[bytes]:
    return [frame.data for packet in come for _, frame in [buffer.add(packet)] if frame is not None]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_every_frame_comes_with_its_last_packet(sizes: list[int]) -> None:
    buffer, come = PromptBuffer(), packets(sizes)
    ends = [buffer.add(packet)[1] is not None for packet in come]
    assert ends == [bool(packet.marker) for packet in come]
    assert given_by(PromptBuffer(), come) == whole(sizes)
    assert given_by(JitterBuffer(512, is_video=True), come) == whole(sizes)[:-1]


@given(st.lists(st.integers(2, 6), min_size=4, max_size=20), st.integers(0, 1000))
def test_packets_that_overtake_each_other_make_the_same_frames(sizes: list[int], seed: int) -> None:
    come = packets(sizes)
    head, rest = come[: sizes[0]], come[sizes[0] :]
    mixed = [rest[at : at + 3] for at in range(0, len(rest), 3)]
    for few in mixed:
        random.Random(seed).shuffle(few)
    found = given_by(PromptBuffer(), [*head, *(packet for few in mixed for packet in few)])
    assert found == whole(sizes)[: len(found)]
    assert len(found) >= len(sizes) - 2


@given(st.lists(st.integers(1, 5), min_size=2, max_size=12), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_empty_packets_between_frames_and_packets_that_come_twice_change_nothing(
    sizes: list[int], empties: list[int]
) -> None:
    come: list[RtpPacket] = []
    for number, packet in enumerate(packets(sizes)):
        come.append(packet)
        filled = empties[number % len(empties)] if packet.marker else 0
        come += [RtpPacket(timestamp=packet.timestamp, marker=0) for _ in range(filled)]
    for number, packet in enumerate(come):
        packet.sequence_number = (65_530 + number) % 65_536
        packet._data = getattr(packet, "_data", b"")  # type: ignore[attr-defined]
    buffer = PromptBuffer()
    assert given_by(buffer, [packet for one in come for packet in (one, one)]) == whole(sizes)
    assert buffer.trusting


def test_who_marks_nothing_or_everything_is_read_as_before() -> None:
    plain = packets([3, 2, 4, 1], marked=False)
    assert given_by(PromptBuffer(), plain) == whole([3, 2, 4, 1])[:-1]
    wrong = packets([3, 3, 3, 3])
    for packet in wrong:
        packet.marker = 1
    buffer = PromptBuffer()
    assert given_by(buffer, wrong)[-2:] == whole([3, 3, 3, 3])[1:3]
    assert not buffer.trusting


def coded(codec: str, keys: tuple[int, ...], count: int = 30) -> list[bytes]:
    """Encode noise, whole pictures where `keys` says so."""
    encoder, dice = LiveEncoder(codec, 64, 64, 30, 500_000), np.random.default_rng(1)
    pictures = [dice.integers(0, 256, (64, 64, 3), np.uint8) for _ in range(count)]
    return [bytes(encoder.encode(one, 3000 * at, key=at in keys).packet) for at, one in enumerate(pictures)]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_after_a_loss_a_whole_picture_is_asked_for_until_it_comes_and_begun_with(codec: str) -> None:
    frames = coded(codec, (0, 40), 60)
    assert [is_key(frame) for frame in frames] == [number in (0, 40) for number in range(60)]
    come = packets([2] * 60)
    for number, packet in enumerate(come):
        half = len(frames[number // 2]) // 2
        packet._data = frames[number // 2][:half] if number % 2 == 0 else frames[number // 2][half:]  # type: ignore[attr-defined]
    buffer, given, asked = PromptBuffer(), list[int](), list[int]()
    for number, packet in enumerate(come):
        if number == 9:
            continue
        asks, frame = buffer.add(packet)
        asked += [number // 2] if asks else []
        given += [] if frame is None else [frames.index(frame.data)]
    assert given == [*range(4), *range(40, 60)]
    assert [after - before for before, after in pairwise(asked)] == [LOST_TICKS // 3000] * (len(asked) - 1)
    assert asked[0] == 5 + LOST_TICKS // 3000
    assert len(asked) > 1


def test_whoever_makes_no_whole_pictures_is_seen_all_the_same() -> None:
    come, buffer = packets([1] * 200), PromptBuffer()
    buffer.begin_again()
    found = given_by(buffer, come)
    assert found == whole([1] * 200)[-len(found) :]
    assert 0 < 200 - len(found) <= GIVEN_UP_TICKS // 3000 + 2


def test_a_stream_that_paused_has_lost_nothing() -> None:
    come = packets([3] * 6)
    for packet in come[9:]:
        packet.timestamp += 10 * LOST_TICKS
    assert given_by(PromptBuffer(), come) == whole([3] * 6)


def test_aiortc_puts_frames_together_where_we_put_another_way_of_it() -> None:
    receiver = RTCRtpReceiver("video", SimpleNamespace(_stats_id="x", state="new"))  # type: ignore[arg-type]
    assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, JitterBuffer)  # type: ignore[attr-defined]
    hasten(receiver)
    assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, PromptBuffer)  # type: ignore[attr-defined]
    hasten(object())
