"""The form in which a poll is written, and who may open polls in a group."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

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
    PollKind.SINGLE: ("One choice", "Each voter chooses one option."),
    PollKind.MULTIPLE: ("Several choices", "Each voter chooses as many as you allow."),
    PollKind.RUNOFF: (
        "Ranked, instant run-off",
        "Voters put options in order. The last goes out and its votes move on, until one has more than half.",
    ),
    PollKind.SCHULZE: (
        "Ranked, Schulze method",
        "Voters put options in order. Each option is compared with each other: the one that most prefer wins.",
    ),
    PollKind.SCORE: ("Points", "Voters give each option points. The most points win."),
    PollKind.DATES: ("Finding a date", "Voters say yes, if need be, or no to each day or time."),
}
MAKERS = {
    WhoMakes.MEMBERS: ("Members", "Every member may ask the group."),
    WhoMakes.MODERATORS: ("Owners and moderators", "Owners, and moderators who may change polls."),
}
FIXED = ("question", "kind", "options", *(name for name in CHOICES if name != "kind"))  # once somebody has voted


class PollForm(forms.Form):
    question = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}), help_text="One sentence."
    )
    details = forms.CharField(
        required=False,
        max_length=10_000,
        help_text="What voters should know. Markdown works.",
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 4}),
    )
    kind = cards("How people vote", KINDS)
    options = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6, "autocomplete": "off"}),
    )
    closes_at = forms.DateTimeField(
        required=False,
        label="Closes",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    least = forms.IntegerField(min_value=1, max_value=MOST_OPTIONS, initial=1, label="Fewest choices")
    most = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_OPTIONS, label="Most choices", help_text="Empty: all of them."
    )
    highest = forms.IntegerField(min_value=1, max_value=100, initial=5, label="Highest points")
    write_ins = forms.BooleanField(required=False, label="Voters may add an option")
    voters = forms.ChoiceField(choices=WhoVotes.choices, label="Who votes", initial=WhoVotes.MEMBERS)
    results = forms.ChoiceField(choices=ResultsSeen.choices, label="Results are shown", initial=ResultsSeen.VOTED)
    names_shown = forms.BooleanField(required=False, label="Show who voted what")
    anonymous = forms.BooleanField(
        required=False,
        label="Anonymous",
        help_text="Nobody can tell who voted what, not even who runs this site. Each voter gets a receipt. "
        "Results are shown after closing.",
    )
    may_change = forms.BooleanField(required=False, initial=True, label="Voters may change their mind until it closes")
    announce = forms.BooleanField(
        required=False,
        initial=True,
        label="Mail it to the group",
        help_text="Members can answer by mail. When it closes, the result is mailed.",
    )
    remind = forms.BooleanField(
        required=False,
        label="Remind those who have not voted",
        help_text="By mail, once, a day before it closes.",
    )

    SMALL = ("least", "most", "highest")

    def __init__(self, *args: Any, group: Group, poll: Poll | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        voters = self.fields["voters"]
        assert isinstance(voters, forms.ChoiceField)
        if not group.archive_is_public:
            voters.choices = [choice for choice in WhoVotes.choices if choice[0] != WhoVotes.READERS]
        self.fields[
            "options"
        ].help_text = (
            f"One a line. For finding a date: days and times, as 2026-12-03 or 2026-12-03 19:00 ({zone_name()})."
        )
        self.fields["closes_at"].help_text = f"In your time ({zone_name()}). Empty: until somebody closes it."
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
            raise forms.ValidationError(f"An option has {LONGEST_OPTION} letters at most.")
        is_of_dates = self.data.get("kind") == PollKind.DATES
        found: list[OptionValue] = self._moments(lines) if is_of_dates else list(lines)
        keys = {_key(value) for value in found}
        if len(keys) < 2 and not (keys and self.data.get("write_ins")):
            raise forms.ValidationError("Write two options at least, each on a line of its own.")
        if len(keys) > MOST_OPTIONS:
            raise forms.ValidationError(f"A poll has {MOST_OPTIONS} options at most.")
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
            raise forms.ValidationError("This is past. Choose a time to come.")
        return closes_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("least") or 1, cleaned.get("most")
        options = cleaned.get("options") or []
        if cleaned.get("kind") == PollKind.MULTIPLE and not self.fields["options"].disabled:
            if most is not None and most < least:
                self.add_error("most", "The most cannot be fewer than the fewest.")
            if options and least > len(options):
                self.add_error("least", f"There are only {len(options)} options.")
        if cleaned.get("anonymous") and cleaned.get("names_shown"):
            self.add_error("names_shown", "An anonymous poll has no names to show.")
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
    makers = cards("Who opens polls", MAKERS)


class ReopenForm(forms.Form):
    closes_at = forms.DateTimeField(
        required=False,
        label="Closes again",
        help_text="Empty: until somebody closes it.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
