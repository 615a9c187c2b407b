"""Runs the LMTP server until it is told to stop: on a TCP port or a Unix socket."""

import asyncio
import logging
import signal
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from common.heartbeats import Heartbeat
from mail.inbound.desk import Desk
from mail.inbound.lmtp import Gateway

logger = logging.getLogger(__name__)
GRACE = 5.0  # seconds in which transactions may finish; less than a supervisor waits before it kills
SOCKET_MODE = 0o660


@dataclass(frozen=True)
class Place:
    """Where to listen: a host and port, or a path."""

    host: str = "127.0.0.1"
    port: int = 8024
    path: Path | None = None

    def __str__(self) -> str:
        return str(self.path) if self.path else f"{self.host}:{self.port}"


async def serve(place: Place, on_ready: Callable[[str], None], stopping: asyncio.Event | None = None) -> None:
    """Listen until `stopping` is set, or SIGTERM or SIGINT comes. `on_ready` is told where. Raises OSError."""
    stopping = stopping or _on_signals()
    desk = Desk()
    gateway = Gateway(
        desk,
        hostname=settings.MAIL_DOMAIN,
        size_limit=settings.MAIL_SIZE_LIMIT,
        most_connections=settings.LMTP_CONNECTIONS,
    )
    try:
        server = await _listen(gateway, place)
        on_ready(_where(server, place))
        await _meet(desk)
        with Heartbeat("lmtp"):
            await stopping.wait()
        server.close()
        await gateway.close(GRACE)
        if place.path:
            place.path.unlink(missing_ok=True)
    finally:
        await desk.close()


def _on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


async def _listen(gateway: Gateway, place: Place) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if place.path is None:
        return await loop.create_server(gateway, place.host, place.port, backlog=256)
    _remove_stale(place.path)
    server = await loop.create_unix_server(gateway, str(place.path), backlog=256)
    place.path.chmod(SOCKET_MODE)
    return server


def _remove_stale(path: Path) -> None:
    """A socket that a killed server left behind; one that answers is somebody's."""
    if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise OSError(f"another server listens on {path}")
    path.unlink()


def _where(server: asyncio.Server, place: Place) -> str:
    if place.path:
        return str(place.path)
    host, port = server.sockets[0].getsockname()[:2]
    return f"{host}:{port}"


async def _meet(desk: Desk) -> None:
    with suppress(DatabaseError):  # then they are met one by one
        await desk.meet_everybody()
