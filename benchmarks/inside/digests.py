"""Digests of many members of many groups: made, queued, and everybody's mark moved."""

import resource
import time
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import bulk
from groups.models import Group, Membership
from mail.digests import due
from mail.models import Delivery, DigestMark, Outgoing
from tests.builders import make_message

LETTERS = 5  # new in each group


def answer(asked: dict[str, Any]) -> dict[str, float]:
    """`members` memberships over `groups` groups; half want HTML, the others one of the two older forms."""
    now = timezone.now()
    _site(asked["members"], asked["groups"], now)
    before = _peak_mb()
    started, cpu = time.monotonic(), time.process_time()
    copies = due.send_due(now)
    return {
        "copies": copies,
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - cpu,
        "peak_mb": _peak_mb(),
        "grown_mb": _peak_mb() - before,
        "rows": Delivery.objects.filter(outgoing__kind="digest").count(),
        "letters": Outgoing.objects.filter(kind="digest").count(),
        "left": DigestMark.objects.filter(next_at__lte=now).count(),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _site(members: int, groups: int, now: datetime) -> None:
    each = -(-members // groups)
    nobody = make_password(None)
    people = [User(email=f"r{n}@d{n % 50}.example", password=nobody) for n in range(max(each, members // 10))]
    User.objects.bulk_create(people, 1000)
    made = Group.objects.bulk_create([Group(slug=f"digests-{n}", name=f"Digests {n}") for n in range(groups)])
    memberships = (
        Membership(
            group=group,
            user=people[(place * each + n) % len(people)],
            delivery="digest",
            digest_format=("html", "plain", "html", "mime")[n % 4],
        )
        for place, group in enumerate(made)
        for n in range(min(each, members - place * each))
    )
    while some := list(islice(memberships, 1000)):
        Membership.objects.bulk_create(some)
    due.begin_marks(now - timedelta(days=1))
    with transaction.atomic():
        for group in made:
            for n in range(LETTERS):
                make_message(group, subject=f"Seeds {n}", body="Forty packets of seeds are left.\n" * 20)
    DigestMark.objects.update(next_at=now)
    bulk.refresh_statistics(User, Membership, DigestMark)
