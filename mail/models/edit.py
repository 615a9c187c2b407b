"""A letter that a moderator changed before it went out: what its author sent is kept beside what waits."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from mail.models.inbound import Inbound, Spooled


class Edit(models.Model):
    inbound = models.ForeignKey(Inbound, models.CASCADE, related_name="edits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    original = models.ForeignKey(Spooled, models.PROTECT, related_name="+")  # as it was before this change

    def __str__(self) -> str:
        return f"{self.by} edited {self.inbound}"
