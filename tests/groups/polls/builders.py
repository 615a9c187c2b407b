"""Polls for tests, opened as people open them."""

from typing import Any

from accounts.models import User
from groups.models import Group
from groups.polls.actions import Draft, open_poll
from groups.polls.models import Poll

NAMES = ("Apples", "Pears", "Plums")


def make_poll(group: Group, by: User, kind: str = "single", options: Any = NAMES, **settings: Any) -> Poll:
    words = {name: settings.pop(name) for name in ("details", "closes_at") if name in settings}
    question = settings.pop("question", "What shall we plant?")
    draft = Draft(question=question, kind=kind, options=list(options), settings=settings, **words)
    return open_poll(group=group, by=by, draft=draft)
