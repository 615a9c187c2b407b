"""Letters that are no longer in a group: destroyed, or moved to another one. Their numbers stay taken for ever, their addresses
answer, and an import does not bring them back."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from archive.models.message import Message
from archive.models.thread import Thread
from groups.models import Group


class Departure(models.Model):
    """What is left of one letter. `moved_to`: the letter in its new group; null where it was
    destroyed (there, too). No text of it is kept: keys and hashes know it again, and do not tell what it said."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="departures", db_index=False)
    number = models.PositiveIntegerField()
    message_id_key = models.BigIntegerField()
    content_hash = models.BinaryField(max_length=32)
    content_key = models.BigIntegerField()  # archive.keys.key_of(hash in hexadecimal)
    thread = models.ForeignKey(
        Thread, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # where its answers are
    moved_to = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="archive_departure_number_once")]
        indexes = [
            models.Index(fields=["group", "message_id_key"], name="archive_departure_by_id"),
            models.Index(fields=["group", "content_key"], name="archive_departure_by_content"),
        ]

    def __str__(self) -> str:
        return f"letter {self.number} of {self.group_id}: {'moved' if self.moved_to_id else 'destroyed'}"
