"""Two domains on one site, each with a group: mail in, copies out, notices, and who may be written to where."""

from email.utils import parseaddr

import dkim
import pytest
from django.core import mail

from groups.actions.domains import move_to_domain
from groups.domains.models import Domain
from groups.models import Alias
from mail.addressing import list_address, parse_recipient
from mail.inbound import spool
from mail.management.commands.make_dkim_key import make_key
from mail.models import Delivery, Inbound, SigningKey
from mail.outbox.claims import Claimed
from mail.outbox.letters import Letters
from tests.builders import make_group
from tests.mail.letters import raw
from tests.mail.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def choirs(db):
    return a_domain("choirs.example", "Choirs", url="https://choirs.example", other_mail_domains=["singing.example"])


@pytest.fixture
def birds(db):
    return a_domain("birds.example", "Birds", url="https://birds.example")


def a_domain(mail_domain: str, name: str, **fields) -> Domain:
    from groups.domains.sites import sites

    domain = Domain.objects.create(mail_domain=mail_domain, name=name, **fields)
    sites.changed()
    return domain


@pytest.fixture
def altos(choirs, alice, bob):
    return make_group("altos", owner=alice, members=[bob], domain=choirs)


@pytest.fixture
def watchers(birds, alice, bob):
    return make_group("watchers", owner=alice, members=[bob], domain=birds)


def test_a_post_goes_out_in_the_name_of_the_domain_of_its_group(altos, watchers):
    world = World()
    world.send(raw("altos@choirs.example", message_id="<a@example.org>"), "bob@example.org", "altos@choirs.example")
    world.send(raw("watchers@birds.example", message_id="<w@example.org>"), "bob@example.org", "watchers@birds.example")
    world.run()
    to_alice = {letter["List-Id"]: letter for address, letter in world.arrived if address == "alice@example.org"}
    assert len(to_alice) == 2
    altos_copy = next(letter for list_id, letter in to_alice.items() if "altos.choirs.example" in list_id)
    assert altos_copy["List-Post"] == "<mailto:altos@choirs.example>"
    assert altos_copy["Archived-At"].startswith("<https://choirs.example/g/altos/")
    assert "https://choirs.example/mail/leave/" in altos_copy["List-Unsubscribe"]
    assert "birds.example" not in str(altos_copy) and "posthouse.localhost" not in str(altos_copy)


def test_copies_bear_the_return_path_and_the_signature_of_their_domain(altos, choirs):
    keys = {}
    for domain in ("choirs.example", "posthouse.localhost"):
        private, record = make_key("rsa")
        SigningKey.objects.create(domain=domain, selector="a", private_pem=private)
        keys[f"a._domainkey.{domain}.".encode()] = record.encode()
    World().send(raw("altos@choirs.example"), "bob@example.org", "altos@choirs.example")
    while spool_runs():
        pass
    each = Delivery.objects.get(address="alice@example.org")
    claimed = Claimed(
        each.pk, each.outgoing_id, each.membership_id, each.user_id, each.address, each.domain, 0, each.due_at
    )
    copy = Letters().copy(claimed)
    assert copy is not None and copy.sender.startswith("bounce+") and copy.sender.endswith("@choirs.example")
    assert b"d=choirs.example;" in copy.content
    assert dkim.verify(copy.content, dnsfunc=lambda name, timeout=5: keys.get(name))
    assert parse_recipient(copy.sender).purpose == "bounce"


def spool_runs() -> int:
    from mail.inbound import pipeline

    return pipeline.process_waiting()


@pytest.mark.parametrize(
    "recipient",
    [
        "altos@choirs.example",
        "ALTOS@Choirs.Example",
        "altos+subscribe@choirs.example",
        "altos@singing.example",  # another name of the domain
        "altos@posthouse.localhost",  # the site's first domain reaches every group
        "old-altos@choirs.example",
        "confirm+aaaaaaaaaaaaaaaa@birds.example",
        "postmaster@birds.example",
    ],
)
def test_what_is_taken_in(altos, watchers, recipient):
    Alias.objects.create(slug="old-altos", group=altos)
    assert spool.knows(recipient)


@pytest.mark.parametrize(
    "recipient",
    [
        "altos@birds.example",
        "altos+subscribe@birds.example",
        "old-altos@birds.example",
        "watchers@singing.example",
        "altos@nowhere.example",
        "nobody@choirs.example",
    ],
)
def test_a_group_is_refused_at_a_domain_that_is_not_its_own(altos, watchers, recipient):
    Alias.objects.create(slug="old-altos", group=altos)
    assert not spool.knows(recipient)
    (row,) = spool.accept(raw(recipient), "bob@example.org", [recipient], door="lmtp")
    assert Inbound.objects.get(pk=row.pk).group is None


def test_commands_are_answered_in_the_name_of_the_domain(altos):
    wish = raw("altos+subscribe@choirs.example", sender="Zoe <zoe@example.org>")
    world = World()
    world.send(wish, "zoe@example.org", "altos+subscribe@choirs.example")
    world.run()
    (answer,) = mail.outbox
    assert answer.to == ["zoe@example.org"] and parseaddr(answer.from_email)[1] == "noreply@choirs.example"
    assert "altos@choirs.example" in answer.body and "posthouse.localhost>" not in answer.body


def test_a_group_that_moves_keeps_its_old_address_at_the_first_domain(group, choirs, alice):
    assert list_address(group) == "gardeners@posthouse.localhost"
    assert move_to_domain(group=group, by=alice, domain=choirs)
    assert group.address == list_address(group) == "gardeners@choirs.example"
    assert spool.knows("gardeners@posthouse.localhost") and spool.knows("gardeners@choirs.example")
    assert group.log.get().details == {"domain": ["", "choirs.example"]}
    assert not move_to_domain(group=group, by=alice, domain=choirs)


def test_one_domain_asks_no_more_than_before(group, django_assert_num_queries):
    with django_assert_num_queries(1):  # which group it is
        assert spool.knows("gardeners@posthouse.localhost")
    with django_assert_num_queries(0):
        assert list_address(group, "owner") and group.url and group.site.is_main
