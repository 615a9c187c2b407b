"""The form in which a poll is written, and who may open polls in a group."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.forms.cards import cards
from groups.models import Group
from groups.polls.actions import CHOICES, Draft, OptionValue
from groups.polls.models import (
    LONGEST_OPTION,
    MOST_OPTIONS,
    Poll,
    PollKind,
    ResultsSeen,
    WhoMakes,
    WhoVotes,
    key_of,
)
from groups.polls.moments import NotAMoment, as_written, read_moment, zone_name

KINDS = {
    PollKind.SINGLE: (_("One choice"), _("Each voter chooses one option.")),
    PollKind.MULTIPLE: (_("Several choices"), _("Each voter chooses as many as you allow.")),
    PollKind.RUNOFF: (
        _("Ranked, instant run-off"),
        _("Voters put options in order. The last goes out and its votes move on, until one has more than half."),
    ),
    PollKind.SCHULZE: (
        _("Ranked, Schulze method"),
        _("Voters put options in order. Each option is compared with each other: the one that most prefer wins."),
    ),
    PollKind.SCORE: (_("Points"), _("Voters give each option points. The most points win.")),
    PollKind.DATES: (_("Finding a date"), _("Voters say yes, if need be, or no to each day or time.")),
}
MAKERS = {
    WhoMakes.MEMBERS: (_("Members"), _("Every member may ask the group.")),
    WhoMakes.MODERATORS: (_("Owners and moderators"), _("Owners, and moderators who may change polls.")),
}
FIXED = ("question", "kind", "options", *(name for name in CHOICES if name != "kind"))  # once somebody has voted


class PollForm(forms.Form):
    question = forms.CharField(
        label=_("Question"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=_("One sentence."),
    )
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=10_000,
        help_text=_("What voters should know. Markdown works."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 4}),
    )
    kind = cards(_("How people vote"), KINDS)
    options = forms.CharField(
        label=_("Options"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6, "autocomplete": "off"}),
    )
    closes_at = forms.DateTimeField(
        required=False,
        label=_("Closes"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    least = forms.IntegerField(min_value=1, max_value=MOST_OPTIONS, initial=1, label=_("Fewest choices"))
    most = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_OPTIONS, label=_("Most choices"), help_text=_("Empty: all of them.")
    )
    highest = forms.IntegerField(min_value=1, max_value=100, initial=5, label=_("Highest points"))
    write_ins = forms.BooleanField(required=False, label=_("Voters may add an option"))
    voters = forms.ChoiceField(choices=WhoVotes.choices, label=_("Who votes"), initial=WhoVotes.MEMBERS)
    results = forms.ChoiceField(choices=ResultsSeen.choices, label=_("Results are shown"), initial=ResultsSeen.VOTED)
    names_shown = forms.BooleanField(required=False, label=_("Show who voted what"))
    anonymous = forms.BooleanField(
        required=False,
        label=_("Anonymous"),
        help_text=_(
            "Nobody can tell who voted what, not even who runs this site. Each voter gets a receipt. "
            "Results are shown after closing."
        ),
    )
    may_change = forms.BooleanField(
        required=False, initial=True, label=_("Voters may change their mind until it closes")
    )
    announce = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Mail it to the group"),
        help_text=_("Members can answer by mail. When it closes, the result is mailed."),
    )
    remind = forms.BooleanField(
        required=False,
        label=_("Remind those who have not voted"),
        help_text=_("By mail, once, a day before it closes."),
    )

    SMALL = ("least", "most", "highest")

    def __init__(self, *args: Any, group: Group, poll: Poll | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        voters = self.fields["voters"]
        assert isinstance(voters, forms.ChoiceField)
        if not group.archive_is_public:
            voters.choices = [choice for choice in WhoVotes.choices if choice[0] != WhoVotes.READERS]
        zone = {"zone": zone_name()}
        one_a_line = gettext(
            "One a line. For finding a date: days and times, as 2026-12-03 or 2026-12-03 19:00 (%(zone)s)."
        )
        self.fields["options"].help_text = one_a_line % zone
        in_your_time = gettext("In your time (%(zone)s). Empty: until somebody closes it.")
        self.fields["closes_at"].help_text = in_your_time % zone
        for name in self.SMALL:
            self.fields[name].widget.attrs["class"] = "short"
        if poll is not None and poll.voted:
            for name in FIXED:
                self.fields[name].disabled = True

    def clean_options(self) -> list[OptionValue]:
        if self.fields["options"].disabled:
            return []
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        lines = [line for line in lines if line]
        if any(len(line) > LONGEST_OPTION for line in lines):
            raise forms.ValidationError(gettext("An option has %(most)s letters at most.") % {"most": LONGEST_OPTION})
        is_of_dates = self.data.get("kind") == PollKind.DATES
        found: list[OptionValue] = self._moments(lines) if is_of_dates else list(lines)
        keys = {_key(value) for value in found}
        if len(keys) < 2 and not (keys and self.data.get("write_ins")):
            raise forms.ValidationError(gettext("Write two options at least, each on a line of its own."))
        if len(keys) > MOST_OPTIONS:
            raise forms.ValidationError(gettext("A poll has %(most)s options at most.") % {"most": MOST_OPTIONS})
        return found

    def _moments(self, lines: list[str]) -> list[OptionValue]:
        """In their order, whatever order they were written in."""
        try:
            found = [read_moment(line) for line in lines]
        except NotAMoment as error:
            raise forms.ValidationError(str(error)) from None
        return [*sorted(found, key=as_written)]

    def clean_closes_at(self) -> datetime | None:
        closes_at: datetime | None = self.cleaned_data["closes_at"]
        if closes_at is not None and closes_at <= timezone.now():
            raise forms.ValidationError(gettext("This is past. Choose a time to come."))
        return closes_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("least") or 1, cleaned.get("most")
        options = cleaned.get("options") or []
        if cleaned.get("kind") == PollKind.MULTIPLE and not self.fields["options"].disabled:
            if most is not None and most < least:
                self.add_error("most", gettext("The most cannot be fewer than the fewest."))
            if options and least > len(options):
                there_are = ngettext("There is only one option.", "There are only %(many)s options.", len(options))
                self.add_error("least", there_are % {"many": len(options)})
        if cleaned.get("anonymous") and cleaned.get("names_shown"):
            self.add_error("names_shown", gettext("An anonymous poll has no names to show."))
        if cleaned.get("anonymous") and cleaned.get("results") in (ResultsSeen.ALWAYS, ResultsSeen.VOTED):
            cleaned["results"] = ResultsSeen.CLOSED
        return cleaned

    def draft(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            question=" ".join(data["question"].split()),
            kind=data["kind"],
            options=data["options"],
            details=data["details"].strip(),
            closes_at=data["closes_at"],
            settings={name: data[name] for name in CHOICES if name != "kind"},
        )


def _key(value: OptionValue) -> str:
    if isinstance(value, datetime):
        return key_of("", starts_at=value)
    return key_of("", day=value) if isinstance(value, date) else key_of(value)


def initial_of(poll: Poll) -> dict[str, Any]:
    """The poll as the form shows it."""
    options = [_line(option.text, option.starts_at, option.day) for option in poll.in_the_order]
    values = {name: getattr(poll, name) for name in ("question", "details", "closes_at", *CHOICES)}
    return {**values, "options": "\n".join(options)}


def _line(text: str, starts_at: datetime | None, day: date | None) -> str:
    moment = starts_at or day
    return as_written(moment) if moment is not None else text


class MakersForm(forms.Form):
    makers = cards(_("Who opens polls"), MAKERS)


class ReopenForm(forms.Form):
    closes_at = forms.DateTimeField(
        required=False,
        label=_("Closes again"),
        help_text=_("Empty: until somebody closes it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
