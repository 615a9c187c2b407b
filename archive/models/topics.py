"""Where moderators put letters, and how to take that back."""

import re

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Group


class TopicPlace(models.Model):
    """Letters that a moderator merged or split off, known again when they come anew: `handle` is the key of a Message-ID, or of
    the thread key of an import (archive.actions.places). The threader gets `place` as the thread key of such a letter."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+", db_index=False)
    handle = models.BigIntegerField()
    place = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "handle"], name="archive_topicplace_once")]

    def __str__(self) -> str:
        return f"{self.handle} at {self.place}"


class TopicChange(models.Model):
    """A merge, split, move or new name, with what is needed to take it back."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "renamed"
        MERGED = "merged", "merged"
        SPLIT = "split", "split"
        MOVED = "moved", "moved"

    group = models.ForeignKey(Group, models.CASCADE, related_name="topic_changes", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveIntegerField()  # of a letter in the topic that it led to
    sentence = models.CharField(max_length=500)
    before = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["group", "-id"], name="archive_topicchange_by_group")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def said(self) -> str:
        """The sentence in the language of the page; as it is stored where its form is another."""
        form = _FORMS.get(self.kind)
        found = form.fullmatch(self.sentence) if form else None
        if found is None:
            return self.sentence
        if self.kind == self.Kind.RENAMED:
            return _("“%(old)s” is called “%(new)s” now") % found.groupdict()
        if self.kind == self.Kind.MERGED:
            return _("“%(topic)s” was merged into “%(other)s”") % found.groupdict()
        if self.kind == self.Kind.SPLIT:
            return _("Letter %(number)s was split off “%(topic)s”") % found.groupdict()
        return _("“%(topic)s” was moved to %(group)s") % found.groupdict()


# How archive.actions.topics and archive.actions.moving write them.
_FORMS: dict[str, re.Pattern[str]] = {
    TopicChange.Kind.RENAMED: re.compile(r"“(?P<old>.*)” is called “(?P<new>.*)” now"),
    TopicChange.Kind.MERGED: re.compile(r"“(?P<topic>.*)” was merged into “(?P<other>.*)”"),
    TopicChange.Kind.SPLIT: re.compile(r"Letter (?P<number>\d+) was split off “(?P<topic>.*)”"),
    TopicChange.Kind.MOVED: re.compile(r"“(?P<topic>.*)” was moved to (?P<group>.*)"),
}
