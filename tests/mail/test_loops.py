"""Machines that write to machines: each exchange ends by itself, at once. Through the real pipeline and outbox."""

import pytest
from django.utils import timezone

from archive.models import Message
from groups.models import Joining, JoinRequest, Membership, Strangers
from mail.bounces import probes
from mail.commands.joining import confirm
from mail.models import BounceEvent, Inbound, Mailbox
from tests.builders import make_group, make_user
from tests.mail.commands.people import letter
from tests.mail.letters import raw
from tests.mail.world import World, bounce, vacation

pytestmark = pytest.mark.django_db
SITE = "posthouse.localhost"
BOBS = "bob@example.org"


@pytest.fixture(autouse=True)
def _real_outbox(settings):
    settings.EMAIL_BACKEND = "mail.outbox.backend.OutboxBackend"


@pytest.fixture
def birds(alice):
    return make_group("birds", owner=alice, strangers=Strangers.ACCEPT)


def subscribe(group, address):
    Membership.objects.create(group=group, user=make_user(address.replace("@", " at "), email=address))


def post(world, to="gardeners"):
    world.send(raw(f"{to}@{SITE}"), BOBS, f"{to}@{SITE}")


def test_two_groups_subscribed_to_each_other(group, birds):
    group.strangers = Strangers.ACCEPT
    group.save()
    subscribe(group, f"birds@{SITE}")
    subscribe(birds, f"gardeners@{SITE}")
    Membership.objects.update(skip_addressed=False)
    world = World()
    named = raw(
        f"gardeners@{SITE}", Cc=f"birds@{SITE}"
    )  # or the second group would hold it: it stands in neither To nor Cc
    world.send(named, BOBS, f"gardeners@{SITE}")
    assert world.run() <= 3
    assert Inbound.objects.filter(state="discarded", rule="loop").count() == 1
    assert sorted(Message.objects.values_list("group__slug", flat=True)) == ["birds", "gardeners"]
    assert len(world.to(BOBS)) == 1


def test_two_groups_that_hold_what_strangers_write(group, birds):
    for here, there in ((group, "birds"), (birds, "gardeners")):
        subscribe(here, f"{there}@{SITE}")
    birds.strangers = Strangers.HOLD
    birds.save()
    world = World()
    post(world)
    assert world.run() <= 3
    assert Inbound.objects.filter(state="held").count() == 1


@pytest.mark.parametrize("everybody", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "junk"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_a_member_with_a_vacation_note(group, bob, headers, everybody):
    world = World(bob=vacation(BOBS, to_everybody=everybody, **headers))
    post(world)
    assert world.run() <= 2
    assert Message.objects.count() == 1 and len(world.to(BOBS)) == 1
    assert not Mailbox.objects.filter(state="suspended").exists()


def test_a_vacation_note_without_a_word_in_its_headers_is_answered_at_most_once(group, bob):
    world = World(bob=vacation(BOBS, to_everybody=True))
    post(world)
    assert world.run() <= 4
    assert len(world.to(BOBS)) <= 4


@pytest.mark.parametrize("extension", ["help", "subscribe", "unsubscribe", "digest", "request", "owner"])
@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {}])
def test_a_vacation_note_in_answer_to_an_answer(group, bob, extension, headers):
    world = World(bob=vacation(BOBS, to_everybody=True, **headers))
    address = f"gardeners+{extension}@{SITE}"
    world.send(letter(address), BOBS, address)
    assert world.run() <= 4
    assert len(world.to(BOBS)) <= 3


def test_a_vacation_note_does_not_join(group):
    world = World(dora=vacation("dora@example.net", to_everybody=True))
    address = f"gardeners+subscribe@{SITE}"
    world.send(letter(address, sender="dora@example.net"), "dora@example.net", address)
    world.run()
    assert JoinRequest.objects.get().state == "unconfirmed"
    assert not Membership.objects.filter(user__email="dora@example.net").exists()


def test_a_moderators_vacation_note_approves_nobody(group):
    group.joining = Joining.APPROVAL
    group.save()
    request = JoinRequest.objects.create(group=group, address="dora@example.net")
    confirm(request.pk)
    World(alice=vacation("alice@example.org", to_everybody=True)).run()
    request.refresh_from_db()
    assert request.state == "pending"


def test_a_bounce_of_a_post_says_nothing_to_anybody(group, bob):
    world = World(alice=bounce("alice@example.org"))
    post(world)
    assert world.run() <= 2
    assert BounceEvent.objects.get().category == "hard"


def test_a_bounce_of_a_bounce(group, bob):
    """Our notice comes back, and the report about it is reported on: nothing of it makes us write."""
    world = World(alice=bounce("alice@example.org"), charlie=bounce("charlie@example.net"))
    world.send(
        letter(f"gardeners@{SITE}", "Hello", sender="charlie@example.net"), "charlie@example.net", f"gardeners@{SITE}"
    )
    assert world.run() <= 2
    before = len(world.arrived)
    report, _, return_path = bounce("x@y.example")(world.arrived[0][1], f"bounce+aaaaaaaaaaaaaaaaaaaaaaaa@{SITE}")[0]
    world.send(report, "", return_path)
    world.send(report, "", f"gardeners@{SITE}")
    world.send(report, "", f"gardeners+owner@{SITE}")
    world.send(report, "", f"gardeners+subscribe@{SITE}")
    assert world.run() == 0 and len(world.arrived) == before


def test_a_probe_that_comes_back_is_one_more_bad_day(group, bob):
    Mailbox.objects.create(
        address=BOBS, state="suspended", score=3, suspended_at=timezone.now(), probe_due_at=timezone.now()
    )
    world = World(bob=bounce(BOBS))
    assert probes.send_due() == 1
    assert world.run() == 1
    assert BounceEvent.objects.count() == 1
