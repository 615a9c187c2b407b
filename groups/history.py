"""The settings of a group as they were: read from its log, in which every change stands as what was and what came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import ndiff
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groups.actions.groups import EVERY_SETTING
from groups.countries import country_name
from groups.languages import local_name
from groups.models import Action, Group, LogEntry

KEPT = (Action.SETTINGS_CHANGED, Action.SETTINGS_ROLLED_BACK)
OF_THE_MOMENT = frozenset({"emergency"})  # going back to a day does not pull, or let go, the brake
LABELS = {
    "name": _("Name"),
    "summary": _("One sentence about it"),
    "description": _("Description"),
    "language": _("Language"),
    "categories": _("Categories"),
    "country": _("Country"),
    "indexing": _("Search engines may keep its pages"),
    "visibility": _("Who sees that it exists"),
    "archive_access": _("Who reads the letters"),
    "members_seen_by": _("Who sees the list of members"),
    "owners_hear": _("Who may write to the owners"),
    "answers_to_owners": _("Answers to announcements go to the owners"),
    "old_topics": _("An answer to an old topic"),
    "old_topic_days": _("Days after which a topic is old"),
    "hashtags_in_subjects": _("Hashtags in subjects tag the topic"),
    "guidelines": _("Guidelines"),
    "reminder": _("Reminder of the guidelines"),
    "posting": _("Who writes to the group"),
    "strangers": _("Letters by people who are not members"),
    "moderation": _("What waits for a moderator"),
    "first_posts": _("How many first letters wait"),
    "emergency": _("Emergency: everything waits"),
    "joining": _("Who may join"),
    "questions": _("What applicants are asked"),
    "members_listed": _("Members see one another"),
    "addresses_listed": _("They see one another’s addresses"),
    "largest_kb": _("Largest letter, in KB"),
    "most_recipients": _("Most addresses in To and Cc"),
    "spam_hold": _("Spam score from which letters wait"),
    "spam_discard": _("Spam score from which letters are dropped"),
    "reply_to": _("Where Reply goes"),
    "reply_to_address": _("The other address Reply goes to"),
    "subject_tag": _("Tag before each subject"),
    "tag_first": _("The tag stands before “Re:”, too"),
    "header_text": _("Text above each letter"),
    "footer_text": _("Text below each letter"),
    "footer_html": _("Text below each letter, as HTML"),
    "removed_files": _("Files taken out of copies"),
    "as_plain_text": _("Copies are plain text"),
    "author_policy": _("The author’s address in copies"),
    "default_delivery": _("How letters come to new members"),
    "digest_posts": _("Letters in a digest"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a longer text. `mark`: "+" came, "-" went, " " stayed."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One setting in one change, as people say it; `pieces` where it is a text of several lines."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    entry: LogEntry
    lines: tuple[Line, ...]


def changes_of(group: Group) -> "QuerySet[LogEntry]":
    return LogEntry.objects.filter(group=group, action__in=KEPT)


def shown(entries: Iterable[LogEntry]) -> list[Change]:
    return [Change(entry, tuple(_lines(entry.details))) for entry in entries]


def before(entry: LogEntry) -> dict[str, Any]:
    """What this change changed, as it was before."""
    return {name: old for name, (old, _) in _settings(entry.details).items()}


def as_after(group: Group, entry: LogEntry) -> dict[str, Any]:
    """Everything that changed since, as it was right after this change."""
    values: dict[str, Any] = {}
    later = changes_of(group).filter(pk__gt=entry.pk).order_by("-pk").values_list("details", flat=True)
    for details in later.iterator():
        values.update(
            {name: old for name, (old, _) in _settings(details).items()}
        )  # the earliest change has the last word
    return {name: value for name, value in values.items() if name not in OF_THE_MOMENT}


def _settings(details: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Of what the log kept, settings that there still are."""
    known = set(EVERY_SETTING)
    return {name: (pair[0], pair[1]) for name, pair in details.items() if name in known}


def _lines(details: Mapping[str, Any]) -> Iterable[Line]:
    for name, (old, new) in _settings(details).items():
        label = str(LABELS.get(name, "")) or name.replace("_", " ").capitalize()
        is_long = any("\n" in str(value) or len(str(value)) > 200 for value in (old, new))
        yield Line(label, in_words(name, old), in_words(name, new), _difference(str(old), str(new)) if is_long else ())


def _difference(old: str, new: str) -> tuple[Piece, ...]:
    """Lines that went and came, with one line that stayed around them."""
    lines = [line for line in ndiff(old.splitlines(), new.splitlines()) if line[:1] != "?"]
    changed = [place for place, line in enumerate(lines) if line[:1] != " "]
    near = {place + step for place in changed for step in (-1, 0, 1)}
    return tuple(Piece(line[:1], line[2:]) for place, line in enumerate(lines) if place in near)


def in_words(name: str, value: Any) -> str:
    """A value as the pages of the settings say it."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return " / ".join(map(str, value)) or str(_("nothing"))
    if name == "language":
        return local_name(str(value)) if value else str(_("not said"))
    if name == "country":
        return country_name(str(value)) if value else str(_("not said"))
    choices = dict(Group._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    if choices:
        return str(choices.get(value, value))
    return str(value) if value not in ("", None) else str(_("nothing"))
