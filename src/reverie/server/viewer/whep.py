"""WebRTC as a client has it, by the WHEP standard: one offer, one answer, then pictures."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import numpy as np

from reverie.core.errors import MachineError
from reverie.core.frame import Image
from reverie.server.viewer.address import Address
from reverie.server.viewer.watch import PATIENCE, Pictures

_WAITING = 4
"""Pictures between the connection's thread and the viewer's: more would be age that nobody sees."""


def pictures(address: Address, job: str) -> Pictures:
    """Return what opens a job's stream by WHEP; nobody but the server is asked for a way to it."""

    @contextmanager
    def opened(over: Event) -> Iterator[Iterator[Image]]:
        waiting: queue.Queue[Image | Exception] = queue.Queue(_WAITING)
        thread = Thread(target=lambda: asyncio.run(_received(address, job, over, waiting)), daemon=True)
        thread.start()
        try:
            yield _given(waiting, over)
        finally:
            over.set()
            thread.join(PATIENCE)

    return opened


def _given(waiting: queue.Queue[Image | Exception], over: Event) -> Iterator[Image]:
    while not over.is_set():
        with suppress(queue.Empty):
            found = waiting.get(timeout=0.5)
            if isinstance(found, Exception):
                raise found
            yield found


async def _received(address: Address, job: str, over: Event, waiting: queue.Queue[Image | Exception]) -> None:
    try:
        await _watched(address, job, over, waiting)
    except Exception as error:
        with suppress(queue.Full):
            waiting.put_nowait(MachineError(f"WebRTC: {type(error).__name__}: {error}"))


async def _watched(address: Address, job: str, over: Event, waiting: queue.Queue[Image | Exception]) -> None:
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    tracks: asyncio.Queue[Any] = asyncio.Queue(1)
    peer.on("track", tracks.put_nowait)
    peer.addTransceiver("video", direction="recvonly")
    session = ""
    try:
        await peer.setLocalDescription(await peer.createOffer())
        session, answer = await asyncio.to_thread(_offered, address, job, peer.localDescription.sdp)
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        track = await asyncio.wait_for(tracks.get(), PATIENCE)
        while not over.is_set():
            frame = await asyncio.wait_for(track.recv(), PATIENCE)
            with suppress(queue.Full):
                waiting.put_nowait(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    finally:
        await peer.close()
        if session:
            await asyncio.to_thread(_hung_up, address, session)


def _offered(address: Address, job: str, offer: str) -> tuple[str, str]:
    line = address.open()
    try:
        headers = {**address.headers, "content-type": "application/sdp"}
        line.request("POST", f"/api/jobs/{job}/whep", offer.encode(), headers)
        answer = line.getresponse()
        said = answer.read().decode()
        if answer.status != 201:
            raise MachineError(f"whep answers {answer.status}: {said[:200]}")
        return answer.getheader("location", ""), said
    finally:
        line.close()


def _hung_up(address: Address, session: str) -> None:
    line = address.open()
    with suppress(OSError):
        line.request("DELETE", session, headers=address.headers)
        line.getresponse().read()
    line.close()
