"""Threads, and the ghosts: Message-IDs that letters mention and nobody has seen yet."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.models.archive import Archive
from groups.models import Group


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible(self, archive: Archive | None = None) -> Self:
        """Threads with something to show; those of an import that is not finished stay unseen."""
        return self.outside(archive.staging if archive is not None else ())

    def outside(self, staging: Sequence[int]) -> Self:
        """Threads with something to show that are not of these imports."""
        seen = self.filter(message_count__gt=0)
        return seen.filter(Q(transfer__isnull=True) | ~Q(transfer__in=staging)) if staging else seen


class Reach(models.TextChoices):
    """Whom replies to a topic are sent to."""

    USUAL = "usual", _("Everybody who gets the group’s mail")
    FOLLOWERS = "followers", _("Only people who follow the topic")
    NOBODY = "nobody", _("Nobody: they are archived, and can be read here")


class Thread(models.Model):
    """Letters that belong together. Its address is the lowest message number in it; the number of any letter leads there."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="threads", db_index=False)
    number = models.PositiveIntegerField()
    subject = models.TextField(blank=True)
    starter = models.CharField(max_length=200, blank=True)
    last_author = models.CharField(max_length=200, blank=True)
    last_author_key = models.CharField(max_length=320, blank=True)
    snippet = models.CharField(max_length=220, blank=True)
    message_count = models.PositiveIntegerField(default=0)  # visible letters
    author_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)  # highest visible number: what "unread" compares with
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    title = models.TextField(blank=True, db_default="")  # what a moderator calls it; "": as its first letter does
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    lock_reason = models.CharField(max_length=300, blank=True, db_default="")
    moderated = models.BooleanField(default=False, db_default=False)  # replies wait, whoever writes them
    reach = models.CharField(max_length=9, choices=Reach, default=Reach.USUAL, db_default=Reach.USUAL)
    reach_since = models.DateTimeField(null=True, blank=True)  # letters before it went out as usual
    transfer = models.ForeignKey("archive.Transfer", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "number"], name="archive_thread_number_once")]
        indexes = [
            models.Index(fields=["group", "-last_at", "-id"], name="archive_thread_by_activity"),
            # In the whole order of the page, else SQLite takes the one above and looks through every thread for the pinned ones.
            models.Index(fields=["group", "-last_at", "-id"], name="archive_thread_pinned", condition=Q(pinned=True)),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"


class Ghost(models.Model):
    """A claim of a thread on a Message-ID that its letters mention and that is not (or not here) to be had. A late parent
    claims its children through it (public-inbox's ghosts, pgarchives' unresolved_messages); see archive.threader.closure."""

    group = models.ForeignKey(Group, models.CASCADE, db_index=False)
    message_id_key = models.BigIntegerField()
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="ghosts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id_key", "group", "thread"], name="archive_ghost_once")]

    def __str__(self) -> str:
        return f"{self.message_id_key} in {self.thread_id}"
