"""How many database queries a page takes: in a process that has just begun, and once it has answered others."""

from http.cookies import SimpleCookie
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def answer(asked: dict[str, Any]) -> dict[str, int]:
    """{first, later}: the first page asked for, and the most of the others; `cookie` signs somebody in."""
    browser = Client(SERVER_NAME="localhost")
    browser.cookies = SimpleCookie(asked["cookie"])
    counts = [_count(browser, f"{path}?anew={place}") for place, path in enumerate(asked["paths"] * 3)]
    return {"first": counts[0], "later": max(counts[1:])}


def _count(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answered = browser.get(path)
    if answered.status_code != 200:
        raise SystemExit(f"{path} answered {answered.status_code}")
    return len(queries)
