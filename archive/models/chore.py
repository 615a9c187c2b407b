"""What moderators asked for that takes longer than a page may: letters by the thousand destroyed, moved, or rewritten."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group


class ChoreState(models.TextChoices):
    WAITING = "waiting", _("Waits for a worker")
    WORKING = "working", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")
    FAILED = "failed", _("Could not be done")


class Chore(models.Model):
    """waiting -> working -> done | cancelled | failed; waiting -> cancelled."""

    class Kind(models.TextChoices):
        DESTROY = "destroy", _("Destroying letters")
        ERASE = "erase", _("Erasing a person")
        MOVE = "move", _("Moving a topic")
        RETURN = "return", _("Bringing a topic back")

    group = models.ForeignKey(Group, models.CASCADE, related_name="chores")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked = models.JSONField(default=dict)  # what it is about: see archive.actions.chores; forgotten when it is over
    state = models.CharField(max_length=10, choices=ChoreState, default=ChoreState.WAITING)
    total = models.PositiveIntegerField(default=0)  # letters; 0: not known beforehand
    done = models.PositiveIntegerField(default=0)
    said = models.JSONField(default=list)  # sentences: what could not be done, and why
    leads_to = models.CharField(max_length=200, blank=True)  # where to go when it is done
    claim = models.CharField(max_length=160, blank=True)  # which process is at it: common.processes.signature
    beat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="archive_chore_due", condition=Q(state__in=("waiting", "working"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.done} of {self.total or 'some'} ({self.state})"

    @property
    def under_way(self) -> bool:
        return self.state in (ChoreState.WAITING, ChoreState.WORKING)

    @property
    def in_one_piece(self) -> bool:
        """Topics move as a whole or not at all: once begun, it cannot be stopped."""
        return self.kind in (self.Kind.MOVE, self.Kind.RETURN)
