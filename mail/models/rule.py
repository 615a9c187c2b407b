"""Rules that a group writes itself: conditions on a letter, and what then. mail.rules.content evaluates them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Answer, Group


class Then(models.TextChoices):
    HOLD = "hold", _("It waits for a moderator")
    QUARANTINE = "quarantine", _("It goes into quarantine; nobody is told")
    REJECT = "reject", _("It is sent back, with a saved answer or the rule’s name")
    DISCARD = "discard", _("It is dropped; nobody is told")
    ACCEPT = "accept", _("It goes out at once, whatever the rules below say")


class ContentRule(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="content_rules")
    place = models.PositiveIntegerField(default=0)  # the first that applies decides
    name = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)
    needs_all = models.BooleanField(default=True)  # else one condition is enough
    conditions = models.JSONField(default=list)  # [{"on": …, "how": …, "value": …}, …]: mail.rules.conditions
    then = models.CharField(max_length=10, choices=Then, default=Then.HOLD)
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True, blank=True, related_name="+")
    for_moderators = models.BooleanField(default=False)  # also letters of those who never wait
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name
