"""A Membership ties a person to a group with a role (Mailman calls it Member)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.group import Group


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MODERATOR = "moderator", "Moderator"
    MEMBER = "member", "Member"


class Membership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="groups_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.group} ({self.role})"
