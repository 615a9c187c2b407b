"""Fills the tables that the panel lists, by the database itself, and asks for its pages, all in this process."""

import time
from statistics import quantiles
from typing import Any

import zstandard
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Max, Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks.inside import TIMES
from common import bulk
from common.paging import encode
from groups.models import Group, Membership
from mail.models import Delivery, DeliveryState, Kind, Outgoing

GROUPS = 100  # each with more members than a page shows, also of the few rows
COPIES = 1000  # of each letter
_MANY = """
    INSERT INTO {table} ({columns})
    WITH RECURSIVE numbers(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM numbers WHERE i < {last})
    SELECT {values} FROM numbers, {table} AS row WHERE row.id = {like}
"""


def answer(asked: dict[str, Any]) -> dict[str, tuple[float, float, float]]:
    operator = User.objects.create_superuser("olga@panel.example", None, name="Olga")
    Authenticator.objects.create(user=operator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(SERVER_NAME="localhost")
    client.force_login(operator)
    rows = Rows()
    rows.grow(asked["small"])
    small = {key: _time(client, url) for key, url in rows.pages().items()}
    rows.grow(asked["large"])
    large = {key: _time(client, url) for key, url in rows.pages().items()}
    return {key: (small[key][0], *large[key]) for key in large}


class Rows:
    """One row of each table made by our own code, and as many copies of it as are wanted made by the database."""

    def __init__(self) -> None:
        self.count = 0
        group = Group.objects.create(slug="panel-0", name="Panel 0")
        self.user = User.objects.create_user("u0@d0.example", name="Person")
        self.member = Membership.objects.create(group=group, user=self.user)
        self.letter = Outgoing.objects.create(
            kind=Kind.POST, template=zstandard.compress(b"Subject: x\r\n\r\nx\r\n"), size=20, group=group
        )
        self.copy = Delivery.objects.create(
            outgoing=self.letter, address="u0@d0.example", domain="d0.example", state=DeliveryState.SENT, user=self.user
        )
        self.group = group
        multiply(Group, group.pk, 1, GROUPS - 1, slug="'panel-' || i", name="'Panel ' || i")

    def grow(self, count: int) -> None:
        first, last, self.count = self.count + 1, count, count
        if last < first:
            return
        address = "'u' || i || '@d' || (i % 97) || '.example'"
        before = User.objects.aggregate(last=Max("pk"))["last"]
        multiply(User, self.user.pk, first, last, email=address)
        user, group = f"{before - first + 1} + i", f"{self.group.pk} + (i % {GROUPS})"
        multiply(Membership, self.member.pk, first, last, user_id=user, group_id=group, label=f"'person' || {address}")
        letters = Outgoing.objects.aggregate(last=Max("pk"))["last"]
        multiply(Outgoing, self.letter.pk, first, first + (last - first) // COPIES)
        letter = f"{letters + 1} + (i - {first}) / {COPIES}"
        domain = "'d' || (i % 97) || '.example'"
        multiply(Delivery, self.copy.pk, first, last, outgoing_id=letter, address=address, domain=domain, user_id=user)
        User.objects.suspended().update(is_active=True, suspended_at=None, suspended_because="")  # as many each time
        User.objects.filter(
            email__in=[f"u{n}@d{n % 97}.example" for n in range(first, last, max(1, last // 20))]
        ).update(is_active=False, suspended_at=timezone.now(), suspended_because="Spam")
        bulk.refresh_statistics(User, Group, Membership, Outgoing, Delivery)

    def pages(self) -> dict[str, str]:
        middle = self.count // 2
        address = f"u{middle}@d{middle % 97}.example"
        far = Delivery.objects.aggregate(last=Max("pk"))["last"] - middle
        return {
            "admin.deliveries": "/admin/mail/delivery/",
            "admin.memberships": "/admin/groups/membership/",
            "admin.people": "/admin/accounts/user/",
            "admin.far": f"/admin/mail/delivery/?before={encode(far, far)}",
            "admin.search": f"/admin/mail/delivery/?q={address}",
            "admin.search_group": "/admin/groups/membership/?q=panel-7",
            "admin.search_person": f"/admin/accounts/user/?q=u{middle}",
            "admin.filter": "/admin/accounts/user/?standing=suspended",
            "admin.where": f"/admin/where/?address={address}",
        }


def multiply(model: type[Model], like: int, first: int, last: int, **values: str) -> None:
    """Rows like that one, for each number i; `values`: what is another in each, in the words of the database."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    chosen = (values.get(str(column), f'row."{column}"') for column in columns)
    statement = _MANY.format(
        table=model._meta.db_table,
        columns=", ".join(f'"{column}"' for column in columns),
        first=first,
        last=last,
        values=", ".join(chosen),
        like=like,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _time(client: Client, url: str) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        page = client.get(url)
        if page.status_code != 200:
            raise SystemExit(f"{url} was not shown: {page.status_code}.")
        took.append((time.perf_counter() - started) * 1000)
    cuts = quantiles(took, n=20)
    return cuts[9], cuts[18]
