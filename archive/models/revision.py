"""What a letter was before a moderator edited it or blacked something out."""

import zstandard
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.message import Message


class Revision(models.Model):
    """The letter as it stood before one change: for moderators, until the letter or the revision is destroyed."""

    class Kind(models.TextChoices):
        EDITED = "edited", _("Edited")
        REDACTED = "redacted", _("Blacked out")

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=8, choices=Kind)
    raw = models.BinaryField()  # zstandard; empty where a moderator destroyed it
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    content_hash = models.BinaryField(max_length=32)  # of what came out of the change: known again when it is imported
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind} on {self.at:%Y-%m-%d}"

    @property
    def raw_bytes(self) -> bytes:
        raw = bytes(self.raw)
        return zstandard.ZstdDecompressor().decompress(raw, max_output_size=2**31 - 1) if raw else b""
