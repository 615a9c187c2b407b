"""The demonstration site: groups, people and letters written for this project (demo/), brought in by the ordinary import."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import User
from archive.actions.transfers import plan_import
from archive.importers.pipeline import run_import
from archive.models import Transfer, TransferState
from groups.models import Group, Membership

FOLDER = Path(settings.BASE_DIR) / "demo"
DEMO_OWNER = "ann@example.org"
Progress = Callable[[int, int, int], object]  # done bytes, total bytes, letters


def wanted() -> bool:
    """Whether this is a site nobody has used, or one whose demonstration was interrupted."""
    begun = User.objects.filter(email=DEMO_OWNER).exists()
    if not begun:
        return not Group.objects.exists() and not User.objects.exists()
    slugs = [group["slug"] for group in _groups()]
    done = Transfer.objects.filter(group__slug__in=slugs, state=TransferState.DONE).values("group").distinct().count()
    return done < len(slugs) and not Transfer.objects.exclude(group__slug__in=slugs).exists()


def _groups() -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / "groups.json").read_text("utf-8"))["groups"])


def load_demo(*, progress: Progress | None = None) -> int:
    """Make the groups and import their letters; what is there already stays. Returns how many letters came in."""
    described = _groups()
    total = sum((FOLDER / group["mbox"]).stat().st_size for group in described)
    before, letters = 0, 0
    for entry in described:
        group = _make_group(entry)
        mbox = FOLDER / entry["mbox"]
        transfer = Transfer.objects.filter(group=group, sources=[str(mbox)]).first() or plan_import(
            group=group, sources=[mbox]
        )

        def report(now: Transfer, before: int = before, letters: int = letters) -> None:
            if progress:
                progress(before + now.done_bytes, total, letters + now.messages)

        run_import(transfer, progress=report, processes=0)
        before += mbox.stat().st_size
        letters += transfer.imported
    return letters


@transaction.atomic
def _make_group(entry: dict[str, Any]) -> Group:
    fields = ("name", "summary", "description", "language", "visibility", "archive_access", "categories", "country")
    group, _ = Group.objects.get_or_create(slug=entry["slug"], defaults={name: entry[name] for name in fields})
    for person in entry["members"]:
        user = _person(person["name"], person["address"])
        Membership.objects.get_or_create(group=group, user=user, defaults={"role": person["role"]})
    return group


def _person(name: str, address: str) -> User:
    user = User.objects.filter(email=address.lower()).first()
    if user is None:
        user = User.objects.create_user(address, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
