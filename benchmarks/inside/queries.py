"""How many database queries a page takes: in a process that has just begun, once it has answered others, for a member."""

from http.cookies import SimpleCookie
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def answer(asked: dict[str, Any]) -> dict[str, int]:
    """first: the first page of the process, for a stranger. stranger, member: the most that any page took later."""
    stranger, member = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    member.cookies = SimpleCookie(asked["cookie"])
    first, *later = _counts(stranger, asked["paths"])
    return {"first": first, "stranger": max(later), "member": max(_counts(member, asked["paths"])[1:])}


def _counts(browser: Client, paths: list[str]) -> list[int]:
    """Each path three times, always under a new address."""
    return [_count(browser, f"{path}?anew={place}") for place, path in enumerate(paths * 3)]


def _count(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answered = browser.get(path)
    if answered.status_code != 200:
        raise SystemExit(f"{path} answered {answered.status_code}")
    return len(queries)
