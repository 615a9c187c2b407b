"""The house's own mail: as many rows as an action that was committed, none of one that was not."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from django.test import Client

from mail.models import Delivery, Kind, Outgoing
from mail.outbox.send import Sender

BACKEND = "mail.outbox.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = BACKEND


def tell(*people: str) -> int:
    return send_mail("Seeds", "Forty packets.\n", "House <noreply@lists.example>", people)


@pytest.mark.django_db
def test_a_letter_becomes_one_row_for_each_recipient():
    assert tell("alice@example.org", "Bob <bob@example.org>") == 1
    assert set(Delivery.objects.values_list("address", flat=True)) == {"alice@example.org", "bob@example.org"}
    letter = Outgoing.objects.get()
    assert (letter.kind, letter.subject) == (Kind.NOTICE, "Seeds")
    assert f"<{letter.message_id}>".encode() in letter.template_bytes
    assert b"\r\n\r\nForty packets.\r\n" in letter.template_bytes


@pytest.mark.django_db(transaction=True)
def test_an_action_rolled_back_leaves_no_mail():
    with pytest.raises(RuntimeError), transaction.atomic():
        tell("alice@example.org")
        raise RuntimeError
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
def test_a_blind_copy_is_sent_and_not_named():
    EmailMultiAlternatives("x", "y", "a@lists.example", ["alice@example.org"], bcc=["eve@example.org"]).send()
    assert Delivery.objects.count() == 2
    assert b"eve@" not in Outgoing.objects.get().template_bytes


@pytest.mark.django_db
def test_a_letter_to_nobody_is_no_letter():
    assert EmailMultiAlternatives("x", "y", "a@lists.example", []).send() == 0
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
def test_the_sign_in_mail_can_be_read_where_no_relay_is_set(bob, tmp_path):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    Client().post("/account/login/code/", {"email": bob.email})
    Sender(None, tmp_path, {}).send_due()
    (file,) = tmp_path.iterdir()
    assert b"X-Envelope-To: bob@example.org" in file.read_bytes()
