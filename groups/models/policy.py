"""What a group wants of its mail: who may post, what waits for a moderator, how copies look. Columns of Group."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class WhoPosts(models.TextChoices):
    MEMBERS = "members", "Members"
    MODERATORS = "moderators", "Only owners and moderators (announcements)"


class Strangers(models.TextChoices):
    """What becomes of a post by somebody who is not a member."""

    HOLD = "hold", "wait for a moderator"
    REJECT = "reject", "are sent back with the reason"
    ACCEPT = "accept", "are accepted"
    DISCARD = "discard", "are dropped silently"


class Moderation(models.TextChoices):
    NONE = "none", "Letters go out at once"
    FIRST = "first", "A new member's first letters wait"
    TOPICS = "topics", "New topics wait, replies go out at once"
    ALL = "all", "Every letter waits"


class Joining(models.TextChoices):
    OPEN = "open", "Anybody may join"
    APPROVAL = "approval", "A moderator approves"
    INVITATION = "invitation", "By invitation only"


class ReplyTo(models.TextChoices):
    """Where an answer goes when the reader presses Reply (RFC 5322 §3.6.2, RFC 2369 has no say in it)."""

    GROUP = "group", "To the group"
    SENDER = "sender", "To the author"
    BOTH = "both", "To the group and the author"
    MODERATORS = "moderators", "To the moderators"
    ADDRESS = "address", "To another address"


class AuthorPolicy(models.TextChoices):
    """What happens to From when the author's domain forbids others to send in its name (DMARC, RFC 7489)."""

    REWRITE = "rewrite", "Replace the author's address where their domain asks for it"
    ALWAYS = "always", "Always replace the author's address"
    WRAP = "wrap", "Send the letter as an attachment of one by the group where the domain asks for it"
    UNTOUCHED = "untouched", "Change nothing, so that the author's signature stays valid: no tag, no footer"


class WaitEnd(models.TextChoices):
    """What becomes of letters and requests that nobody decided about in time."""

    REJECT = "reject", "They are sent back, and their authors are told that nobody decided in time"
    DROP = "drop", "They are dropped, and nobody is told"


class Delivery(models.TextChoices):
    EVERY = "every", "Every letter"
    DIGEST = "digest", "A digest"
    SUMMARY = "summary", "A daily list of topics"
    SPECIAL = "special", "Only special notices"
    NONE = "none", "No mail; I read on the web"


class MailPolicy(models.Model):
    """The mail settings of a group. Pure data: mail/rules and mail/transforms read them."""

    posting = models.CharField(max_length=10, choices=WhoPosts, default=WhoPosts.MEMBERS)
    strangers = models.CharField(max_length=10, choices=Strangers, default=Strangers.HOLD)
    moderation = models.CharField(max_length=10, choices=Moderation, default=Moderation.NONE)
    first_posts = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="How many letters of a new member a moderator approves before they go out at once.",
    )
    emergency = models.BooleanField(default=False, help_text="Everything waits, whoever sends it.")
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.OPEN)
    largest_kb = models.PositiveIntegerField(default=10_240, help_text="Larger letters wait for a moderator.")
    most_recipients = models.PositiveSmallIntegerField(
        default=20, help_text="Letters to more addresses wait; 0: no limit."
    )
    spam_hold = models.FloatField(default=5.0, help_text="Spam score from which letters wait.")
    spam_discard = models.FloatField(default=15.0, help_text="Spam score from which letters are dropped.")
    wait_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Days after which what waits is closed.",
    )
    wait_end = models.CharField(max_length=10, choices=WaitEnd, default=WaitEnd.REJECT)
    report_threshold = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(100)],
        help_text="Members who must report a letter for it to be hidden until a moderator decides; 0: never.",
    )
    posts_a_day = models.PositiveSmallIntegerField(default=0, help_text="Of one member; more wait. 0: no limit.")
    slow_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Minutes between two letters of one member; earlier ones wait. 0: no limit."
    )
    reply_to = models.CharField(max_length=10, choices=ReplyTo, default=ReplyTo.GROUP)
    reply_to_address = models.EmailField(max_length=254, blank=True)  # for ReplyTo.ADDRESS
    subject_tag = models.CharField(max_length=40, blank=True, help_text="Put before each subject, as in [gardeners].")
    tag_first = models.BooleanField(default=False, help_text="The tag stands before Re:, not behind it.")
    header_text = models.TextField(blank=True, help_text="Plain text above each copy.")
    footer_text = models.TextField(blank=True, help_text="Plain text below each copy, above the member's own links.")
    footer_html = models.TextField(blank=True, help_text="Instead of the text below, in letters that are HTML.")
    removed_files = models.CharField(max_length=300, blank=True, help_text="Kinds of files taken out of copies.")
    as_plain_text = models.BooleanField(default=False, help_text="Copies are plain text, files links into the archive.")
    author_policy = models.CharField(max_length=10, choices=AuthorPolicy, default=AuthorPolicy.REWRITE)
    default_delivery = models.CharField(
        max_length=10, choices=Delivery, default=Delivery.EVERY, help_text="How its mail comes to new members at first."
    )
    digest_posts = models.PositiveSmallIntegerField(
        default=25,
        validators=[MinValueValidator(2), MaxValueValidator(500)],
        help_text="A digest is sent when so many letters have gathered, or at the member's hour.",
    )

    class Meta:
        abstract = True
