"""The ballot as a form: what it shows for each option, and what somebody chose in it. Works without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common.text import number_in
from groups.polls import box
from groups.polls.counting import MAYBE, NO, YES, BadBallot
from groups.polls.models import LONGEST_OPTION, Option, Poll, PollKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ANSWERS = (
    (YES, pgettext_lazy("answer", "yes")),
    (MAYBE, pgettext_lazy("answer", "if need be")),
    (NO, pgettext_lazy("answer", "no")),
)
CHOSEN, OTHER = "choice", "other"
PREFIXES = {PollKind.RUNOFF: "rank", PollKind.SCHULZE: "rank", PollKind.SCORE: "points", PollKind.DATES: "answer"}


@dataclass(frozen=True, slots=True)
class Line:
    """One option on the sheet. `key`: its number, or "other" for what the voter writes in."""

    key: str
    words: str
    name: str
    value: int | None
    picks: "Sequence[tuple[int, StrOrPromise]]"


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: str
    lines: list[Line]
    other: Line | None
    other_text: str

    @property
    def is_by_choice(self) -> bool:
        return self.kind in (PollKind.SINGLE, PollKind.MULTIPLE)


def sheet_of(
    poll: Poll, options: Sequence[Option], marked: Mapping[str, int] | None = None, typed: QueryDict | None = None
) -> Sheet:
    """`marked`: an earlier ballot as it is kept; `typed`: what was sent and could not be taken."""
    kept = dict(marked or {})
    written = next((key for key in kept if key.startswith(box.WRITTEN)), "")
    values: dict[str, int] = _values(poll, typed) if typed is not None else kept
    picks = _picks(poll, len(options))
    lines = [_line(poll, str(option.number), option.words, values, picks) for option in options]
    text = typed.get(OTHER, "")[:500] if typed is not None else written[1:]
    if written and typed is None:
        values = {**values, OTHER: kept[written]}
    other = _line(poll, OTHER, _("Another one"), values, picks) if poll.write_ins else None
    return Sheet(poll.kind, lines, other, text)


def _line(
    poll: Poll, key: str, words: str, values: Mapping[str, int], picks: "Sequence[tuple[int, StrOrPromise]]"
) -> Line:
    prefix = PREFIXES.get(PollKind(poll.kind))
    return Line(key, words, f"{prefix}-{key}" if prefix else CHOSEN, values.get(key), picks)


def _picks(poll: Poll, many: int) -> "Sequence[tuple[int, StrOrPromise]]":
    if poll.kind == PollKind.DATES:
        return ANSWERS
    if poll.is_ranked:
        return [(rank, str(rank)) for rank in range(1, many + 1 + poll.write_ins)]
    return [(points, str(points)) for points in range(poll.highest + 1)] if poll.kind == PollKind.SCORE else ()


def read_sheet(poll: Poll, sent: QueryDict) -> tuple[dict[int, int], dict[str, int]]:
    """(choices, write-ins), as cast_ballot takes them. What somebody wrote in is never left out in silence."""
    values = _values(poll, sent)
    text = " ".join(sent.get(OTHER, "").split()) if poll.write_ins else ""
    other = values.pop(OTHER, None)
    if text and other is None and _is_meant(poll, values):
        other = 1
    if text and other is None:
        raise BadBallot(_not_chosen(poll) % {"text": text[:LONGEST_OPTION]})
    if other and not text and poll.kind in (PollKind.SINGLE, PollKind.MULTIPLE):
        raise BadBallot(_("Write into “Another one” what it is, or do not choose it."))
    return {int(key): value for key, value in values.items()}, {text: other} if text and other is not None else {}


def _is_meant(poll: Poll, values: Mapping[str, int]) -> bool:
    """Whether what was written in is chosen though its box is not ticked: where it stands in the way of nothing else."""
    return poll.kind == PollKind.MULTIPLE or (poll.kind == PollKind.SINGLE and not values)


def _not_chosen(poll: Poll) -> str:
    if poll.kind == PollKind.SINGLE:
        return _("You wrote “%(text)s” and chose another option. Choose “Another one”, or empty its field.")
    return _("You added “%(text)s” and said nothing about it. Say what you give it, or empty the field.")


def _values(poll: Poll, sent: QueryDict) -> dict[str, int]:
    if poll.kind in (PollKind.SINGLE, PollKind.MULTIPLE):
        return {key: 1 for key in sent.getlist(CHOSEN) if _is_key(key)}
    prefix = f"{PREFIXES[PollKind(poll.kind)]}-"
    found = (
        (name.removeprefix(prefix), number_in(str(value))) for name, value in sent.items() if name.startswith(prefix)
    )
    return {key: value for key, value in found if value is not None and _is_key(key)}


def _is_key(key: str) -> bool:
    return key == OTHER or number_in(key) is not None


def in_words(poll: Poll, options: Sequence[Option], ballot: Mapping[str, Any]) -> list[str]:
    """What a ballot says, the best first."""
    texts = {str(option.number): option.words for option in options}
    best_first = sorted(ballot.items(), key=lambda item: item[1] if poll.is_ranked else -item[1])
    return [f"{_text_of(key, texts)}{_said(poll, value)}" for key, value in best_first]


def _text_of(key: str, texts: Mapping[str, str]) -> str:
    return key.removeprefix(box.WRITTEN) if key.startswith(box.WRITTEN) else texts.get(key, _("an option that is gone"))


def _said(poll: Poll, value: int) -> str:
    if poll.is_ranked:
        return f": {value}"
    if poll.kind == PollKind.SCORE:
        return ": " + _("%(points)s of %(highest)s") % {"points": value, "highest": poll.highest}
    return f": {dict(ANSWERS).get(value, value)}" if poll.kind == PollKind.DATES else ""
