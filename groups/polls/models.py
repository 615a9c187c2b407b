"""A poll of a group: a question, options, and ballots. How anonymous ballots are kept is told in
docs/decisions/0008-anonymous-polls.md."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import Group
from groups.polls.counting import Key, Kind
from groups.polls.moments import day_in_words, moment_in_words

MOST_OPTIONS = 60
MOST_WRITE_INS = 3  # of one voter
LONGEST_OPTION = 200


class PollKind(models.TextChoices):
    SINGLE = Kind.SINGLE.value, _("One choice")
    MULTIPLE = Kind.MULTIPLE.value, _("Several choices")
    RUNOFF = Kind.RUNOFF.value, _("Ranked, instant run-off")
    SCHULZE = Kind.SCHULZE.value, _("Ranked, Schulze method")
    SCORE = Kind.SCORE.value, _("Points")
    DATES = Kind.DATES.value, _("Finding a date")


class PollState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a poll", "Open")
    CLOSED = "closed", pgettext_lazy("a poll", "Closed")
    DELETED = "deleted", pgettext_lazy("a poll", "Deleted")


class WhoVotes(models.TextChoices):
    MEMBERS = "members", _("Members")
    EARLIER = "earlier", _("Members who joined before the poll opened")
    MODERATORS = "moderators", _("Owners and moderators")
    READERS = "readers", _("Everybody who can read here and is signed in")


class ResultsSeen(models.TextChoices):
    ALWAYS = "always", _("Always")
    VOTED = "voted", _("After voting")
    CLOSED = "closed", _("After closing")
    RUNNERS = "runners", _("Only to its maker and the moderators")


class WhoMakes(models.TextChoices):
    MEMBERS = "members", _("Members")
    MODERATORS = "moderators", _("Owners and moderators")


class Via(models.TextChoices):
    WEB = "web", _("on the web")
    MAIL = "mail", _("by mail")


class PollSettings(models.Model):
    """What a group says about polls; a group without a row has what this says by itself."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="poll_settings")
    makers = models.CharField(max_length=10, choices=WhoMakes, default=WhoMakes.MEMBERS)

    class Meta:
        verbose_name_plural = "settings of polls"

    def __str__(self) -> str:
        return f"{self.group}: {self.get_makers_display()}"


class PollQuerySet(models.QuerySet["Poll"]):
    def open(self) -> Self:
        return self.filter(state=PollState.OPEN)

    def shown(self) -> Self:
        return self.filter(state__in=[PollState.OPEN, PollState.CLOSED])

    def overdue(self, now: datetime) -> Self:
        return self.filter(state=PollState.OPEN, closes_at__lte=now)


class Poll(models.Model):
    """State machine: open -> closed -> open, and both -> deleted -> what it was (`state_before`)."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="polls", db_index=False)
    number = models.PositiveIntegerField()  # within the group, in addresses
    question = models.CharField(max_length=200)
    details = models.TextField(max_length=10_000, blank=True)  # Markdown
    kind = models.CharField(max_length=10, choices=PollKind)
    least = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(MOST_OPTIONS)])  # MULTIPLE
    most = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_OPTIONS)]
    )
    highest = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )  # SCORE: points from 0
    write_ins = models.BooleanField(default=False)
    voters = models.CharField(max_length=10, choices=WhoVotes, default=WhoVotes.MEMBERS)
    results = models.CharField(max_length=10, choices=ResultsSeen, default=ResultsSeen.VOTED)
    names_shown = models.BooleanField(default=False)
    anonymous = models.BooleanField(default=False)
    may_change = models.BooleanField(default=True)
    announce = models.BooleanField(default=True)  # mailed to the group when it opens, and its result when it closes
    remind = models.BooleanField(default=False)  # a day before it closes those who have not voted

    state = models.CharField(max_length=8, choices=PollState, default=PollState.OPEN)
    state_before = models.CharField(max_length=8, blank=True)  # of a deleted one
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by_name = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    voted = models.PositiveIntegerField(default=0)  # how many ballots there are
    version = models.PositiveIntegerField(default=0)  # counts every change of ballots or options

    objects = PollQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="polls_poll_number_once"),
            models.CheckConstraint(
                condition=models.Q(anonymous=False) | models.Q(names_shown=False), name="polls_anonymous_has_no_names"
            ),
        ]
        indexes = [
            models.Index(fields=["group", "state", "number", "id"], name="polls_poll_of_group"),
            models.Index(fields=["closes_at"], name="polls_poll_closing", condition=models.Q(state="open")),
            models.Index(fields=["deleted_at"], name="polls_poll_deleted", condition=models.Q(state="deleted")),
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("poll", args=[self.group.slug, self.number])

    @property
    def is_open(self) -> bool:
        """Ballots are taken; the sweep may still be on its way to one whose time has come."""
        return self.state == PollState.OPEN and (self.closes_at is None or self.closes_at > timezone.now())

    @property
    def is_ranked(self) -> bool:
        return Kind(self.kind).ranked

    @property
    def in_the_order(self) -> "models.QuerySet[Option]":
        return self.options.order_by("number")


class Option(models.Model):
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options", db_index=False)
    number = models.PositiveSmallIntegerField()  # from 1, as mails and ballots say it
    text = models.CharField(max_length=LONGEST_OPTION, blank=True)  # empty for moments
    starts_at = models.DateTimeField(null=True, blank=True)  # DATES: a moment, or
    day = models.DateField(null=True, blank=True)  # a whole day, wherever the reader is
    written_in = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "number"], name="polls_option_number_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """A moment is said in the zone that is current: the reader's."""
        if self.starts_at is not None:
            return moment_in_words(self.starts_at)
        return day_in_words(self.day) if self.day is not None else self.text

    @property
    def key(self) -> str:
        """Equal ones are one option."""
        return key_of(self.text, self.starts_at, self.day)


def key_of(text: str, starts_at: datetime | None = None, day: date | None = None) -> str:
    if starts_at is not None:
        return starts_at.astimezone(UTC).isoformat()
    return day.isoformat() if day is not None else " ".join(text.split()).casefold()


class Ballot(models.Model):
    """Of polls that are not anonymous."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballots", db_index=False)
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="ballots")
    choices = models.JSONField()  # {"3": 1}: number of an option -> what counting wants of it
    at = models.DateTimeField(default=timezone.now)
    via = models.CharField(max_length=4, choices=Via, default=Via.WEB)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="polls_ballot_once")]
        indexes = [models.Index(fields=["poll", "id"], name="polls_ballot_of_poll")]

    def __str__(self) -> str:
        return f"{self.voter} on {self.poll}"

    @property
    def numbers(self) -> dict[Key, int]:
        return numbers_in(self.choices)


def numbers_in(choices: Mapping[str, Any]) -> dict[Key, int]:
    return {int(key): int(value) for key, value in choices.items()}


class BallotBox(models.Model):
    """Of one anonymous poll: who has voted, and the ballots. Each is one value that is written anew as a whole for every vote
    (groups.polls.box), so no row, key, order or transaction belongs to one voter."""

    poll = models.OneToOneField(Poll, models.CASCADE, primary_key=True, related_name="box")
    roll = models.BinaryField(default=bytes)
    ballots = models.BinaryField(default=bytes)

    class Meta:
        verbose_name_plural = "ballot boxes"

    def __str__(self) -> str:
        return f"Ballots of {self.poll_id}"
