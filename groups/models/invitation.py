"""Ways in that somebody opened: an invitation to one address, and a link for whoever holds it."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.group import Group


class InvitationState(models.TextChoices):
    SENT = "sent", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("nobody answered in time")
    CANCELLED = "cancelled", _("taken back")


class Invitation(models.Model):
    """sent -> accepted | declined | expired | cancelled. Each change is `filter(pk=…, state=old).update(state=new)`."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    address = models.EmailField(max_length=254)  # small letters
    name = models.CharField(max_length=150, blank=True)
    words = models.TextField(max_length=2000, blank=True)  # of whoever invites
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.SENT)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)  # the last time
    times_sent = models.PositiveSmallIntegerField(default=1)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "address"], name="groups_invitation_one_open", condition=Q(state="sent")
            )
        ]
        indexes = [
            models.Index(fields=["group", "sent_at"], name="groups_invitation_by_date"),
            models.Index(fields=["address"], name="groups_invitation_address"),
            models.Index(fields=["by", "sent_at"], name="groups_invitation_by_person"),
            models.Index(fields=["sent_at"], name="groups_invitation_open", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.address} to {self.group} ({self.state})"


def _secret() -> str:
    return secrets.token_urlsafe(12)


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def working(self) -> "JoinLinkQuerySet":
        in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        has_room = Q(limit__isnull=True) | Q(used__lt=models.F("limit"))
        return self.filter(in_time, has_room, ended_at__isnull=True)


class JoinLink(models.Model):
    """Whoever holds it may join, until it is used up, too old, or ended."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="join_links")
    secret = models.CharField(max_length=32, unique=True, default=_secret)
    label = models.CharField(max_length=100, blank=True)  # for the owners: where it hangs
    at_once = models.BooleanField(default=True)  # or a moderator looks at who comes by it
    limit = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = JoinLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label or f"link {self.pk}"

    @property
    def works(self) -> bool:
        in_time = self.expires_at is None or self.expires_at > timezone.now()
        return self.ended_at is None and in_time and (self.limit is None or self.used < self.limit)

    @property
    def url(self) -> str:
        return self.group.site.url + reverse("join-link", args=[self.secret])
