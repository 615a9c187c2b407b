"""What queue, metrics and trace ask does not read whole tables, however much mail has gone through."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.keys import key_of
from mail import depths
from mail.delivery import explain
from mail.inbound import facts
from mail.models import Delivery, DeliveryState, Inbound
from mail.outbox import claims
from tests import builders
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db
LARGE = ("mail_delivery", "mail_inbound", "mail_outgoing", "mail_bounceevent")


@pytest.fixture
def letter(db):
    bob = builders.make_user("Bob")
    letter = builders.make_message(builders.make_group(members=[bob]))
    outgoing = make_outgoing(letter.group, letter)
    make_delivery(outgoing, bob)
    make_inbound(letter.group, message_id="gone@example.org")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read whole otherwise
    return letter


@pytest.mark.parametrize(
    "ask",
    [
        depths.rates,
        depths.outbound,
        depths.overdue,
        lambda: explain.never_archived(None, "gone@example.org"),
    ],
)
def test_no_large_table_is_read_whole(letter, ask):
    assert scans_of(ask) == []


def test_nor_for_the_story_of_a_letter(letter):
    assert scans_of(lambda: explain.story(letter, "bob@example.org")) == []


def scans_of(ask) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = []
    for query in captured.captured_queries:
        if any(f'FROM "{table}"' in query["sql"] for table in LARGE):
            with connection.cursor() as cursor:
                explain_it = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
                cursor.execute(f"{explain_it} {query['sql']}")
                found += [str(row) for row in cursor.fetchall() if _is_scan(str(row))]
    return found


def _is_scan(line: str) -> bool:
    if connection.vendor == "postgresql":
        return any(f"Seq Scan on {table}" in line for table in LARGE)
    return any(f"SCAN {table}" in line and "INDEX" not in line for table in LARGE)


def test_copies_sent_are_counted_by_the_minute(letter):
    claims.tally(7)
    claims.tally(5)
    assert depths.rates(minutes=60)["sent"] == round(12 / 60, 2)
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 1 and Inbound.objects.count() == 1


def test_a_copy_that_waits_is_looked_for_by_its_id_alone(letter):
    """Each letter that comes in asks this, however many wait in its group."""
    with CaptureQueriesContext(connection) as captured:
        facts._held.all(group=letter.group_id, keys=[key_of("gone@example.org")], message_ids=["gone@example.org"])
    with connection.cursor() as cursor:
        explain_it = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain_it} {captured.captured_queries[0]['sql']}")
        assert "mail_inbound_by_id" in str(cursor.fetchall())
