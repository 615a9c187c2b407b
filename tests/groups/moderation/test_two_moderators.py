"""Two moderators act at once on 200 letters: none is decided twice, none is lost. Threads, and a database that has them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from archive.models import Message
from groups.models import LogEntry, Membership, Role, Waiting
from groups.moderation import deciding
from groups.permissions import Standing
from mail.models import Inbound, InboundState
from tests.builders import make_user
from tests.mail.builders import make_inbound
from tests.mail.letters import raw

pytestmark = pytest.mark.django_db(transaction=True)
ITEMS = 200
OWNER = Standing(role=Role.OWNER)


@pytest.fixture
def letters(group):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    held = {"state": InboundState.HELD, "author": "bob@example.org", "subject": "Seed swap"}
    return [
        make_inbound(group, raw(message_id=f"<{n}@x>", body=f"Packet {n}\n"), spooled={"envelope_from": ""}, **held)
        for n in range(ITEMS)
    ]


@pytest.fixture
def mo(group):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR)
    return mo


def at_once(*acts):
    """Run them side by side, all beginning in the same moment; what each returned."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(run, act) for act in acts]]


def rows():
    return list(Waiting.objects.select_related("group").order_by("since", "id"))


def assert_each_decided_once(decisions: int):
    assert not Waiting.objects.open().exists()
    assert not Inbound.objects.filter(state=InboundState.HELD).exists()
    assert decisions == LogEntry.objects.filter(action__startswith="queue.").count() == ITEMS
    archived = Inbound.objects.filter(state=InboundState.ARCHIVED)
    assert Message.objects.count() == archived.count() == archived.filter(letter__isnull=False).count()
    assert Counter(Waiting.objects.values_list("outcome", flat=True)) == {
        name: count
        for name, count in (
            ("approve", archived.count()),
            ("discard", Inbound.objects.filter(state=InboundState.DISCARDED).count()),
        )
        if count
    }


def test_one_by_one(letters, alice, mo):
    def decide_all(by, name, order):
        mine = rows()[::order]
        return sum(deciding.decide(row, name, by=by, standing=OWNER) for row in mine)

    done = at_once(lambda: decide_all(alice, "approve", 1), lambda: decide_all(mo, "discard", -1))
    assert_each_decided_once(sum(done))
    assert min(done) > 0


def test_in_bulk(letters, alice, mo):
    def decide_all(by, name):
        return deciding.decide_many([(row, OWNER) for row in rows()], name, by=by)

    first, second = at_once(lambda: decide_all(alice, "approve"), lambda: decide_all(mo, "discard"))
    assert_each_decided_once(first.done + second.done)
    assert first.before + second.before == ITEMS and first.failed == second.failed == 0
