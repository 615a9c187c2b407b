"""Hashtags a person follows or mutes."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from archive.models import Hashtag
from mail.models.digest import TopicWish


class HashtagChoice(models.Model):
    """Holds for every topic with the tag about which the person has said nothing else (TopicChoice)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="+")
    wish = models.CharField(max_length=6, choices=TopicWish)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "hashtag"], name="mail_hashtagchoice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.wish} {self.hashtag_id}"
