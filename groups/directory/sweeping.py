"""What the worker does for the directory, a bounded piece at a time: follow letters and members, let time pass, compare."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from groups.directory import keeping, similar
from groups.directory.models import Listing
from groups.models import Group

AT_ONCE = 200
MOST = 5_000  # rows in one sweep
COMPARED = 100
WEEK = timedelta(days=7)
LATELY = timedelta(days=2)


def sweep() -> int:
    """Bring rows up to date that are not; returns how many there were."""
    keys = sorted({*_not_there(), *_stale(), *_with_letters(), *_changed(), *_of_yesterday()})[:MOST]
    for place in range(0, len(keys), AT_ONCE):
        keeping.refresh(keys[place : place + AT_ONCE])
    return len(keys)


def compare() -> int:
    """Look for similar groups where nobody did for a week; returns for how many."""
    long_ago = timezone.now().date() - WEEK
    rows = Listing.objects.filter(listed=True)
    new = list(rows.filter(compared_on=None).values_list("pk", flat=True)[:COMPARED])
    old = rows.filter(compared_on__lt=long_ago).order_by("compared_on", "group_id").values_list("pk", flat=True)
    keys = [*new, *old[: COMPARED - len(new)]]
    for key in keys:
        similar.keep(key)
    return len(keys)


def _not_there() -> list[int]:
    """Groups without a row: made before there was a directory, or past its signals. The newest know."""
    newest = Group.objects.order_by("-pk").values_list("pk", flat=True)[:MOST]
    there = set(Listing.objects.filter(pk__in=list(newest)).values_list("pk", flat=True))
    return [key for key in newest if key not in there]


def _stale() -> list[int]:
    return list(Listing.objects.filter(stale=True).values_list("pk", flat=True)[:MOST])


def _with_letters() -> list[int]:
    """Archives that changed of late, and since their rows were made. A commit may take a while, and so may a pause of ours."""
    late = Group.objects.filter(archive__changed_at__gte=timezone.now() - LATELY)
    late = late.exclude(archive__version=F("listing__archive_version"))
    return list(late.values_list("pk", flat=True)[:MOST])


def _changed() -> list[int]:
    """Groups that were changed past Model.save, as bulk updates do."""
    late = Group.objects.filter(changed_at__gte=timezone.now() - LATELY)
    return list(late.exclude(changed_at=F("listing__group_changed_at")).values_list("pk", flat=True)[:MOST])


def _of_yesterday() -> list[int]:
    """Thirty days ago was another day yesterday."""
    rows = Listing.objects.filter(Q(letters_90__gt=0), counted_on__lt=timezone.now().date())
    return list(rows.order_by("counted_on").values_list("pk", flat=True)[:MOST])
