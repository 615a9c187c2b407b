"""A Membership ties a person to a group with a role and the way they want its mail (Mailman calls it Member)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.absence import Absence
from groups.models.batch import Batch
from groups.models.group import Group
from groups.models.policy import Delivery
from groups.models.words import write_words


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MODERATOR = "moderator", _("Moderator")
    MEMBER = "member", _("Member")


class Right(models.TextChoices):
    """What a moderator may do; owners may do all of it. Kept in Membership.rights."""

    POSTS = "posts", _("Decide about letters that wait")
    REPORTS = "reports", _("Decide about reports")
    MEMBERS = "members", _("Accept, invite, add and remove members, and choose for them")
    BANS = "bans", _("Ban addresses, and lift bans")
    TOPICS = "topics", _("Lock, pin, rename, merge, split and move topics")
    LETTERS = "letters", _("Hide, edit and black out letters in the archive")
    DESTROY = "destroy", _("Destroy letters for ever")
    POLLS = "polls", _("Change, close and delete polls of others")
    RULES = "rules", _("Write rules about what waits")
    NOTICES = "notices", _("Change the words of notices")
    SETTINGS = "settings", _("Change the settings")
    EXPORT = "export", _("Export the members with their addresses")
    LOG = "log", _("Read the log")


USUAL_RIGHTS = frozenset(
    {Right.POSTS, Right.REPORTS, Right.MEMBERS, Right.BANS, Right.TOPICS, Right.LETTERS, Right.POLLS, Right.LOG}
)


class DigestFormat(models.TextChoices):
    HTML = "html", _("One page with contents (HTML)")
    PLAIN = "plain", _("Plain text (RFC 1153)")
    MIME = "mime", _("Each letter attached (multipart/digest)")


class Posting(models.TextChoices):
    """What a moderator decided about this member's posts; DEFAULT follows the group."""

    DEFAULT = "default", _("As the group says")
    TRUSTED = "trusted", _("Never wait")
    MODERATED = "moderated", _("Always wait")
    REFUSED = "refused", _("May not write")


class ModeratorMail(models.TextChoices):
    """What somebody who moderates hears of what waits."""

    AT_ONCE = "at_once", _("A mail for each thing at once, and a daily reminder")
    DAILY = "daily", _("Only the daily reminder")
    NEVER = "never", _("No mail; I look at the queue")


class CameBy(models.TextChoices):
    """How somebody became a member."""

    STARTED = "started", _("started the group")
    WEB = "web", _("joined on the web")
    MAIL = "mail", _("joined by mail")
    INVITATION = "invitation", _("accepted an invitation")
    LINK = "link", _("came by a link")
    ADDED = "added", _("was added by an owner")
    RETURNED = "returned", _("was brought back")
    UNKNOWN = "", _("not known")


LONGEST_LABEL = 420


def label_of(name: str, *addresses: str) -> str:
    """By what a member is found and stands in order: name, a line end, addresses; in small letters."""
    known = " ".join(dict.fromkeys(address.lower() for address in addresses if address))
    return f"{' '.join(name.split()).casefold()}\n{known}"[:LONGEST_LABEL]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def bulk_create(self, objs: Iterable["Membership"], *args: Any, **kwargs: Any) -> list["Membership"]:  # type: ignore[override]
        rows = list(objs)
        for row in rows:
            row.relabel()
        made = super().bulk_create(rows, *args, **kwargs)  # type: ignore[arg-type]
        write_words(((row.pk, row.group_id, row.label) for row in made), new=True)
        return made  # type: ignore[return-value]


class Membership(Absence):
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", db_index=False)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    rights = models.JSONField(null=True, blank=True)  # of a moderator: values of Right; null: USUAL_RIGHTS
    moderator_mail = models.CharField(max_length=10, choices=ModeratorMail, default=ModeratorMail.AT_ONCE)
    joined_at = models.DateTimeField(default=timezone.now)

    address = models.EmailField(
        max_length=254, blank=True, help_text=_("Where its mail goes; empty: the person's own.")
    )
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.EVERY)
    digest_format = models.CharField(max_length=10, choices=DigestFormat, default=DigestFormat.HTML)
    own_posts = models.BooleanField(default=True, help_text=_("Send me my own letters too."))
    skip_addressed = models.BooleanField(default=True, help_text=_("No second copy where I am in To or Cc already."))
    attachments_kb = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(0)], help_text=_("Larger attachments come as links.")
    )
    plain_text = models.BooleanField(default=False, help_text=_("Letters as plain text, their files as links."))
    paused_at = models.DateTimeField(null=True, blank=True)  # no mail until the member says go on
    paused_because = models.CharField(max_length=200, blank=True)  # a sentence for the member

    posting = models.CharField(max_length=10, choices=Posting, default=Posting.DEFAULT)
    approved_posts = models.PositiveIntegerField(default=0)
    rejected_posts = models.PositiveIntegerField(default=0)

    came_by = models.CharField(max_length=10, choices=CameBy, blank=True)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, blank=True, related_name="memberships")
    listed = models.BooleanField(null=True, blank=True)  # other members see them; null: as the group says
    address_listed = models.BooleanField(null=True, blank=True)
    label = models.CharField(max_length=LONGEST_LABEL, blank=True, editable=False)  # label_of(); kept by save()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="groups_membership_once")]
        indexes = [
            models.Index(fields=["address"], name="groups_membership_address", condition=~Q(address="")),
            models.Index(fields=["group", "id"], name="groups_membership_by_number"),
            models.Index(fields=["group", "joined_at", "id"], name="groups_membership_by_date"),
            models.Index(fields=["group", "label", "id"], name="groups_membership_by_name"),
            models.Index(fields=["group", "delivery", "joined_at"], name="groups_membership_by_delivery"),
            models.Index(fields=["group", "role", "joined_at"], name="groups_membership_by_role"),
            models.Index(fields=["group", "posting", "joined_at"], name="groups_membership_by_posting"),
            models.Index(fields=["group"], name="groups_membership_paused", condition=Q(paused_at__isnull=False)),
            models.Index(fields=["group"], name="groups_membership_plain", condition=Q(plain_text=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.group} ({self.role})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        before, is_new = self.label, self._state.adding
        self.relabel()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "label"}
        super().save(*args, **kwargs)
        if is_new or self.label != before:
            write_words([(self.pk, self.group_id, self.label)], new=is_new)

    def relabel(self) -> None:
        self.label = label_of(self.user.name, self.user.email, self.address)

    @property
    def mail_address(self) -> str:
        """Where this group's mail goes (fetches the person where no address of its own is set)."""
        return self.address or self.user.email


class PastMember(models.Model):
    """Somebody who was a member: for the group's history, and so that leaving can be undone with every choice as it was."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="past_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)  # where its mail went
    choices = models.JSONField(default=dict)  # columns of the membership
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(default=timezone.now, db_index=True)
    how = models.CharField(max_length=20)  # "web", "mail", "one-click", "removed"
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # of a removal
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["group", "left_at"], name="groups_pastmember_by_date"),
            models.Index(fields=["user", "group"], name="groups_pastmember_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} left {self.group}"
