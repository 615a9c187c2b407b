"""A token stands for one person. Its text is shown once; kept is only its hash."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token lets a program do, as far as its person may do it."""

    GROUPS_READ = "groups:read", _("See groups, the directory, and which groups are mine")
    GROUPS_WRITE = "groups:write", _("Start groups, and change the settings of mine")
    MESSAGES_READ = "messages:read", _("Read and search letters, download attachments")
    POSTS_WRITE = "posts:write", _("Write letters in my name")
    MEMBERSHIP = "membership", _("Join and leave groups for me, choose how their mail comes")
    MEMBERS_READ = "members:read", _("See the members of groups")
    MEMBERS_WRITE = "members:write", _("Invite, add, change and remove members")
    MODERATION = "moderation", _("See and decide what waits, read the log")
    POLLS_READ = "polls:read", _("See polls and their results")
    POLLS_WRITE = "polls:write", _("Vote in my name, open and close polls")


class TokenQuerySet(models.QuerySet["Token"]):
    def working(self) -> Self:
        """Neither ended nor too old."""
        return self.filter(ended_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


class Token(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True)  # SHA-256 of a text with 190 random bits: no salt is needed
    beginning = models.CharField(max_length=12)  # of its text, to know it by
    scopes = models.JSONField(default=list)
    only_groups = models.JSONField(null=True, blank=True)  # keys of groups; null: all that its person may go to
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="tokens_of_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    @property
    def works(self) -> bool:
        return self.ended_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def limited_to(self) -> frozenset[int] | None:
        return None if self.only_groups is None else frozenset(self.only_groups)

    @property
    def scope_labels(self) -> list[Any]:
        return [Scope(value).label for value in self.scopes if value in Scope.values]

    def used_today(self, today: date) -> bool:
        return self.last_used_on == today
