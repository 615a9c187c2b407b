"""Webhooks: who is told (Hook), what happened (Event), and what became of telling it (Sending).

An Event and its Sendings are written in the transaction of what happened (a transactional outbox); workers read them.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from groups.models import Group


class HookState(models.TextChoices):
    ON = "on", pgettext_lazy("webhook", "On")
    OFF = "off", pgettext_lazy("webhook", "Switched off")
    FAILED = "failed", pgettext_lazy("webhook", "Switched off: it failed too long")


class SendingState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("webhook", "waits")
    SENT = "sent", pgettext_lazy("webhook", "taken")
    FAILED = "failed", pgettext_lazy("webhook", "given up")


WAITS = Q(state="waiting")


class HookQuerySet(models.QuerySet["Hook"]):
    def on(self) -> Self:
        return self.filter(state=HookState.ON)

    def listening(self) -> Self:
        """Those that are told: not of a group that was taken down, nor of staff who are staff no more."""
        of_groups = Q(group__isnull=False, group__taken_down_at__isnull=True)
        of_staff = Q(
            group__isnull=True,
            made_by__is_superuser=True,
            made_by__is_active=True,
        )
        return self.on().filter(of_groups | of_staff)


class Hook(models.Model):
    """A subscription. Its secrets never leave this table but once, to whoever made it, and as signatures."""

    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="hooks", help_text="Empty: every group of the site."
    )
    url = models.CharField(max_length=500)
    label = models.CharField(max_length=80, blank=True)
    events = models.JSONField(default=list)
    with_text = models.BooleanField(default=False)
    secret = models.CharField(max_length=120)
    old_secret = models.CharField(max_length=120, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=HookState, default=HookState.ON)
    why_off = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # How it answers: whoever fails rests, and whoever is slow is served in a lane of its own.
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    is_slow = models.BooleanField(default=False)
    # One worker at a time: whoever holds the claim. It ends by itself where that worker died.
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(default=timezone.now)

    objects = HookQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["group", "state"], name="hooks_hook_of_group")]

    def __str__(self) -> str:
        return self.label or self.url

    @property
    def is_on(self) -> bool:
        return self.state == HookState.ON

    @property
    def secrets(self) -> list[str]:
        """Those that a receiver may be checking with: the new one first."""
        two = self.old_secret and self.old_secret_until and self.old_secret_until > timezone.now()
        return [self.secret, self.old_secret] if two else [self.secret]


def new_uid() -> str:
    return f"evt_{uuid.uuid4().hex}"


class Event(models.Model):
    uid = models.CharField(max_length=40, unique=True, default=new_uid)
    name = models.CharField(max_length=40)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)
    content = models.CharField(max_length=40, blank=True)  # groups.events.CONTENTS

    class Meta:
        indexes = [models.Index(fields=["at"], name="hooks_event_by_age")]

    def __str__(self) -> str:
        return f"{self.name} {self.uid}"


class Sending(models.Model):
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="sendings", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="sendings")
    state = models.CharField(max_length=8, choices=SendingState, default=SendingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True, blank=True)  # of the latest attempt
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["hook", "next_at", "id"], name="hooks_sending_due", condition=WAITS),
            models.Index(fields=["hook", "-id"], name="hooks_sending_of_hook"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.hook_id}: {self.state}"
