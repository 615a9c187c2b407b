"""Makes a directory of so many groups, and asks for its pages, all in this process."""

import random
import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks.inside import TIMES
from benchmarks.inside.people import _time as time_pages
from common import bulk
from groups.countries import COUNTRIES
from groups.directory import keeping, similar
from groups.directory.models import Category, Listing, Shelf
from groups.models import Group, Membership

AT_ONCE = 500
KINDS = (
    "gardeners",
    "choir",
    "astronomers",
    "translators",
    "parents",
    "runners",
    "readers",
    "developers",
    "painters",
    "sailors",
)
PLACES = 2000
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "pt", "ja", "sv", "it")
JOINING = ("open", "open", "approval", "invitation")
PAGES = {
    "directory.front": ["/"],
    "directory.words": ["/?q=gardeners", "/?q=choir+ba", "/?q=gardners", "/?q=place{rare}", "/?q=nothing+at+all"],
    "directory.category": ["/c/gardening/", "/c/science/", "/c/music/?sort=name"],
    "directory.filters": [
        "/?country=NO",
        "/?language=de&size=1&joining=open",
        "/?activity=quiet&sort=active",
        "/?activity=week&country=FJ&language=ja&sort=large",
        "/c/science/?language=en&activity=month&readable=yes",
    ],
    "directory.sorts": [f"/?sort={sort}" for sort in ("active", "new", "large", "name")],
    "directory.similar": ["/g/dir-{rare}/"],
}


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    count = asked["groups"]
    _make(count)
    client, rare = Client(SERVER_NAME="localhost"), min(count - 1, PLACES // 2 + 1)
    similar.keep(Group.objects.get(slug=f"dir-{rare}").pk)
    found: dict[str, Any] = {key: _worst(client, urls, rare) for key, urls in PAGES.items()}
    return found | {"version": connection.vendor}


def _worst(client: Client, urls: list[str], rare: int) -> tuple[float, float, float]:
    """Of the slowest of these pages: median and 95th percentile in milliseconds, and milliseconds of processor."""
    return max((_timed(client, url.format(rare=rare)) for url in urls), key=lambda times: times[1])


def _timed(client: Client, url: str) -> tuple[float, float, float]:
    client.get(url)
    own = iter(range(1_000_000))
    between = "&" if "?" in url else "?"
    started = time.process_time()
    p50, p95 = time_pages(_Anew(client, lambda: f"{url}{between}n={next(own)}"), url)  # type: ignore[arg-type]
    return p50, p95, (time.process_time() - started) * 1000 / TIMES


class _Anew:
    """Asks under an address never asked for before, so that no kept page answers."""

    def __init__(self, client: Client, address: Any) -> None:
        self.client, self.address = client, address

    def get(self, _: str) -> Any:
        return self.client.get(self.address())


def _make(count: int) -> None:
    chance, now = random.Random(5), timezone.now()
    slugs = list(Category.objects.values_list("slug", flat=True))
    Group.objects.bulk_create((_group(number, chance, slugs, now) for number in range(count)), 1000)
    keys = list(Group.objects.filter(slug__startswith="dir-").order_by("pk").values_list("pk", flat=True))
    archive: Any = Group._meta.get_field("archive").related_model
    archive.objects.bulk_create((_archive(archive, key, chance, now) for key in keys), 1000)
    _members(keys, chance)
    for place in range(0, len(keys), AT_ONCE):
        keeping.refresh(keys[place : place + AT_ONCE])
    _lively(keys, chance)
    bulk.refresh_statistics(Group, archive, Membership, Listing, Shelf, Category)


def _group(number: int, chance: random.Random, slugs: list[str], now: Any) -> Group:
    kind, place = chance.choice(KINDS), f"place{number % PLACES}"
    words = " ".join(f"w{int(chance.paretovariate(0.7)) % 5000}" for _ in range(30))
    return Group(
        slug=f"dir-{number}",
        name=f"{kind.title()} of {place.title()}",
        summary=f"{kind} near the {chance.choice(KINDS)} who meet at {place}",
        description=words,
        country=chance.choice([*COUNTRIES, *["US", "DE", "GB"] * 60]),
        language=chance.choice(LANGUAGES),
        joining=chance.choice(JOINING),
        categories=chance.sample(slugs, chance.choice((1, 1, 2, 3))),
        created_at=now - timedelta(days=chance.randrange(4000)),
    )


def _archive(model: Any, key: int, chance: random.Random, now: Any) -> Any:
    last = now - timedelta(days=int(chance.paretovariate(0.4)) % 3000, minutes=chance.randrange(1440))
    letters = int(chance.paretovariate(0.6)) % 50_000
    monthly = {f"{last.year - back // 12:04}-{back % 12 + 1:02}": chance.randrange(90) for back in range(24)}
    return model(
        group_id=key, message_count=letters, thread_count=letters // 4, first_at=last, last_at=last, monthly=monthly,
        version=1, changed_at=last,
    )  # fmt: skip


def _members(keys: list[int], chance: random.Random) -> None:
    """A few in most, many in some."""
    users = User.objects.bulk_create((User(email=f"m{n}@dir.example", password="!") for n in range(2000)), 1000)
    for place in range(0, len(keys), 5000):
        rows = [
            Membership(group_id=key, user=user)
            for key in keys[place : place + 5000]
            for user in chance.sample(users, min(int(chance.paretovariate(1.3)), 1500))
        ]
        Membership.objects.bulk_create(rows, 2000)


def _lively(keys: list[int], chance: random.Random) -> None:
    """Letters of the last days, which the archives made here have no days for."""
    rows = [(key, number := int(chance.paretovariate(0.5)) % 2000, 3 * number) for key in keys[::2]]
    bulk.update_many(Listing, ("letters_30", "letters_90"), rows)
