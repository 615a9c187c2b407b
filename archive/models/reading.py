"""What a signed-in person has read: a floor for the whole group, and how far in each thread above it."""

from django.conf import settings
from django.db import models

from archive.models.thread import Thread
from groups.models import Group


class GroupMark(models.Model):
    """Everything up to message `number` counts as read ("mark all read", and the moment of the first visit)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="archive_groupmark_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.group_id} up to {self.number}"


class ThreadMark(models.Model):
    """Everything in the thread up to message `number` counts as read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="archive_threadmark_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.thread_id} up to {self.number}"
