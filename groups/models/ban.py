"""Who may neither join nor post: an address, a whole domain, or a pattern; in one group or on the whole site."""

import re
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.prepared import Slot
from groups.models.group import Group


class BanKind(models.TextChoices):
    ADDRESS = "address", _("one address")
    DOMAIN = "domain", _("every address of a domain and those below it")
    PATTERN = "pattern", _("every address that matches a pattern (* stands for anything)")


MOST_MATCHED = 20
MOST_STARS = 5  # in a pattern: more make no database quicker


@models.CharField.register_lookup
class Like(models.Lookup):  # type: ignore[type-arg]
    """`text LIKE pattern`, where the pattern is a column."""

    lookup_name = "is_like"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        text, text_params = self.process_lhs(compiler, connection)
        pattern, params = self.process_rhs(compiler, connection)
        return f"{text} LIKE {pattern} ESCAPE '!'", [*text_params, *params]


def like(glob: str) -> str:
    """The glob as a pattern for LIKE … ESCAPE '!'."""
    escaped = re.sub(r"([!%_])", r"!\1", glob.strip().lower())
    return re.sub(r"\*+", "%", escaped)


def domains_above(address: str) -> list[str]:
    """The domain of the address and those it is below: what a ban of a domain may say."""
    labels = address.rpartition("@")[2].split(".")[-20:]
    return [".".join(labels[place:]) for place in range(len(labels))]


class BanQuerySet(models.QuerySet["Ban"]):
    def that_concern(self, group: Group | Slot) -> Self:
        return self.filter(Q(group=group) | Q(group__isnull=True))

    def matching(self, addresses: Iterable[str]) -> Self:
        """Bans about any of the addresses; the database finds them, however many bans there are. For more than MOST_MATCHED
        addresses all patterns come along: ask concerns()."""
        asked = [address.strip().lower() for address in addresses]
        domains = {domain for address in asked for domain in domains_above(address)}
        found = Q(kind=BanKind.ADDRESS, value__in=asked) | Q(kind=BanKind.DOMAIN, value__in=domains)
        bans = self
        if len(asked) > MOST_MATCHED:
            return bans.filter(found | Q(kind=BanKind.PATTERN))
        for place, address in enumerate(asked):
            bans = bans.annotate(**{f"asked_{place}": Value(address, models.CharField())})
            found |= Q(kind=BanKind.PATTERN) & Q(**{f"asked_{place}__is_like": F("pattern")})
        return bans.filter(found) if asked else self.none()


class Ban(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="bans")  # null: the site
    kind = models.CharField(max_length=10, choices=BanKind, default=BanKind.ADDRESS)
    value = models.CharField(max_length=320)  # small letters
    pattern = models.CharField(max_length=700, blank=True, editable=False)  # like(value), of patterns
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = BanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["value"], name="groups_ban_by_value")]
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
            raise ValidationError({"value": _("An address has an @; to ban a whole domain choose that kind.")})
        if self.kind == BanKind.DOMAIN:
            self.value = self.value.lstrip("@*.")
            if not self.value or "@" in self.value or "*" in self.value:
                raise ValidationError({"value": _("Write the domain alone, as example.org.")})
        if self.kind == BanKind.PATTERN and not 0 < len(re.findall(r"\*+", self.value)) <= MOST_STARS:
            said = _("A pattern has one to %(most)s stars, as spam*@example.org.")
            raise ValidationError({"value": said % {"most": MOST_STARS}})
        if self.kind == BanKind.PATTERN and not self.value.strip("*@."):
            raise ValidationError({"value": _("This would ban everybody.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.value = self.value.strip().lower()
        if self.kind == BanKind.DOMAIN:
            self.value = self.value.lstrip("@*.")
        self.pattern = like(self.value) if self.kind == BanKind.PATTERN else ""
        super().save(*args, **kwargs)

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
