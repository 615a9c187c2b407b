"""Digests and the daily mail: what went to whom for which period (exactly once), and topics followed or muted."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import Message
from groups.models import Membership


class DigestMark(models.Model):
    """How far one member's digest or summary of a group has come: written in the transaction that queues it."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="digest_mark")
    last_number = models.PositiveIntegerField(
        default=0
    )  # of the last letter that went out in one; arrivals only count up
    last_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # the member's hour, in UTC
    issue = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="mail_digestmark_due")]

    def __str__(self) -> str:
        return f"digest of {self.membership_id} up to {self.last_number}"


class DailyMark(models.Model):
    """How far one person's daily mail over all groups has come."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    last_at = models.DateTimeField(null=True, blank=True)  # letters that came until then have gone out
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="mail_dailymark_due")]

    def __str__(self) -> str:
        return f"daily mail of {self.user_id} up to {self.last_at}"


class TopicWish(models.TextChoices):
    FOLLOW = "follow", _("Send me every letter of this topic")
    MUTE = "mute", _("Send me no more of this topic")


class TopicChoice(models.Model):
    """A person follows or mutes the topic that `message` is in now: topics may merge and split, letters stay."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    wish = models.CharField(max_length=6, choices=TopicWish)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="mail_topicchoice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.wish} {self.message_id}"
