"""A Membership ties a person to a group with a role and the way they want its mail (Mailman calls it Member)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.models.group import Group


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MODERATOR = "moderator", "Moderator"
    MEMBER = "member", "Member"


class Right(models.TextChoices):
    """What a moderator may do; owners may do all of it. Kept in Membership.rights."""

    POSTS = "posts", "Decide about letters that wait"
    REPORTS = "reports", "Decide about reports"
    MEMBERS = "members", "Accept, invite, add and remove members, and choose for them"
    BANS = "bans", "Ban addresses, and lift bans"
    TOPICS = "topics", "Lock, pin, rename, merge, split and move topics"
    LETTERS = "letters", "Hide, edit and black out letters in the archive"
    DESTROY = "destroy", "Destroy letters for ever"
    RULES = "rules", "Write rules about what waits"
    NOTICES = "notices", "Change the words of notices"
    SETTINGS = "settings", "Change the settings"
    EXPORT = "export", "Export the members with their addresses"
    LOG = "log", "Read the log"


USUAL_RIGHTS = frozenset(
    {Right.POSTS, Right.REPORTS, Right.MEMBERS, Right.BANS, Right.TOPICS, Right.LETTERS, Right.LOG}
)


class Delivery(models.TextChoices):
    EVERY = "every", "Every message"
    DIGEST = "digest", "A digest"
    SUMMARY = "summary", "A daily list of topics"
    SPECIAL = "special", "Only special notices"
    NONE = "none", "No mail; I read on the web"


class DigestFormat(models.TextChoices):
    HTML = "html", "One page with contents (HTML)"
    PLAIN = "plain", "Plain text (RFC 1153)"
    MIME = "mime", "Each message attached (multipart/digest)"


class Posting(models.TextChoices):
    """What a moderator decided about this member's posts; DEFAULT follows the group."""

    DEFAULT = "default", "As the group says"
    TRUSTED = "trusted", "Never wait"
    MODERATED = "moderated", "Always wait"
    REFUSED = "refused", "May not post"


class ModeratorMail(models.TextChoices):
    """What somebody who moderates hears of what waits."""

    AT_ONCE = "at_once", "A mail for each thing at once, and a daily reminder"
    DAILY = "daily", "Only the daily reminder"
    NEVER = "never", "No mail; I look at the queue"


class Membership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    rights = models.JSONField(null=True, blank=True)  # of a moderator: values of Right; null: USUAL_RIGHTS
    moderator_mail = models.CharField(max_length=10, choices=ModeratorMail, default=ModeratorMail.AT_ONCE)
    joined_at = models.DateTimeField(default=timezone.now)

    address = models.EmailField(max_length=254, blank=True, help_text="Where its mail goes; empty: the person's own.")
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.EVERY)
    digest_format = models.CharField(max_length=10, choices=DigestFormat, default=DigestFormat.HTML)
    own_posts = models.BooleanField(default=True, help_text="Send me my own posts too.")
    skip_addressed = models.BooleanField(default=True, help_text="No second copy where I am in To or Cc already.")
    attachments_kb = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(0)], help_text="Larger attachments come as links."
    )
    paused_at = models.DateTimeField(null=True, blank=True)  # no mail until the member says go on
    paused_because = models.CharField(max_length=200, blank=True)  # a sentence for the member

    posting = models.CharField(max_length=10, choices=Posting, default=Posting.DEFAULT)
    approved_posts = models.PositiveIntegerField(default=0)
    rejected_posts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="groups_membership_once")]
        indexes = [models.Index(fields=["address"], name="groups_membership_address", condition=~Q(address=""))]

    def __str__(self) -> str:
        return f"{self.user} in {self.group} ({self.role})"

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
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["group", "left_at"], name="groups_pastmember_by_date")]

    def __str__(self) -> str:
        return f"{self.user} left {self.group}"
