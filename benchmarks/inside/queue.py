"""Fills the queue of a group, asks for its pages, and decides: one by one, and two hundred at once; all in this process."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

import zstandard
from django.test import Client
from django.utils import timezone

from accounts.models import User
from archive.keys import key_of
from benchmarks.inside import TIMES
from common import bulk
from common.chunks import chunks
from groups.models import Group, Membership, Role, Waiting
from groups.moderation.deciding import MOST_AT_ONCE
from mail.models import Door, Inbound, InboundState, Spooled

MEMBERS = 10
REQUESTS_ONE_IN = 10


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    group, owner = _group(asked["slug"])
    _fill(group, asked["waiting"])
    bulk.refresh_statistics(User, Membership, Inbound, Spooled, Waiting)
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    url = f"/g/{group.slug}/moderation/"
    letters = _letters(group)
    figures: dict[str, Any] = {
        "queue.list": _time(client.get, [url] * TIMES),
        "queue.filtered": _time(client.get, [f"{url}?kind=request&claimed=free"] * TIMES),
        "queue.item": _time(client.get, [f"{url}{pk}/" for pk in letters[:TIMES]]),
    }
    approve = {"decision": "approve", "next": url}
    few = letters[: min(TIMES, len(letters) // 2)]
    figures["queue.one"] = _time(lambda path: client.post(path, approve), [f"{url}{pk}/" for pk in few], wanted=302)
    return figures | {"queue.many": _many(client, letters[len(few) : len(few) + MOST_AT_ONCE])}


def _group(slug: str) -> tuple[Group, User]:
    group = Group.objects.create(slug=slug, name=slug.title())
    people = [User.objects.create_user(f"{slug}{n}@queue.example", name=f"Person {n}") for n in range(MEMBERS)]
    for place, user in enumerate(people):
        Membership.objects.create(group=group, user=user, role=Role.MEMBER if place else Role.OWNER)
    return group, people[0]


def _fill(group: Group, count: int) -> None:
    """Letters of many strangers, and some requests of which only the row of the queue is there: lists ask for no more."""
    begun = timezone.now() - timedelta(days=9)
    for numbers in chunks(range(count), 1000):
        kept = Spooled.objects.bulk_create([_spooled(group, number) for number in numbers])
        held = Inbound.objects.bulk_create(
            Inbound(
                spooled=each, group=group, recipient=group.address, state=InboundState.HELD, author=each.envelope_from,
                subject=f"Seeds {number}", message_id=f"{group.slug}-{number}@queue.example", rule="strangers",
                message_id_key=key_of(f"{group.slug}-{number}@queue.example"),
            )
            for number, each in zip(numbers, kept, strict=True)
        )  # fmt: skip
        Waiting.objects.bulk_create(
            Waiting(
                group=group, kind="request" if number % REQUESTS_ONE_IN == 0 else "letter",
                target=each.pk, title=each.subject, who=each.author, beginning="Forty packets of seeds are left.",
                rule="strangers", reason=f"{each.author} is not a member.", since=begun + timedelta(seconds=number),
            )
            for number, each in zip(numbers, held, strict=True)
        )  # fmt: skip


def _spooled(group: Group, number: int) -> Spooled:
    author = f"s{number}@d{number % 500}.example"
    letter = (
        f"From: Somebody <{author}>\r\nTo: {group.address}\r\nSubject: Seeds {number}\r\n"
        f"Message-ID: <{group.slug}-{number}@queue.example>\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n\r\n"
        + "Forty packets of seeds are left.\r\n"
        * 20
    ).encode()
    return Spooled(raw=zstandard.compress(letter), size=len(letter), envelope_from=author, door=Door.LMTP)


def _letters(group: Group) -> list[int]:
    rows = Waiting.objects.open().filter(group=group, kind="letter").order_by("since", "id")
    return list(rows.values_list("pk", flat=True)[: TIMES + MOST_AT_ONCE])


def _time(ask: Callable[[str], Any], paths: list[str], wanted: int = 200) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds, and the median of the processor's."""
    took, used = [], []
    for path in [paths[0], *paths] if wanted == 200 else paths:
        started, cpu = time.perf_counter(), time.process_time()
        if ask(path).status_code != wanted:
            raise SystemExit(f"{path} did not do.")
        took.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - cpu) * 1000)
    cuts = quantiles(took[1:], n=20)
    return cuts[9], cuts[18], median(used[1:])


def _many(client: Client, letters: list[int]) -> tuple[float, float]:
    started, cpu = time.monotonic(), time.process_time()
    client.post("/moderation/decide/", {"waiting": letters, "decision": "approve"})
    if Waiting.objects.open().filter(pk__in=letters).exists():
        raise SystemExit("Not all were decided about.")
    return time.monotonic() - started, time.process_time() - cpu
