"""Members that an owner added without their own yes: from a file or from pasted addresses, with the word of who vouches."""

import zstandard
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.group import Group


class BatchState(models.TextChoices):
    PREVIEW = "preview", _("is looked at before anything happens")
    WAITING = "waiting", _("waits to begin")
    ADDING = "adding", _("is being added")
    TELLING = "telling", _("is done; its members are being told")
    DONE = "done", _("is done")
    FAILED = "failed", _("has failed")
    UNDOING = "undoing", _("is being taken back")
    UNDONE = "undone", _("was taken back")


class Consent(models.TextChoices):
    """How the one who adds people knows that they want it. Kept for as long as the group is."""

    ASKED = "asked", _("They asked me to be added")
    SIGNED = "signed", _("They signed up on paper, on a form or at a meeting")
    MOVED = "moved", _("They are members of the list or group that we move here")
    BELONG = "belong", _("They belong to the organisation, and its members agreed")


class Batch(models.Model):
    """preview -> waiting -> adding -> telling -> done | failed; telling | done -> undoing -> undone. The
    text is kept for the preview, and forgotten when the batch is done."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="batches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)  # of the file; empty: pasted
    packed = models.BinaryField(default=bytes)  # the file as it came, zstandard
    reading = models.JSONField(default=dict)  # encoding, delimiter, header, columns: as the owner settled them
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREVIEW)
    consent = models.CharField(max_length=10, choices=Consent, blank=True)
    consent_words = models.CharField(max_length=500, blank=True)
    told_to = models.BigIntegerField(default=0)  # key of the last membership that got the mail about it
    total = models.PositiveIntegerField(default=0)  # rows
    done = models.PositiveIntegerField(default=0)  # rows dealt with
    added = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)  # why rows were left out -> how many
    error = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "batches"
        indexes = [
            models.Index(fields=["group", "-id"], name="groups_batch_of_group"),
            models.Index(
                fields=["id"],
                name="groups_batch_due",
                condition=Q(state__in=("waiting", "adding", "telling", "undoing")),
            ),
            models.Index(fields=["by", "made_at"], name="groups_batch_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'pasted addresses'} ({self.state})"

    @property
    def content(self) -> bytes:
        packed = bytes(self.packed)
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=2**28) if packed else b""

    @staticmethod
    def pack(content: bytes) -> bytes:
        return zstandard.compress(content)
