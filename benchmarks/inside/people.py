"""Adds members from a file, and asks for the pages about a large group, all in this process."""

import time
from statistics import quantiles
from typing import Any

from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from accounts.models import User
from benchmarks.inside import TIMES, members
from common import bulk
from groups.actions import adding
from groups.models import Consent, Group, Membership, Posting, Role


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    owner = User.objects.create_superuser("owner@people.example", None, name="Owner")  # no limit holds for operators
    return _add(owner, asked["added"]) | _pages(asked["large"])


def _add(owner: User, count: int) -> dict[str, float]:
    group = Group.objects.create(slug="people-added", name="Added")
    lines = ["email,name", *(f"p{n}@d{n % 97}.example,Person {n}" for n in range(count))]
    batch = adding.begin(group=group, by=owner, content="\n".join(lines).encode(), name="members.csv")
    adding.start(batch, by=owner, consent=Consent.MOVED, words="")
    started, cpu = time.monotonic(), time.process_time()
    adding.add_all(batch)
    if group.memberships.count() != count:
        raise SystemExit(f"{group.memberships.count():,} of {count:,} members were added.")
    return {"seconds": time.monotonic() - started, "cpu": time.process_time() - cpu}


def _pages(count: int) -> dict[str, tuple[float, float]]:
    members.answer({"slug": "people-large", "count": count})
    group = Group.objects.get(slug="people-large")
    owner, member = (User.objects.create_user(f"{name}@large.example", name=name) for name in ("owner", "member"))
    Membership.objects.create(group=group, user=owner, role=Role.OWNER)
    Membership.objects.create(group=group, user=member)
    some = group.memberships.filter(role=Role.MEMBER).order_by("pk")[: max(1, count // 5000)]
    Membership.objects.filter(pk__in=[each.pk for each in some]).update(posting=Posting.MODERATED)
    bulk.refresh_statistics(User, Membership)
    url, works, reads = "/g/people-large/members/", _browser(owner), _browser(member)
    far = _next_page(works, f"{url}?sort=name&q=9")
    return {
        "people.list": _time(works, url),
        "people.by_name": _time(works, url + far.replace("q=9", "q=")),
        "people.found": _time(works, f"{url}?q=peo{count - 7}"),
        "people.state": _time(works, f"{url}?state=moderated&sort=name"),
        "people.directory": _time(reads, url),
    }


def _next_page(client: Client, url: str) -> str:
    """The query of the page after this one. Only here pages tell what they were made from: that costs each of them time."""
    setup_test_environment()
    try:
        return str(client.get(url).context["page"].next)
    finally:
        teardown_test_environment()


def _browser(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _time(client: Client, url: str) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        if client.get(url).status_code != 200:
            raise SystemExit(f"{url} was not shown.")
        took.append((time.perf_counter() - started) * 1000)
    cuts = quantiles(took, n=20)
    return cuts[9], cuts[18]
