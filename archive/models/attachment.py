"""Attachments. Most live inside the raw letter and are cut out on demand; detached ones (Yahoo) stand as files."""

from django.db import models
from django.db.models.functions import Left

from archive.models.message import Message
from groups.models import Group


class Attachment(models.Model):
    """`index` is the leaf part in the raw message, or counts on from 10,000 for detached ones, whose bytes stand under `blob`."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    index = models.PositiveIntegerField()
    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=127)
    # What the page of one kind searches: the few sounds among a hundred thousand pictures are found without a walk.
    kind = models.GeneratedField(
        expression=Left("content_type", 5), output_field=models.CharField(max_length=5), db_persist=True
    )
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)
    blob = models.CharField(max_length=80, blank=True)  # path below BLOB_FOLDER, "" where it is cut from the raw letter
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "index"], name="archive_attachment_once")]
        indexes = [
            models.Index(fields=["group", "-sent_at", "-id"], name="archive_attachment_by_date"),
            models.Index(fields=["group", "kind", "-sent_at", "-id"], name="archive_attachment_by_kind"),
        ]

    def __str__(self) -> str:
        return self.filename or self.content_type
