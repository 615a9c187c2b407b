"""A group: an address, the people behind it, and who may see what."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from groups.domains import sites
from groups.domains.models import Domain
from groups.models.finding import Finding
from groups.models.people import PeoplePolicy
from groups.models.policy import MailPolicy
from groups.models.shaping import Shaping

RESERVED_SLUGS = frozenset(
    {"new", "postmaster", "abuse", "admin", "root", "noreply", "mailer-daemon", "bounces", "hostmaster", "webmaster"}
    | {
        "bounce",
        "confirm",
        "moderate",
        "leave",
        "relay",
        "daily",
    }  # local parts of the mail gateway: mail/addressing.py
)


class Visibility(models.TextChoices):
    PUBLIC = "public", _("In the directory, for everybody")
    UNLISTED = "unlisted", _("Not in the directory, but open to whoever has the address")
    PRIVATE = "private", _("Only members know that it exists")


class ArchiveAccess(models.TextChoices):
    PUBLIC = "public", _("Everybody may read the letters")
    MEMBERS = "members", _("Only members may read the letters")


class GroupQuerySet(models.QuerySet["Group"]):
    def listed(self) -> Self:
        """Groups that stand in the directory."""
        return self.filter(visibility=Visibility.PUBLIC, taken_down_at__isnull=True)

    def standing(self) -> Self:
        """Not taken down."""
        return self.filter(taken_down_at__isnull=True)

    def on_site(self, site: sites.Site) -> Self:
        """Groups that stand in the directory of this site: of a domain its own; of the house itself all that do not keep to
        theirs."""
        if not site.is_main:
            return self.filter(domain=site.pk)
        hidden = sites.hidden_from_main()
        return self.exclude(domain__in=hidden) if hidden else self

    def visible_to(self, user: object) -> Self:
        """Groups whose existence this person may know of."""
        return (
            self.standing().filter(~Q(visibility=Visibility.PRIVATE) | _membership_of(user))
            if not _is_site_staff(user)
            else self
        )

    def readable_by(self, user: object) -> Self:
        """Groups whose letters this person may read."""
        if _is_site_staff(user):
            return self
        open_to_all = Q(archive_access=ArchiveAccess.PUBLIC) & ~Q(visibility=Visibility.PRIVATE)
        return self.standing().filter(open_to_all | _membership_of(user))


def _is_site_staff(user: object) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser


def _membership_of(user: object) -> Q:
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=[])
    from_memberships = user.memberships.values("group_id")
    owned = sites.owned_by(user.pk)
    return Q(pk__in=from_memberships) | Q(domain__in=owned) if owned else Q(pk__in=from_memberships)


class Group(PeoplePolicy, MailPolicy, Shaping, Finding):
    slug = models.CharField(
        max_length=63,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9]([a-z0-9._-]*[a-z0-9])?\Z",
                _("Use small letters, digits, dots and hyphens; begin and end with a letter or digit."),
            )
        ],
        help_text=_("Its name in addresses: letters to SLUG@domain, pages under /g/SLUG/."),
    )
    name = models.CharField(max_length=150)
    summary = models.CharField(max_length=250, blank=True, help_text=_("One sentence, shown in the directory."))
    description = models.TextField(blank=True, help_text=_("What the group is for. Markdown."))
    language = models.CharField(
        max_length=16, blank=True, help_text=_("BCP 47 code of the language most letters are in.")
    )
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    archive_access = models.CharField(max_length=10, choices=ArchiveAccess, default=ArchiveAccess.PUBLIC)
    domain = models.ForeignKey(  # none: that of the settings. Its short name is its own on the whole site, whatever the domain
        Domain, models.PROTECT, null=True, blank=True, related_name="groups"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(
        default=timezone.now, db_index=True
    )  # of words or access: in every page’s version

    # Taken down by those who run the site (groups.actions.takedown): nobody but them gets in, nothing comes or goes.
    taken_down_at = models.DateTimeField(null=True, blank=True, editable=False)
    taken_down_because = models.CharField(max_length=500, blank=True, editable=False)  # members are told

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.PRIVATE) | Q(archive_access=ArchiveAccess.MEMBERS),
                name="groups_private_group_has_private_archive",
            )
        ]
        indexes = [
            models.Index(
                fields=["taken_down_at"], name="groups_group_taken_down", condition=Q(taken_down_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group-home", args=[self.slug])

    @property
    def is_taken_down(self) -> bool:
        return self.taken_down_at is not None

    @property
    def address(self) -> str:
        return f"{self.slug}@{self.site.mail_domain}"

    @property
    def site(self) -> sites.Site:
        """Name, mail domain and web address of where the group lives. No query."""
        return sites.of(self)

    @property
    def url(self) -> str:
        """The whole address of its home."""
        return self.site.absolute(self.get_absolute_url())

    @property
    def archive_is_public(self) -> bool:
        return self.archive_access == ArchiveAccess.PUBLIC and self.visibility != Visibility.PRIVATE

    @property
    def for_search_engines(self) -> bool:
        """Whether they may keep pages of the group: it stands in the directory, and its owners did not say no."""
        return self.visibility == Visibility.PUBLIC and self.indexing
