"""An import, from the first byte to "done" or "undone", and what it could not read.

waiting -> reading -> done | cancelled | failed;  paused stands between two runs;  done|cancelled|failed -> undoing -> undone
"""

import zstandard
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group


class TransferState(models.TextChoices):
    UPLOADING = "uploading", _("Being uploaded")
    WAITING = "waiting", _("Waiting to start")
    CHECKING = "checking", _("Being looked through")
    CHECKED = "checked", _("Looked through, ready to import")
    READING = "reading", _("Being imported")
    DONE = "done", _("Imported")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Stopped by an error")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Transfer(models.Model):
    """One batch of letters brought into a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="transfers")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=TransferState, default=TransferState.WAITING)
    name = models.CharField(max_length=255)  # what people call it: the file's own name
    sources = models.JSONField(default=list)  # paths on this machine, in order
    format = models.CharField(max_length=100, blank=True)
    cursor = models.JSONField(default=dict)  # {"source": index, "key": reader key, "position": …}: where to go on
    total_bytes = models.BigIntegerField(default=0)
    done_bytes = models.BigIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)  # read = imported + duplicates + quarantined
    imported = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    corrected_dates = models.PositiveIntegerField(default=0)
    threads = models.PositiveIntegerField(default=0)  # threads that the batch began
    seconds = models.FloatField(default=0)
    staged = models.BooleanField(default=False)  # unseen until done: the archive is for members only
    claim = models.CharField(
        max_length=200, blank=True
    )  # whose run it is: a run that lost its claim writes nothing more
    cancel_requested = models.BooleanField(default=False)
    report = models.JSONField(default=dict)  # the dry run's numbers, years, samples
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(null=True, blank=True)  # the worker's last sign of life
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["group", "-id"], name="archive_transfer_by_group")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done_bytes / self.total_bytes)) if self.total_bytes else 0


class Quarantined(models.Model):
    """A letter that could not be read: kept raw, to be mended and released, or dismissed, one by one."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RELEASED = "released", "Released"
        DISMISSED = "dismissed", "Dismissed"

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="quarantine")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    position = models.BigIntegerField()  # byte offset in the source, or the ordinal
    number = models.PositiveIntegerField()  # which message of the source
    raw_hash = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=300)
    raw = models.BinaryField()  # zstandard
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["group", "state", "-id"], name="archive_quarantine_by_state")]
        constraints = [models.UniqueConstraint(fields=["group", "raw_hash"], name="archive_quarantined_once")]

    def __str__(self) -> str:
        return f"no. {self.number} at {self.position}: {self.reason}"

    @property
    def raw_bytes(self) -> bytes:
        return zstandard.ZstdDecompressor().decompress(bytes(self.raw), max_output_size=2**31 - 1)
