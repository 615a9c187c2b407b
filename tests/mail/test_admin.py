import pytest

from mail.models import Inbound, InboundState
from tests.mail.letters import arrived

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(alice, signed_in):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return signed_in(alice)


def test_an_operator_sees_what_failed_and_tries_it_again(operator, group):
    inbound = arrived(group)
    Inbound.objects.update(state=InboundState.FAILED, error="Traceback: an odd letter", subject="Seed swap")
    assert "Seed swap" in operator.get("/admin/mail/inbound/?state__exact=failed").content.decode()
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
