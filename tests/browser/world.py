"""A small site for the browser: an open group with everything in it, a closed one, an empty one; long, foreign and odd names."""

import pickle
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from accounts.models import User
from archive.actions.tagging import tag_topic
from groups.actions.groups import change_settings
from groups.actions.joining import begin_waiting
from groups.actions.log import note
from groups.hooks.actions import add as add_hook
from groups.hooks.actions import rotate
from groups.hooks.models import Event, Hook, Sending, SendingState
from groups.models import Action, Answer, ArchiveAccess, Group, JoinRequest, JoinState, Waiting
from groups.moderation.queue import write_note
from groups.polls.actions import close_poll
from groups.polls.casting import cast_ballot
from groups.polls.models import Poll
from mail.models import (
    BounceEvent,
    Category,
    ContentRule,
    DeliveryState,
    Inbound,
    InboundState,
    Mailbox,
    MailboxState,
    TopicChoice,
    TopicWish,
)
from mail.review import reporting
from tests.builders import make_group, make_message, make_thread, make_user
from tests.groups.polls.builders import make_poll
from tests.mail.builders import make_delivery, make_inbound, make_outgoing
from tests.mail.letters import raw

LONG = "An association with a name so long that it wraps over several lines, even on a wide screen, because committees name"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
HELD = raw(
    sender="Bob Member <bob@example.org>",
    body="I have just taken over plot 31.\n\n> Are sleepers safe?\n\nhttps://example.org/" + "long/" * 40 + "\n",
)


@dataclass
class World:
    """`held_row`, `request`, `reported`, `rule`: rows of the queue and a rule of the group's own."""

    owner: User
    member: User
    stranger: User
    group: Group
    held: Inbound
    held_row: Waiting
    sending: Sending
    request: Waiting
    reported: Waiting
    rule: ContentRule


def build() -> World:
    """Made once; from then on the whole database is a copy of what it was then."""
    connection.ensure_connection()
    if _made:
        rows, world = _made
        rows.backup(connection.connection)
    else:
        world = pickle.dumps(_build())
        rows = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(rows)
        _made.extend((rows, world))
    return pickle.loads(world)


_made: list[Any] = []  # the database and the World in it


def _build() -> World:
    owner, member, stranger = (make_user(name) for name in ("Alice Owner", "Bob Member", "Charlie Stranger"))
    for user in (owner, member, stranger):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailAddress.objects.create(
        user=owner, email="alice@a-very-long-domain-name-indeed.riverside.example", verified=False
    )
    others = [make_user(f"Person{number} 木村 {'von und zu ' * (number % 3 * 4)}") for number in range(12)]
    group = make_group(
        "gardeners",
        owner=owner,
        members=[member, *others],
        name="Riverside Gardeners",
        language="en",
        categories=["gardening"],
        country="GB",
    )
    words = {
        "summary": "Seeds, slugs and Saturdays.",
        "description": "# Welcome\n\n*Water* by [hand](https://example.org).",
        "guidelines": "# Be kind\n\n1. Write *below* what you answer.\n2. One topic, one subject.",
    }
    change_settings(group=group, by=owner, **words)
    _write(group)
    _ask(group, owner, member, others)
    make_group("committee", owner=owner, name="The Committee", archive_access=ArchiveAccess.MEMBERS)
    make_group("empty", owner=owner, name="أصدقاء الحديقة", summary="مجموعة لمحبي النباتات والزهور.")
    long = make_group("long", owner=owner, name=LONG, summary=LONG)
    make_message(long, subject=LONG, body="unbreakable" * 60)
    tag_topic(group=group, thread=group.threads.latest("last_at"), name="harvest", by=owner)
    group = Group.objects.get(pk=group.pk)
    held = _mail(group, member)
    return World(
        owner,
        member,
        stranger,
        group,
        held,
        Waiting.objects.get(target=held.pk),
        _hook(group, owner),
        *_queue(group, owner, member),
    )


def _hook(group: Group, owner: User) -> Sending:
    """A webhook that fails, and the last thing that it did not take."""
    url = "https://chat.riverside.example/incoming/" + "0123456789abcdef" * 6
    hook = add_hook(group=group, by=owner, url=url, label="Chat of the committee 木村", events=["message.posted"])
    add_hook(group=group, by=owner, url=url, events=["member.joined"])
    Hook.objects.filter(pk=hook.pk).update(failures=3, failing_since=timezone.now())
    rotate(hook, by=owner)
    letter = group.messages.get(number=group.archive.next_number - 3)
    event = Event.objects.create(group=group, name="message.posted", data={"number": 1}, content=f"letter/{letter.pk}")
    said = {"code": 500, "problem": "It answered 500.", "answer": "<html>" + "oops" * 80, "milliseconds": 812}
    Sending.objects.create(hook=hook, event=event, state=SendingState.SENT, attempts=1, code=204, milliseconds=31)
    Sending.objects.create(hook=hook, event=event, state=SendingState.FAILED, attempts=15, **said)
    return Sending.objects.create(hook=hook, event=event, attempts=3, began_at=timezone.now(), **said)


TREES = ("Apples", "Pears", "Plums, of which the late ones keep until the frost", "木村 quinces")


def _poll(group: Group, owner: User, kind: str, options: Sequence[object], **more: Any) -> Poll:
    """Not mailed: letters of polls would come between those that journeys are about."""
    return make_poll(group, owner, kind, options, announce=False, **more)


def _ask(group: Group, owner: User, member: User, others: list[User]) -> None:
    """A poll of each kind, in docs/polls.md's order of them; the run-off, and the last anonymous one, are over."""
    evenings = [datetime(2027, 1, 8 + day, 18, tzinfo=UTC) for day in range(3)]
    _poll(group, owner, "single", TREES, question="What shall we plant?", write_ins=True)
    several = _poll(group, owner, "multiple", TREES, names_shown=True, results="always", most=3)
    runoff = _poll(group, owner, "runoff", TREES, question="Which first?", details="*Think* of the slugs.")
    schulze = _poll(group, owner, "schulze", TREES, question="In which order?", results="always")
    points = _poll(group, owner, "score", TREES, question="How much do you like them?", results="always")
    dates = _poll(group, owner, "dates", evenings, question="When?", results="always", write_ins=True)
    _poll(group, owner, "single", TREES, question="Who chairs?", anonymous=True, results="closed")
    secret = _poll(group, owner, "single", TREES, question="Who chaired?", anonymous=True, results="closed")
    for place, voter in enumerate([owner, *others]):
        first, second, third = (1 + (place + step) % 4 for step in range(3))
        cast_ballot(poll=several, voter=voter, choices={first: 1, second: 1})
        cast_ballot(poll=runoff, voter=voter, choices={first: 1, second: 2, third: 3})
        cast_ballot(poll=schulze, voter=voter, choices={first: 1, second: 2, third: 3})
        cast_ballot(poll=points, voter=voter, choices={first: 5, second: place % 6})
        cast_ballot(poll=dates, voter=voter, choices={1: 2, 2: place % 3, 3: 0})
        cast_ballot(poll=secret, voter=voter, choices={first: 1})
    close_poll(poll=runoff, by=owner)
    close_poll(poll=secret, by=owner)


def _queue(group: Group, owner: User, member: User) -> tuple[Waiting, Waiting, ContentRule]:
    """Somebody wants to join, a letter was reported, something lies in quarantine; a rule, an answer, a note, a log."""
    wish = JoinRequest.objects.create(
        group=group, address="dora@example.net", name="Dora 木村", state=JoinState.PENDING
    )
    begin_waiting(wish)
    letter = group.messages.get(number=group.archive.next_number - 2)
    reporting.report(letter, member, "off-topic", "Not about gardens.")
    quiet = make_inbound(
        group, HELD, state=InboundState.HELD, subject="Cheap", author="x@x.example", reason="Perhaps spam"
    )
    Waiting.objects.filter(kind="letter", target=quiet.pk).update(quiet=True)
    answer = Answer.objects.create(group=group, title="Gardens only", text="Please write about gardens.")
    asked = [{"on": "links", "how": "", "value": "3", "name": ""}, {"on": "first", "how": "", "value": "", "name": ""}]
    rule = ContentRule.objects.create(group=group, name="Links from new people", conditions=asked, answer=answer)
    note(Action.SETTINGS_CHANGED, group=group, by=owner, details={"summary": ["", LONG]})
    rows = {row.kind: row for row in Waiting.objects.filter(kind__in=("request", "report"))}
    write_note(rows["report"], owner, "I would keep it.")
    return rows["request"], rows["report"], rule


def _mail(group: Group, member: User) -> Inbound:
    """Letters that wait, a copy that came back, a mailbox nothing goes to, a muted topic."""
    reason = "A new member's first letter waits; 0 approved so far."
    words = {"subject": LONG, "author": member.email, "reason": reason, "rule": "moderation"}
    waits = {"state": InboundState.HELD, **words}
    held = make_inbound(group, HELD, spooled={"sender": member}, **waits)
    for number in range(3):
        make_inbound(
            group, HELD, **{**waits, "subject": f"Best price greenhouse {number}", "author": "sales@x.example"}
        )
    letter = group.messages.get(number=group.archive.next_number - 3)
    copy = make_delivery(make_outgoing(group, letter), member, DeliveryState.BOUNCED, reply="mailbox full")
    now = timezone.now()
    for days in range(4):
        event = {
            "category": Category.HARD,
            "status": "5.1.1",
            "diagnostic": "smtp; 550 5.1.1 <bob@example.org>: unknown",
        }
        BounceEvent.objects.create(address=member.email, delivery=copy, at=now - timedelta(days=days), **event)
    Mailbox.objects.create(address=member.email, state=MailboxState.SUSPENDED, score=4, suspended_at=now)
    TopicChoice.objects.create(user=member, message=letter, wish=TopicWish.MUTE)
    return held


def _write(group: Group) -> None:
    start = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)
    for number in range(30):
        make_thread(group, number % 4 + 1, subject=f"Row {number}", sent_at=start + timedelta(days=11 * number))
    first = make_message(
        group,
        subject="Blight on the lower plots again",
        body="We lost the first row of Charlottes overnight.",
        files=[("leaf-underside.png", "image/png", PIXEL), ("plots.pdf", "application/pdf", b"%PDF-1.4 plots")],
        sent_at=start + timedelta(days=360),
    )
    quoted = '<div class="plain"><p>Same on 14 and 15.</p><pre>period   min °C\n16-17      10.4</pre></div>'
    make_message(
        group, subject="Re: Blight on the lower plots again", parent=first, rendered=quoted, sender="سارة <s@x.example>"
    )
    make_message(group, subject="Re: Blight on the lower plots again", parent=first, sender="木村 花子 <h@x.example>")
