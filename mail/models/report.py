"""Members report letters of the archive; moderators decide about each letter once, however many reported it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import Message
from groups.models import Group


class Why(models.TextChoices):
    SPAM = "spam", _("It is spam or an advertisement")
    UNKIND = "unkind", _("It is unkind, or attacks somebody")
    OFF_TOPIC = "off-topic", _("It has nothing to do with the group")
    PRIVATE = "private", _("It tells what is private")
    ILLEGAL = "illegal", _("It may be against the law")
    OTHER = "other", _("Something else")


class Settled(models.TextChoices):
    OPEN = "", _("not decided yet")
    KEPT = "approve", _("the letter stays")
    HIDDEN = "discard", _("the letter is hidden")
    WARNED = "reject", _("the letter is hidden, and its author was told why")
    BANNED = "ban", _("the letter is hidden, and its author banned")


class Report(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="reports")
    letter = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    settled = models.CharField(max_length=10, choices=Settled, default=Settled.OPEN, blank=True)
    hid_it = models.BooleanField(default=False)  # the one that reached the threshold

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "by"], name="mail_report_once")]

    def __str__(self) -> str:
        return f"{self.by} reported {self.letter}: {self.why}"
