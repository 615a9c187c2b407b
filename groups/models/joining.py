"""A wish to join a group that somebody still has to say yes to: the owner of the address, a moderator, or both."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.group import Group
from groups.models.invitation import JoinLink


class JoinState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("waits until the owner of the address confirms")
    PENDING = "pending", _("waits for a moderator")
    JOINED = "joined", _("has joined")
    REFUSED = "refused", _("was refused")
    EXPIRED = "expired", _("nobody answered in time")


class JoinRequest(models.Model):
    """Every change of state is `filter(pk=…, state=old).update(state=new)` with the count checked."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="join_requests")
    address = models.EmailField(max_length=254)  # small letters
    name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=12, choices=JoinState, default=JoinState.UNCONFIRMED)
    by_mail = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)  # when a mail asked the address to confirm
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=list, blank=True)  # [question, answer], … as they were then
    link = models.ForeignKey(JoinLink, models.SET_NULL, null=True, blank=True, related_name="requests")
    pending_at = models.DateTimeField(null=True, blank=True)  # since when a moderator is to decide

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "address"],
                name="groups_joinrequest_one_open",
                condition=Q(state__in=("unconfirmed", "pending")),
            )
        ]
        indexes = [
            models.Index(fields=["address", "asked_at"], name="groups_joinrequest_asked"),
            models.Index(
                fields=["group", "state", "made_at"],
                name="groups_joinrequest_open",
                condition=Q(state__in=("unconfirmed", "pending")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} to {self.group} ({self.state})"
