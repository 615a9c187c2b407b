"""When a moderator was last reminded of what waits: once a day at their hour, all their groups in one mail."""

from django.conf import settings
from django.db import models


class ReminderMark(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.next_at}"
