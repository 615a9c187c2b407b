"""How a group is run, beside its mail: whether it is open, who sees whom, its guidelines, its pictures. Columns of Group."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class GroupState(models.TextChoices):
    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked: nobody writes for the moment")
    RETIRED = "retired", _("Retired: read only, for good")


class MembersSeenBy(models.TextChoices):
    MEMBERS = "members", _("Members")
    MODERATORS = "moderators", _("Only owners and moderators")


class OwnersHear(models.TextChoices):
    """Whose letters to the +owner address are passed on."""

    EVERYBODY = "everybody", _("Everybody")
    MEMBERS = "members", _("Members")


class OldTopics(models.TextChoices):
    """What becomes of an answer to a topic that has been silent for `old_topic_days`."""

    OPEN = "open", _("goes out like any other")
    MODERATE = "moderate", _("waits for a moderator")
    LOCK = "lock", _("is sent back")


class Reminder(models.TextChoices):
    OFF = "off", _("Never")
    MONTHLY = "monthly", _("Once a month")


class Shaping(models.Model):
    """Pure data, as MailPolicy is."""

    state = models.CharField(max_length=10, choices=GroupState, default=GroupState.OPEN)
    state_reason = models.CharField(max_length=300, blank=True)  # shown on its pages, and told to those who write
    members_seen_by = models.CharField(max_length=10, choices=MembersSeenBy, default=MembersSeenBy.MEMBERS)
    owners_hear = models.CharField(max_length=10, choices=OwnersHear, default=OwnersHear.EVERYBODY)
    answers_to_owners = models.BooleanField(
        default=False, help_text=_("In a group for announcements, answers of members go to its owners.")
    )
    old_topics = models.CharField(max_length=10, choices=OldTopics, default=OldTopics.OPEN)
    old_topic_days = models.PositiveSmallIntegerField(
        default=365, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    hashtags_in_subjects = models.BooleanField(default=True, help_text=_("#harvest in a subject tags its topic."))
    uses_hashtags = models.BooleanField(default=False)  # some topic has one: only then pages ask for them
    guidelines = models.TextField(blank=True, help_text=_("What members expect of each other. Markdown."))
    reminder = models.CharField(max_length=10, choices=Reminder, default=Reminder.OFF)
    reminded_in = models.CharField(max_length=7, blank=True)  # the month of the last reminder: 2026-11
    icon = models.CharField(max_length=64, blank=True)  # names of pictures: groups.pictures
    cover = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True
