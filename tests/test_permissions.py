"""docs/permissions.md says who may open each address of a group; here every role tries every one of them.

The table is the promise: an address that is missing from it, or that lets in one more or one fewer, fails.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from archive.models import Chore, Hashtag, Message, Quarantined, Tagging, TopicChange
from groups.actions.log import note
from groups.hooks.models import Event, Hook, Sending
from groups.hooks.signing import new_secret
from groups.models import (
    Action,
    Answer,
    Ban,
    Batch,
    Group,
    Invitation,
    JoinLink,
    JoinRequest,
    JoinState,
    LogEntry,
    Membership,
    NoticeWords,
    PastMember,
    Right,
    Role,
    Waiting,
)
from groups.polls.models import Poll
from mail.models import ContentRule, InboundState
from tests.builders import make_group, make_message, make_thread, make_transfer, make_user
from tests.mail.builders import make_delivery, make_inbound, make_outgoing
from tests.test_every_door import ADDRESSES

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[1] / "docs/permissions.md"
ROW = re.compile(
    r"^\| (everybody|who is signed in|who is signed in and not banned|every member|owners|with [^|]+) \| (`.+) \|$"
)
PK = 7  # of everything that addresses name by a key
PARAMETERS = {
    "index": 1,
    "filename": "plan.txt",
    "year": "2026",
    "month": "03",
    "tag": "harvest",
    "notice": "welcome",
    "picture": "icon",
    "name": "x",
    "width": 96,
    "what": "result",
    "pk": PK,
}
MISSING = {"group-picture", "post-status"}  # what they name is not there: 404 for who may ask
OF_THE_QUEUE = {"moderation-item", "moderation-claim", "moderation-note"}
Visitor = Client


def promised() -> dict[str, str]:
    """Name of an address -> who may open it."""
    found: dict[str, str] = {}
    for line in TABLE.read_text().splitlines():
        if row := ROW.match(line):
            for name in re.findall(r"`([^`]+)`", row[2]):
                assert name not in found, f"{name} stands twice in the table"
                found[name] = row[1]
    return found


def rights_of(promise: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", promise))


OF_A_GROUP = {
    name: parameters for name, parameters in ADDRESSES if "slug" in parameters and not name.startswith("api-v1:")
}  # the API's have a table of their own, in docs/api.md


def test_the_table_names_every_address_of_a_group():
    assert set(promised()) == set(OF_A_GROUP)


def test_every_right_opens_something():
    assert set().union(*map(rights_of, promised().values())) == set(Right.values)


@pytest.fixture
def garden(alice, bob) -> Message:
    """A letter in a group in which everything that addresses name is there."""
    group = make_group("gardeners", owner=alice, members=[bob], guidelines="Be kind.")
    dora = make_user("Dora", pk=PK)
    Membership.objects.create(group=group, user=dora)
    make_thread(group, 2)
    letter = make_message(
        group, subject="Plans", files=[("plan.txt", "text/plain", b"x")], message_id="plan@example.org"
    )
    _archived(group, letter, alice)
    _of_people(group)
    _waiting(group, letter)
    poll = Poll.objects.create(group=group, number=letter.number, question="Trees?", kind="single", results="always")
    poll.options.create(number=1, text="Apples")
    return letter


def _archived(group: Group, letter: Message, alice: User) -> None:
    transfer = make_transfer(group, pk=PK, owner=alice)
    Quarantined.objects.create(
        pk=PK,
        transfer=transfer,
        group=group,
        position=0,
        number=1,
        raw_hash=b"x" * 32,
        reason="?",
        raw=zstandard.compress(b"x"),
    )
    TopicChange.objects.create(
        pk=PK, group=group, kind="renamed", number=letter.number, sentence="Renamed", undone_at=timezone.now()
    )
    Chore.objects.create(pk=PK, group=group, kind=Chore.Kind.DESTROY, by=alice)
    Tagging.objects.create(hashtag=Hashtag.objects.create(group=group, name="harvest"), message=letter)
    make_delivery(make_outgoing(group, letter), alice)


def _of_people(group: Group) -> None:
    Invitation.objects.create(pk=PK, group=group, address="eve@example.net", sent_at=timezone.now())
    JoinLink.objects.create(pk=PK, group=group)
    Batch.objects.create(pk=PK, group=group, packed=Batch.pack(b"fay@example.net\n"))
    Ban.objects.create(pk=PK, group=group, value="mallory@example.net")
    JoinRequest.objects.create(pk=PK, group=group, address="gus@example.net", state=JoinState.PENDING)
    hook = Hook.objects.create(pk=PK, group=group, url="https://receiver.example/", secret=new_secret())
    Sending.objects.create(pk=PK, hook=hook, event=Event.objects.create(group=group, name="hook.test"))
    NoticeWords.objects.create(pk=PK, group=group, notice="welcome", label="Ours", subject="Welcome", body="{group}")
    changed = note(Action.SETTINGS_CHANGED, group=group, details={"summary": ["", "x"]})
    LogEntry.objects.filter(pk=changed.pk).update(id=PK)


def _waiting(group: Group, letter: Message) -> None:
    Answer.objects.create(pk=PK, group=group, title="No adverts", text="Please.")
    ContentRule.objects.create(pk=PK, group=group, name="Adverts", conditions=[])
    raw = b"From: bob@example.org\r\nSubject: x\r\nMessage-ID: <w@example.org>\r\n\r\nx\r\n"
    make_inbound(group, raw, pk=PK, state=InboundState.HELD, message_id="w@example.org", author="bob@example.org")
    Waiting.objects.filter(kind="letter").update(id=PK)


@pytest.fixture
def visitors(garden: Message, alice: User, bob: User, signed_in: Callable[[User], Client]) -> dict[str, Visitor]:
    """Everybody who might come, by name; `only posts` is a moderator with that right alone, `all but posts` lacks it."""
    group = garden.group
    past, banned, plain = make_user("Past"), make_user("Banned"), make_user("Plain")
    PastMember.objects.create(group=group, user=past, address=past.email, joined_at=timezone.now(), how="removed")
    Ban.objects.create(group=group, value=banned.email)
    Membership.objects.create(group=group, user=plain, role=Role.MODERATOR, rights=[])
    found = {
        "nobody": Client(),
        "outsider": signed_in(make_user("Charlie")),
        "past member": signed_in(past),
        "banned": signed_in(banned),
        "member": signed_in(bob),
        "moderator without rights": signed_in(plain),
        "owner": signed_in(alice),
    }
    for right in Right:
        others = [each for each in Right.values if each != right]
        for name, rights in ((f"only {right}", [right.value]), (f"all but {right}", others)):
            user = make_user(name, email=f"{name.replace(' ', '-')}@example.org")
            Membership.objects.create(group=group, user=user, role=Role.MODERATOR, rights=rights)
            found[name] = signed_in(user)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in User.objects.all()
    )
    return found


def expected(who: str, promise: str) -> bool:
    """Whether the table lets this visitor in."""
    if promise == "everybody":
        return True
    if promise.startswith("who is signed in"):
        return who != "nobody" and not (who == "banned" and "not banned" in promise)
    if promise == "every member":
        return who == "member" or _runs_it(who)
    return who == "owner" or bool(rights_of(promise) & _rights_held(who))


def _runs_it(who: str) -> bool:
    return who == "owner" or who.startswith(("only ", "all but ", "moderator"))


def _rights_held(who: str) -> set[str]:
    if who.startswith("only "):
        return {who.removeprefix("only ")}
    return set(Right.values) - {who.removeprefix("all but ")} if who.startswith("all but ") else set()


def concerns(who: str, promise: str) -> bool:
    """Visitors with one right more or less are asked only where that right counts."""
    right = who.removeprefix("only ").removeprefix("all but ")
    return right == who or right in rights_of(promise)


def came_in(name: str, response) -> bool:
    """A refusal is 403, or the way to the page where one signs in; what waits does not even exist for others."""
    to_sign_in = response.status_code == 302 and "/account/login" in response["Location"]
    unknown = response.status_code == 404 and name in OF_THE_QUEUE
    return response.status_code != 403 and not to_sign_in and not unknown


def opened(visitor: Visitor, name: str, letter: Message):
    """The answer to a GET, or to a POST where the address takes nothing else. What it changes is taken back."""
    parameters = {**PARAMETERS, "slug": letter.group.slug, "number": letter.number, "message_id": letter.message_id}
    if name in ("author", "author-erase"):
        parameters["pk"] = letter.author_id
    url = reverse(name, kwargs={each: parameters[each] for each in OF_A_GROUP[name]})
    with transaction.atomic():
        response = visitor.get(url)
        if response.status_code == 405:
            response = visitor.post(url, {"what": "x", "decision": "x"})
        transaction.set_rollback(True)
    return response


def proves_nothing(name: str, response) -> bool:
    """The owner found no page: a refusal of others would look the same."""
    return (
        response.request["REQUEST_METHOD"] == "GET" and name not in MISSING and response.status_code not in (200, 302)
    )


def test_every_role_tries_every_address(garden: Message, visitors: dict[str, Visitor]):
    wrong = []
    for name, promise in promised().items():
        for who, visitor in visitors.items():
            if concerns(who, promise):
                response = opened(visitor, name, garden)
                if came_in(name, response) != expected(who, promise):
                    wrong.append(f"{who} at {name} ({promise}): {response.status_code}")
                if who == "owner" and proves_nothing(name, response):
                    wrong.append(f"{name} answers the owner {response.status_code}: nothing was proved")
    assert not wrong, "\n".join(wrong)
