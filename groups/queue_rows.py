"""Rows of the moderators' queue as HTML. Written here and not in a template: a page has forty of them with a form each, and a
template takes ten times as long. Whatever people wrote goes through `escape`; the rest is ours."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from common.sentences import Said, small
from groups.models import Membership, Waiting
from groups.moderation.registry import Choice, Kind

NO_SUBJECT = gettext_lazy("(no subject)")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits, as one moderator sees it."""

    waiting: Waiting
    kind: Kind
    record: Membership | None
    choices: Sequence[Choice]
    in_others_hands: bool = False
    is_mine: bool = False
    then: int = 0  # key of the one behind it

    @property
    def url(self) -> str:
        """Of its page."""
        return f"{reverse('moderation', args=[self.waiting.group.slug])}{self.waiting.pk}/"


def record_of(record: Membership | None, say: Callable[[str], str] = gettext) -> str:
    """`Member since 3 Mar 2026 · 6 approved, 0 sent back · as the group says`."""
    _ = say
    if record is None:
        return _("Not a member")
    since = record.joined_at.astimezone(timezone.get_current_timezone())
    role = _("%(role)s since %(day)s") % {
        "role": record.get_role_display(),
        "day": dateformat.format(since, _("j M Y")),
    }
    counts = _("%(approved)s approved, %(rejected)s sent back") % {
        "approved": f"{record.approved_posts:,}",
        "rejected": f"{record.rejected_posts:,}",
    }
    return f"{role} · {counts} · {small(record.get_posting_display())}"


class Rows:
    """Writes the rows of one page. `here`: its address, to come back to; `token`: for the forms."""

    def __init__(self, here: str, token: str, *, names_groups: bool) -> None:
        self.back = f'<input type="hidden" name="next" value="{escape(here)}">'
        self.token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'
        self.names_groups = names_groups
        self.say = Said()

    def write(self, rows: Iterable[Row]) -> SafeString:
        return mark_safe("\n".join(map(self._row, rows)))  # noqa: S308

    def _row(self, row: Row) -> str:
        _, waiting, url = self.say, row.waiting, escape(row.url)
        title = escape(waiting.title or _.label(NO_SUBJECT))
        tick = _("Tick %(title)s") % {"title": title}
        begins = f'<p class="beginning" dir="auto">{escape(waiting.beginning)}</p>' if waiting.beginning else ""
        return (
            f'<li class="card" id="w{waiting.pk}" data-key-item><div class="row why-row"><label class="tick">'
            f'<input type="checkbox" name="waiting" value="{waiting.pk}" form="bulk" data-key-press="x" '
            f'aria-keyshortcuts="x"><span class="unseen">{tick}</span></label>'
            f'<span class="why">{escape(_(waiting.reason) or _.label(row.kind.label))}</span>'
            f'<span class="claim">{self._claim(row, url)}</span></div>\n'
            f'<h2><a href="{url}" data-key-open dir="auto">{title}</a></h2>\n'
            f'<p class="record">{self._about(row)}</p>{begins}\n{self._acts(row, url)}</li>'
        )

    def _about(self, row: Row) -> str:
        _, waiting = self.say, row.waiting
        nobody = _("nobody")
        parts = [
            f"<bdi>{escape(waiting.group.name)}</bdi>" if self.names_groups else "",
            _.label(row.kind.label) if row.kind.name != "letter" else "",
            f"<bdi>{escape(waiting.who or nobody)}</bdi>",
            _("suspended by the site") if waiting.person is not None and waiting.person.is_suspended else "",
            escape(record_of(row.record, _)),
            escape(str(naturaltime(waiting.since))),
        ]
        return " · ".join(filter(None, parts))

    def _claim(self, row: Row, url: str) -> str:
        _, waiting, words = self.say, row.waiting, ""
        if row.is_mine or row.in_others_hands:
            said = (
                _("claimed by you until %(time)s") if row.is_mine else _("<bdi>%(name)s</bdi> is at it until %(time)s")
            )
            told = {"name": escape(str(waiting.claimed_by)), "time": _hour(waiting.claimed_until)}
            words = f"{said % told} · "
        wanted, label = "claim", _("claim")
        if row.is_mine:
            wanted, label = "release", _("give it back")
        elif row.in_others_hands:
            wanted, label = "take", _("take it over")
        return (
            f'{words}<form method="post" action="{url}claim/">{self.token}{self.back}'
            f'<input type="hidden" name="then" value="{waiting.pk}"><button class="link" name="wanted" value="{wanted}" '
            f'data-key-press="c" aria-keyshortcuts="c">{label}</button></form>'
        )

    def _acts(self, row: Row, url: str) -> str:
        _ = self.say
        if row.in_others_hands:
            alone = _("Others leave it alone meanwhile; to decide, take it over.")
            return f'<p class="record">{alone}</p>'
        edit_words = _("Edit…")
        buttons = "".join(self._button(choice, url) for choice in row.choices)
        edit = (
            f'<a class="btn" href="{url}edit/" data-key-press="e" aria-keyshortcuts="e">{edit_words}</a>'
            if row.kind.edits
            else ""
        )
        return (
            f'<form method="post" action="{url}" class="row acts">{self.token}{self.back}'
            f'<input type="hidden" name="then" value="{row.then}">{buttons}{edit}</form>'
        )

    def _button(self, choice: Choice, url: str) -> str:
        """What asks first, asks on the thing's own page; what has no key stands there alone."""
        key, label = f'data-key-press="{choice.key}" aria-keyshortcuts="{choice.key}"', self.say.label(choice.label)
        if not choice.asks_first:
            return f'<button class="btn {choice.look}" name="decision" value="{choice.name}" {key}>{label}</button>'
        return f'<a class="btn {choice.look}" href="{url}?do={choice.name}" {key}>{label}</a>' if choice.key else ""


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(timezone.get_current_timezone()):%H:%M}" if moment is not None else ""
