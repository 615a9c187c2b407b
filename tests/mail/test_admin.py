import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mail.models import (
    BounceEvent,
    Delivery,
    DeliveryState,
    Inbound,
    InboundState,
    Incident,
    Mailbox,
    MailboxState,
    Outgoing,
    Relay,
    SeenDomain,
    SigningKey,
)
from tests.builders import with_second_factor
from tests.mail.builders import make_delivery, make_outgoing
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(days=1)


@pytest.fixture
def operator(alice, signed_in):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return signed_in(with_second_factor(alice))


def test_an_operator_sees_what_failed_and_tries_it_again(operator, group):
    inbound = arrived(group)
    Inbound.objects.update(state=InboundState.FAILED, error="Traceback: an odd letter", subject="Seed swap")
    assert "Seed swap" in operator.get("/admin/mail/inbound/?state=failed").content.decode()
    assert "an odd letter" in operator.get(f"/admin/mail/inbound/{inbound.pk}/change/").content.decode()
    operator.post("/admin/mail/inbound/", {"action": "replay", "_selected_action": [inbound.pk]})
    inbound.refresh_from_db()
    assert inbound.state == InboundState.RECEIVED


def test_nothing_can_be_changed_here(operator, group):
    inbound = arrived(group)
    assert operator.get(f"/admin/mail/spooled/{inbound.spooled_id}/change/").status_code == 200
    assert operator.get("/admin/mail/inbound/add/").status_code == 403
    assert operator.post(f"/admin/mail/inbound/{inbound.pk}/delete/", {"post": "yes"}).status_code == 403


def test_others_see_nothing(signed_in, bob, group):
    arrived(group)
    assert signed_in(bob).get("/admin/mail/inbound/").status_code == 302


def test_the_list_asks_no_more_for_more_letters(operator, group, django_assert_max_num_queries):
    for _ in range(10):
        arrived(group)
    with django_assert_max_num_queries(7):
        operator.get("/admin/mail/inbound/")


@pytest.fixture
def everything(group, bob):
    """One row of each kind that operators look at."""
    outgoing = make_outgoing(group, subject="Seed swap")
    delivery = make_delivery(outgoing, bob, DeliveryState.DEFERRED, reply="greylisted", due_at=LATER)
    Mailbox.objects.create(address="bob@example.org", state=MailboxState.SUSPENDED, score=4)
    BounceEvent.objects.create(address="bob@example.org", category="hard", delivery=delivery)
    Incident.objects.create(outgoing=outgoing, domain="example.org", category="policy")
    Relay.objects.create(name="relay:25", paused_until=LATER, paused_because="421 go away")
    SigningKey.objects.create(domain="example.org", selector="s1", private_pem="-----SECRET-----")
    SeenDomain.objects.create(domain="strict.example")


MODELS = [Outgoing, Delivery, Mailbox, BounceEvent, Incident, Relay, SigningKey, SeenDomain]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_and_every_row_opens(operator, everything, model):
    where = f"/admin/mail/{model.__name__.lower()}/"
    assert operator.get(where, {"q": "bob@example.org"}).status_code == 200
    page = operator.get(f"{where}{model.objects.get().pk}/change/")
    assert page.status_code == 200 and "SECRET" not in page.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_others_see_none_of_it(signed_in, bob, everything, model):
    assert signed_in(bob).get(f"/admin/mail/{model.__name__.lower()}/").status_code == 302


def act(operator, model, action):
    operator.post(
        f"/admin/mail/{model.__name__.lower()}/", {"action": action, "_selected_action": [model.objects.get().pk]}
    )
    return model.objects.get()


def test_an_operator_has_a_copy_tried_now(operator, everything):
    assert act(operator, Delivery, "send_now").due_at < LATER


def test_an_operator_frees_a_mailbox(operator, everything):
    assert act(operator, Mailbox, "heal").state == MailboxState.NORMAL or Mailbox.objects.get().healed_at


def test_an_operator_ends_a_pause(operator, everything):
    assert act(operator, Relay, "go_on").paused_until is None


def test_an_operator_switches_a_key_off_and_on(operator, everything):
    assert not act(operator, SigningKey, "switch_off").active
    assert act(operator, SigningKey, "switch_on").active


def test_nobody_else_on_the_staff_changes_anything(operator, everything, alice):
    alice.is_superuser = False
    alice.save()
    alice.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    assert operator.get("/admin/mail/relay/").status_code == 200
    assert act(operator, Relay, "go_on").paused_until == LATER


def test_lists_are_never_counted_and_the_last_page_is_as_near_as_the_first(operator, group):
    outgoing = make_outgoing(group)
    for number in range(60):
        make_delivery(outgoing, f"p{number}@example.org")
    with CaptureQueriesContext(connection) as asked:
        first = operator.get("/admin/mail/delivery/").content.decode()
    assert not [query["sql"] for query in asked if "COUNT(" in query["sql"] and "mail_delivery" in query["sql"]]
    assert "p59@example.org" in first and "p9@example.org" not in first
    further = re.search(r'href="(\?before=[^"]+)" rel="next"', first)[1]
    with CaptureQueriesContext(connection) as asked:
        second = operator.get(f"/admin/mail/delivery/{further}").content.decode()
    assert "p0@example.org" in second and "p59@example.org" not in second
    assert not [query["sql"] for query in asked if "OFFSET" in query["sql"]]
    assert operator.get("/admin/mail/delivery/?before=nonsense").status_code == 404
