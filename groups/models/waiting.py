"""What waits for a person to decide: one row for each letter, request or report, whatever table the thing itself is in.

The thing's own state is the lock that decides; this row is opened in the transaction that makes the thing wait, and closed in
the one that ends it (groups.moderation.queue). Lists, counts and claims ask this table alone.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.models.group import Group

OPEN = Q(state="open")


class WaitingState(models.TextChoices):
    OPEN = "open", "waits"
    DONE = "done", "decided"
    EXPIRED = "expired", "waited too long"


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def open(self) -> Self:
        return self.filter(state=WaitingState.OPEN)

    def of_kinds(self, kinds: frozenset[str]) -> Self:
        return self.filter(kind__in=sorted(kinds))

    def claimed_by(self, user: object, now: datetime) -> Self:
        return self.filter(claimed_by=user, claimed_until__gt=now)

    def free(self, now: datetime) -> Self:
        return self.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))


class Waiting(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="waiting", db_index=False)
    kind = models.CharField(max_length=12)  # of groups.moderation.registry
    target = models.BigIntegerField()  # key of the thing, in the table of its kind
    title = models.CharField(max_length=250, blank=True)
    who = models.CharField(max_length=320, blank=True)  # whose it is: an address in small letters
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    beginning = models.CharField(max_length=300, blank=True)
    rule = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # 1: quarantine; nobody is told, and it stands on a shelf of its own. A number, for SQLite seeks no index by NOT quiet.
    quiet = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=WaitingState, default=WaitingState.OPEN)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)  # the decision's name

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "waiting"
        constraints = [models.UniqueConstraint(fields=["kind", "target"], name="groups_waiting_once", condition=OPEN)]
        indexes = [
            models.Index(fields=["group", "quiet", "since", "id"], name="groups_waiting_queue", condition=OPEN),
            models.Index(fields=["group", "quiet", "kind", "since", "id"], name="groups_waiting_kind", condition=OPEN),
            models.Index(fields=["group", "who"], name="groups_waiting_of_author", condition=OPEN),
            models.Index(fields=["since"], name="groups_waiting_since", condition=OPEN),
            models.Index(
                fields=["claimed_by", "group", "since", "id"],
                name="groups_waiting_claimed",
                condition=OPEN & Q(claimed_by__isnull=False),
            ),
            models.Index(fields=["kind", "target"], name="groups_waiting_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}: {self.title} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state == WaitingState.OPEN

    @property
    def is_claimed(self) -> bool:
        return self.claimed_by_id is not None and self.claimed_until is not None and self.claimed_until > timezone.now()


class WaitingNote(models.Model):
    """What moderators tell each other about something that waits; nobody else reads it."""

    waiting = models.ForeignKey(Waiting, models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=2000)

    def __str__(self) -> str:
        return f"{self.by_name}: {self.text[:60]}"


class Answer(models.Model):
    """Words that moderators send often when they send something back."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="answers")
    title = models.CharField(max_length=80)
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "title"], name="groups_answer_once")]

    def __str__(self) -> str:
        return self.title
