"""What we send, after a real Postfix: signatures hold, and what must not change did not."""

import dkim
import pytest

from groups.models import Membership
from mail.delivery.post import send_on
from mail.management.commands.make_dkim_key import make_key
from mail.models import Delivery, SigningKey
from mail.outbox.send import Sender
from mail.outbox.session import Address
from tests import builders
from tests.mail.postfix import postfix
from tests.mail.relay import FakeRelay
from tests.mail.shapes import parsed
from tests.mail.test_fanout import arrived

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PICTURE = bytes(range(256)) * 100
BODY = "Grüße vom Gartentor.\n.\n..zwei Punkte \nFrom the gate\n" + "lang " * 300 + "\n"


def test_signatures_and_files_survive_the_way_to_every_member(group, settings, monkeypatch):
    monkeypatch.setattr("mail.delivery.post.ring", lambda task: None)  # no worker sends them before we do
    settings.MAIL_DOMAIN = "posthouse.localhost"
    private, record = make_key("rsa")
    SigningKey.objects.create(domain=settings.MAIL_DOMAIN, selector="a", private_pem=private)
    group.subject_tag, group.footer_text = "[gärten]", "Wir treffen uns am Tor: Grüße"
    group.save()
    for number in range(20):
        Membership.objects.create(group=group, user=builders.make_user(f"member{number}"))
    post = builders.make_message(
        group, subject="Grüße", body=BODY, html="<p>Grüße</p>", files=[("a.png", "image/png", PICTURE)]
    )
    assert send_on(post, arrived(post, dmarc="pass", by="us")) == 22

    with FakeRelay() as world, postfix(relayhost=f"127.0.0.1:{world.port}", domain="nobody.invalid") as relay:
        assert Sender(Address("127.0.0.1", relay.port), None, {}).send_due() == 22
        relay.wait_until(lambda: len(world.letters) == 22)

    names = {f"a._domainkey.{settings.MAIL_DOMAIN}.".encode(): record.encode()}
    dns = lambda name, timeout=5: names.get(name)  # noqa: E731
    sent = set(Delivery.objects.filter(state="sent").values_list("address", flat=True))
    assert {letter.rcpt.split("<")[1].split(">")[0] for letter in world.letters} == sent
    assert len({letter.mail.split("<")[1].split(">")[0] for letter in world.letters}) == 22
    for letter in world.letters:
        assert dkim.verify(letter.content, dnsfunc=dns)
        assert dkim.ARC(letter.content).verify(dnsfunc=dns)[0] == b"pass"
        copy = parsed(letter.content)
        assert next(copy.iter_attachments()).get_content() == PICTURE
        assert copy.get_body(("plain",)).get_content().replace("\r\n", "\n").startswith(BODY)
