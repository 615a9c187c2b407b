"""A letter: what lists, threads and pages need (Message), and the heavy part beside it (Content)."""

from collections.abc import Sequence
from typing import Self

import zstandard
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.models.archive import Archive
from archive.models.author import Author
from archive.models.thread import Thread
from archive.models.transfer import Transfer
from archive.parsing.types import DateSource
from groups.domains import sites
from groups.models import Group


class MessageQuerySet(models.QuerySet["Message"]):
    def visible(self, archive: Archive | None = None) -> Self:
        """Letters people may see: not hidden, and not of an import that is still under way."""
        return self.outside(archive.staging if archive is not None else ())

    def outside(self, staging: Sequence[int]) -> Self:
        """Letters that are not hidden and not of these imports."""
        seen = self.filter(hidden_at__isnull=True)
        return seen.filter(Q(transfer__isnull=True) | ~Q(transfer__in=staging)) if staging else seen

    def in_order(self) -> Self:
        return self.order_by("sent_at", "id")


class Message(models.Model):
    """One letter of one group. `number` and the Message-ID are its permalinks and never change."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="messages", db_index=False)
    number = models.PositiveIntegerField()
    message_id = models.TextField()  # without angle brackets
    message_id_key = models.BigIntegerField()  # archive.keys.key_of(message_id): a short index for long ids
    content_hash = models.BinaryField(max_length=32)  # parsing.content_hash: the same letter from another archive
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages", db_index=False)
    parent = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, blank=True, related_name="+", db_index=False, db_constraint=False
    )
    linked_by_subject = models.BooleanField(default=False)
    references = models.TextField(blank=True)  # one Message-ID a line, oldest first
    thread_key = models.CharField(max_length=120, blank=True)  # the thread an import knows it belongs to
    place = models.CharField(
        max_length=40, blank=True, db_default=""
    )  # where a moderator put it; counts more than thread_key
    subject = models.TextField(blank=True)
    subject_key = models.BigIntegerField(default=0)  # key of the base subject; 0 where it is empty
    is_reply = models.BooleanField(default=False)  # the subject said so
    author = models.ForeignKey(Author, models.RESTRICT, related_name="messages", db_index=False)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    sent_at = models.DateTimeField()  # the best date we know
    utc_offset = models.SmallIntegerField(null=True, blank=True)  # minutes; the sender's zone
    date_raw = models.CharField(max_length=250, blank=True)
    date_source = models.CharField(
        max_length=10, default=DateSource.DATE, choices=[(source.value, source.value) for source in DateSource]
    )
    snippet = models.CharField(max_length=220, blank=True)
    size = models.PositiveIntegerField()
    attachment_count = models.PositiveSmallIntegerField(default=0)
    list_id = models.CharField(max_length=255, blank=True)
    defects = models.CharField(max_length=250, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)  # by a moderator, in the archive; see Revision
    transfer = models.ForeignKey(
        Transfer, models.SET_NULL, null=True, blank=True, related_name="letters", db_index=False
    )
    legacy_number = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="archive_message_number_once")]
        indexes = [
            models.Index(fields=["message_id_key", "group"], name="archive_message_by_id"),
            models.Index(fields=["thread", "sent_at", "id"], name="archive_message_in_thread"),
            models.Index(fields=["group", "sent_at", "id"], name="archive_message_by_date"),
            models.Index(
                fields=["group", "subject_key", "sent_at"],
                name="archive_message_by_subject",
                condition=~Q(subject_key=0),
            ),
            models.Index(fields=["group", "thread_key"], name="archive_message_by_key", condition=~Q(thread_key="")),
            models.Index(fields=["group", "place"], name="archive_message_by_place", condition=~Q(place="")),
            models.Index(
                fields=["transfer", "id"], name="archive_message_of_batch", condition=Q(transfer__isnull=False)
            ),
            models.Index(fields=["author", "sent_at"], name="archive_message_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}"

    @property
    def date_corrected(self) -> bool:
        return self.date_source != DateSource.DATE

    @property
    def author_label(self) -> str:
        """The name to show to anybody: never a whole address."""
        return self.from_name or self.from_address.split("@")[0] or _("Unknown sender")


class Content(models.Model):
    """The heavy part of a letter. `raw` is what came in, byte for byte, kept for ever; the rest is made from it."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="content")
    raw = models.BinaryField()  # zstandard
    text = models.TextField(blank=True)  # the whole letter as plain text, quotes and signature included
    html = models.TextField(blank=True)  # safe fragment; "" where archive.rendering.fragment_of makes it from the text
    has_remote = models.BooleanField(default=False)  # images on other servers, shown only when the reader asks

    def __str__(self) -> str:
        return f"content of {self.message_id}"

    @property
    def raw_bytes(self) -> bytes:
        return zstandard.ZstdDecompressor().decompress(bytes(self.raw), max_output_size=2**31 - 1)


def permalink(group_slug: str, number: int) -> str:
    return reverse("message", args=[group_slug, number])


def absolute(url: str, group: Group | None = None) -> str:
    """On the host of the group's own domain; of the house, where none is given."""
    return sites.of(group).absolute(url)
