"""Knowing whether the process that claimed some work still lives, and making helpers end with the one they help."""

import ctypes
import os
import secrets
import signal
import socket

PR_SET_PDEATHSIG = 1  # prctl(2)


def signature() -> str:
    """Name this process on this machine; unique for every call."""
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{_born(os.getpid())}:{secrets.token_hex(8)}"


def is_gone(holder: str) -> bool:
    """Whether the holder of a signature ran on this machine and has ended. False where that cannot be known."""
    return _lives(holder) is False


def is_alive(holder: str) -> bool:
    """Whether the holder of a signature runs on this machine. False where that cannot be known."""
    return _lives(holder) is True


def _lives(holder: str) -> bool | None:
    parts = holder.split(":")
    if len(parts) != 4 or parts[0] != socket.gethostname()[:64] or not parts[1].isdecimal():
        return None
    return _born(int(parts[1])) == parts[2]


def _born(pid: int) -> str:
    """When the process started, in clock ticks since boot (proc(5), stat field 22): tells a reused number apart."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        pass
    return "alive"


def die_with(parent: int) -> None:
    """Called in a helper process: end at once when `parent` ends, however it ends (kill -9 leaves no orphans)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return  # not Linux: helpers end when their queue closes
    if os.getppid() != parent:
        os._exit(1)
