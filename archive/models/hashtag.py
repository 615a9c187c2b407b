"""Topics by hashtag. A tag hangs on a letter and holds for the topic that letter is in now: topics merge and split."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from archive.models.message import Message
from groups.models import Group


class Hashtag(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="hashtags", db_index=False)
    name = models.CharField(max_length=40)  # without #, folded: archive.parsing.hashtags
    used_at = models.DateTimeField(default=timezone.now)  # when a topic last got it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="archive_hashtag_once")]
        indexes = [models.Index(fields=["group", "-used_at", "-id"], name="archive_hashtag_by_use")]

    def __str__(self) -> str:
        return f"#{self.name}"


class Tagging(models.Model):
    """`holds`: False where a moderator took the tag off, so that the next letter with it does not bring it back."""

    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="taggings", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="taggings")
    holds = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hashtag", "message"], name="archive_tagging_once")]

    def __str__(self) -> str:
        return f"{self.hashtag} on {self.message_id}"
