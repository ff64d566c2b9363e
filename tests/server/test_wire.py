from __future__ import annotations

import asyncio
import logging
import socket
from typing import cast

import pytest

from reverie.server.wire import HTTP, UNSENT_BYTES, Wire, unsaid

pytestmark = pytest.mark.anyio
MUCH = b"x" * (16 * 2**20)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Talker(asyncio.Protocol):
    """Says a lot to whoever comes, on a wire, and closes."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.made, self.lost = asyncio.Event(), asyncio.Event()
        self.paused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = Wire(cast(asyncio.Transport, transport), self.patience)
        self.wire.hold_little()
        self.wire.write(MUCH)
        self.wire.close()
        self.made.set()

    def pause_writing(self) -> None:
        self.paused += 1

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set()


async def called(patience: float) -> tuple[Talker, socket.socket, asyncio.Server]:
    talker = Talker(patience)
    server = await asyncio.get_running_loop().create_server(lambda: talker, "127.0.0.1", 0)
    reader = socket.create_connection(server.sockets[0].getsockname())
    reader.setblocking(False)
    await talker.made.wait()
    return talker, reader, server


async def test_a_reader_who_takes_nothing_is_hung_up_on() -> None:
    talker, reader, server = await called(0.02)
    async with asyncio.timeout(5):
        await talker.lost.wait()
    assert talker.paused == 1
    reader.close()
    server.close()


async def test_a_reader_who_is_slow_gets_everything() -> None:
    talker, reader, server = await called(0.2)
    got = 0
    async with asyncio.timeout(30):
        while data := await asyncio.get_running_loop().sock_recv(reader, 2**20):
            got += len(data)
            await asyncio.sleep(0.005)
        await talker.lost.wait()
    assert got == len(MUCH)
    reader.close()
    server.close()


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="this system can't be told")
async def test_the_system_holds_little_that_is_unsent() -> None:
    talker, reader, server = await called(2.0)
    connection = talker.wire.get_extra_info("socket")
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == UNSENT_BYTES
    talker.wire.abort()
    reader.close()
    server.close()


@pytest.mark.parametrize(
    ("said", "kept"), [("ASGI callable returned without completing response.", False), ("Ow", True)]
)
def test_only_one_line_is_left_out_of_the_log(said: str, kept: bool) -> None:
    assert unsaid(logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, said, None, None)) is kept
    assert issubclass(HTTP, asyncio.Protocol)
