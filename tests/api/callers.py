"""Programs that ask the API in somebody's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.tokens import secrets
from accounts.tokens.models import Scope, Token


def make_token(user: User, scopes: list[str] | None = None, **fields: Any) -> str:
    """The text of a token of theirs that has all scopes unless said otherwise."""
    text = secrets.new_text()
    fields = {"name": "script", "scopes": list(Scope.values) if scopes is None else scopes, **fields}
    Token.objects.create(user=user, hash=secrets.hash_of(text), beginning=text[:9], **fields)
    return text


class Caller:
    """`Caller(bob).get("/groups")` asks as Bob's program, `Caller(None)` as a stranger's."""

    def __init__(self, user: User | None, token: str = "", **fields: Any) -> None:
        self.client = Client()
        self.token = token or (make_token(user, **fields) if user is not None else "")

    def ask(self, method: str, path: str, body: Any = None, **headers: str):
        given = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        url = path if path.startswith(("/api/", "http")) else f"/api/v1{path}"
        return self.client.generic(method, url, headers=headers, **given)

    def get(self, path: str, **headers: str):
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str):
        return self.ask("POST", path, {} if body is None else body, **headers)


@contextmanager
def taken_back() -> Iterator[None]:
    """As the transaction around a test: what wants to be the outermost may be inside it."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
