"""What a group wants of its mail: who may post, what waits for a moderator, how copies look. Columns of Group."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class WhoPosts(models.TextChoices):
    MEMBERS = "members", _("Members")
    MODERATORS = "moderators", _("Only owners and moderators (announcements)")


class Strangers(models.TextChoices):
    """What becomes of a post by somebody who is not a member."""

    HOLD = "hold", _("wait for a moderator")
    REJECT = "reject", _("are sent back with the reason")
    ACCEPT = "accept", _("are accepted")
    DISCARD = "discard", _("are dropped silently")


class Moderation(models.TextChoices):
    NONE = "none", _("Letters go out at once")
    FIRST = "first", _("A new member's first letters wait")
    TOPICS = "topics", _("New topics wait, replies go out at once")
    ALL = "all", _("Every letter waits")


class Joining(models.TextChoices):
    OPEN = "open", _("Anybody may join")
    APPROVAL = "approval", _("A moderator approves")
    INVITATION = "invitation", _("By invitation only")


class ReplyTo(models.TextChoices):
    """Where an answer goes when the reader presses Reply (RFC 5322 §3.6.2, RFC 2369 has no say in it)."""

    GROUP = "group", _("To the group")
    SENDER = "sender", _("To the author")
    BOTH = "both", _("To the group and the author")
    MODERATORS = "moderators", _("To the moderators")
    ADDRESS = "address", _("To another address")


class AuthorPolicy(models.TextChoices):
    """What happens to From when the author's domain forbids others to send in its name (DMARC, RFC 7489)."""

    REWRITE = "rewrite", _("Replace the author's address where their domain asks for it")
    ALWAYS = "always", _("Always replace the author's address")
    WRAP = "wrap", _("Send the letter as an attachment of one by the group where the domain asks for it")
    UNTOUCHED = "untouched", _("Change nothing, so that the author's signature stays valid: no tag, no footer")


class WaitEnd(models.TextChoices):
    """What becomes of letters and requests that nobody decided about in time."""

    REJECT = "reject", _("They are sent back, and their authors are told that nobody decided in time")
    DROP = "drop", _("They are dropped, and nobody is told")


class Delivery(models.TextChoices):
    EVERY = "every", _("Every letter")
    DIGEST = "digest", _("A digest")
    SUMMARY = "summary", _("A daily list of topics")
    SPECIAL = "special", _("Only special notices")
    NONE = "none", _("No mail; I read on the web")


class MailPolicy(models.Model):
    """The mail settings of a group. Pure data: mail/rules and mail/transforms read them."""

    posting = models.CharField(max_length=10, choices=WhoPosts, default=WhoPosts.MEMBERS)
    strangers = models.CharField(max_length=10, choices=Strangers, default=Strangers.HOLD)
    moderation = models.CharField(max_length=10, choices=Moderation, default=Moderation.NONE)
    first_posts = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many letters of a new member a moderator approves before they go out at once."),
    )
    emergency = models.BooleanField(default=False, help_text=_("Everything waits, whoever sends it."))
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.OPEN)
    largest_kb = models.PositiveIntegerField(default=10_240, help_text=_("Larger letters wait for a moderator."))
    most_recipients = models.PositiveSmallIntegerField(
        default=20, help_text=_("Letters to more addresses wait; 0: no limit.")
    )
    spam_hold = models.FloatField(default=5.0, help_text=_("Spam score from which letters wait."))
    spam_discard = models.FloatField(default=15.0, help_text=_("Spam score from which letters are dropped."))
    wait_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Days after which what waits is closed."),
    )
    wait_end = models.CharField(max_length=10, choices=WaitEnd, default=WaitEnd.REJECT)
    report_threshold = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(100)],
        help_text=_("Members who must report a letter for it to be hidden until a moderator decides; 0: never."),
    )
    posts_a_day = models.PositiveSmallIntegerField(default=0, help_text=_("Of one member; more wait. 0: no limit."))
    slow_minutes = models.PositiveSmallIntegerField(
        default=0, help_text=_("Minutes between two letters of one member; earlier ones wait. 0: no limit.")
    )
    reply_to = models.CharField(max_length=10, choices=ReplyTo, default=ReplyTo.GROUP)
    reply_to_address = models.EmailField(max_length=254, blank=True)  # for ReplyTo.ADDRESS
    subject_tag = models.CharField(
        max_length=40, blank=True, help_text=_("Put before each subject, as in [gardeners].")
    )
    tag_first = models.BooleanField(default=False, help_text=_("The tag stands before Re:, not behind it."))
    header_text = models.TextField(blank=True, help_text=_("Plain text above each copy."))
    footer_text = models.TextField(blank=True, help_text=_("Plain text below each copy, above the member's own links."))
    footer_html = models.TextField(blank=True, help_text=_("Instead of the text below, in letters that are HTML."))
    removed_files = models.CharField(max_length=300, blank=True, help_text=_("Kinds of files taken out of copies."))
    as_plain_text = models.BooleanField(
        default=False, help_text=_("Copies are plain text, files links into the archive.")
    )
    author_policy = models.CharField(max_length=10, choices=AuthorPolicy, default=AuthorPolicy.REWRITE)
    default_delivery = models.CharField(
        max_length=10,
        choices=Delivery,
        default=Delivery.EVERY,
        help_text=_("How its mail comes to new members at first."),
    )
    digest_posts = models.PositiveSmallIntegerField(
        default=25,
        validators=[MinValueValidator(2), MaxValueValidator(500)],
        help_text=_("A digest is sent when so many letters have gathered, or at the member's hour."),
    )

    class Meta:
        abstract = True
