"""Names by which a group is found beside its own: those it had before, and those its owners added."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.group import Group


class Alias(models.Model):
    """A row stays when its group goes: a name that once led somewhere never leads to strangers."""

    slug = models.CharField(max_length=63, unique=True)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="aliases")
    was_its_name = models.BooleanField(default=False)  # else somebody added it
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return f"{self.slug} for {self.group}"
