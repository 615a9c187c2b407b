"""Who may neither join nor post: an address, a whole domain, or a pattern; in one group or on the whole site."""

import re
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.prepared import Slot
from groups.models.group import Group


class BanKind(models.TextChoices):
    ADDRESS = "address", "one address"
    DOMAIN = "domain", "every address of a domain and those below it"
    PATTERN = "pattern", "every address that matches a pattern (* stands for anything)"


class BanQuerySet(models.QuerySet["Ban"]):
    def that_concern(self, group: Group | Slot) -> Self:
        return self.filter(Q(group=group) | Q(group__isnull=True))


class Ban(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="bans")  # null: the site
    kind = models.CharField(max_length=10, choices=BanKind, default=BanKind.ADDRESS)
    value = models.CharField(max_length=320)  # small letters
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = BanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "kind", "value"], name="groups_ban_once"),
            models.UniqueConstraint(
                fields=["kind", "value"], name="groups_site_ban_once", condition=Q(group__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.kind})"

    def clean(self) -> None:
        self.value = self.value.strip().lower()
        if self.kind == BanKind.ADDRESS and "@" not in self.value:
            raise ValidationError({"value": "An address has an @; to ban a whole domain choose that kind."})

    def concerns(self, address: str) -> bool:
        """Whether this ban is about the address (compared in small letters). Patterns are globs, never regular expressions,
        so that no ban can keep a worker busy."""
        address = address.strip().lower()
        if self.kind == BanKind.ADDRESS:
            return address == self.value
        if self.kind == BanKind.DOMAIN:
            domain = address.rpartition("@")[2]
            wanted = self.value.lstrip("@")
            return domain == wanted or domain.endswith(f".{wanted}")
        pattern = ".*".join(map(re.escape, re.sub(r"\*+", "*", self.value).split("*")))
        return re.fullmatch(pattern, address) is not None
