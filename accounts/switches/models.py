"""Switches that somebody has touched; the others are as usual."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Turned(models.Model):
    name = models.CharField(max_length=40, unique=True)  # of accounts.switches.SWITCHES
    is_on = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)  # of the banner
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "switches"

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}"
