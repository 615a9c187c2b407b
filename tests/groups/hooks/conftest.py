from collections.abc import Iterator
from typing import Any

import pytest

from groups.hooks import actions
from groups.hooks.models import Hook
from tests.groups.hooks.receiver import Receiver, receiver


@pytest.fixture(autouse=True)
def _receivers_are_here(settings: Any) -> None:
    """As in an intranet whose operator opened it."""
    settings.WEBHOOKS_ALLOW_HTTP = True
    settings.WEBHOOKS_ALLOW_PRIVATE = ["127.0.0.0/8"]


@pytest.fixture
def there(settings: Any) -> Iterator[Receiver]:
    with receiver() as kept:
        settings.WEBHOOKS_PORTS = [kept.port]
        yield kept


@pytest.fixture
def hook(group: Any, alice: Any, there: Receiver) -> Hook:
    return hook_to(there, group, alice)


def hook_to(there: Receiver, group: Any, by: Any, *events: str, **fields: Any) -> Hook:
    wanted = list(events) or ["message.posted", "member.joined"]
    return actions.add(group=group, by=by, url=there.url, events=wanted, **fields)
