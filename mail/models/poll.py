"""What the group was mailed of a poll: the letters in its archive, so that answers find their poll, and each goes out once."""

from django.db import models

from archive.models import Message
from groups.polls.models import Poll


class PollLetter(models.Model):
    poll = models.OneToOneField(Poll, models.CASCADE, related_name="+")
    letter = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="+")  # that opened it
    result = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="+")  # that closed it
    edition = models.PositiveSmallIntegerField(default=1)  # what was asked anew has other numbers for its options
    asked = models.CharField(max_length=64, blank=True)  # fingerprint of that: mail.polls.house.fingerprint
    reminded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"letters of {self.poll}"
