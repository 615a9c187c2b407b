"""Reports to the site, gathered by what they are about, and the log of the staff."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group

OPEN = Q(state="open")


class What(models.TextChoices):
    SPAM = "spam", _("Spam, or a swindle")
    ILLEGAL = "illegal", _("It is against the law")
    HARASSMENT = "harassment", _("It harasses or threatens somebody")
    COPYRIGHT = "copyright", _("It is mine, and copied without leave")
    OTHER = "other", _("Something else")


class State(models.TextChoices):
    OPEN = "open", "open"
    DONE = "done", "settled"


class Outcome(models.TextChoices):
    TAKEN_DOWN = "taken-down", _("taken down")
    SUSPENDED = "suspended", _("suspended")
    WARNED = "warned", _("warned")
    DISMISSED = "dismissed", _("left as it is")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(state=State.OPEN)


class Case(models.Model):
    """All reports about one group, letter or person. State machine: open -> done; a report after that opens another."""

    kind = models.CharField(max_length=12)  # of groups.abuse.targets
    target = models.BigIntegerField()  # key of the thing, in the table of its kind
    title = models.CharField(max_length=250)
    url = models.CharField(max_length=300, blank=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    reports_made = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "target"], name="abuse_case_once", condition=OPEN)]
        indexes = [
            models.Index(fields=["state", "last_at", "id"], name="abuse_case_queue"),
            models.Index(fields=["kind", "target", "-id"], name="abuse_case_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def in_others_hands(self, user: object, now: datetime | None = None) -> bool:
        until = self.claimed_until
        return until is not None and until > (now or timezone.now()) and self.claimed_by_id != getattr(user, "pk", None)


class AbuseReport(models.Model):
    """What one person said about it. `address`: where the outcome is mailed, empty where they did not want to hear."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    what = models.CharField(max_length=12, choices=What)
    words = models.CharField(max_length=2000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    address = models.EmailField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="abuse_report_once", condition=Q(by__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} ({self.by or 'a reader'})"


class AppendOnly(Exception):
    """The log is written and read, never changed."""


class StaffEntryQuerySet(models.QuerySet["StaffEntry"]):
    def update(self, **values: Any) -> int:
        raise AppendOnly("The log of the staff is not changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("The log of the staff is not deleted.")


class StaffEntry(models.Model):
    """One thing that somebody of the staff did. Names are kept as they were, so that it outlives what it is about."""

    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)  # no foreign key: whoever goes, the line stays as it is
    by_name = models.CharField(max_length=320, blank=True)  # empty: the house itself
    action = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=40, blank=True)  # "accounts.user"
    about_id = models.CharField(max_length=40, blank=True)
    about_name = models.CharField(max_length=320, blank=True)
    url = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=2000, blank=True)
    details = models.JSONField(default=dict, blank=True)  # {"column": [old, new], …}
    ip = models.GenericIPAddressField(null=True, blank=True)

    objects = StaffEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry of the staff’s log"
        verbose_name_plural = "log of the staff"
        indexes = [
            models.Index(fields=["about_kind", "about_id", "-id"], name="abuse_staffentry_of_thing"),
            models.Index(fields=["action", "-id"], name="abuse_staffentry_by_action"),
            models.Index(fields=["by_id", "-id"], name="abuse_staffentry_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name or 'Posthouse'} {self.action} {self.about_name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("The log of the staff is not changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnly("The log of the staff is not deleted.")
