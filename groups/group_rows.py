"""Rows of the directory as HTML. Written here and not in a template, which takes several times as long: a page has thirty, each
with a picture. Whatever people wrote goes through `escape`; the rest is ours."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from common.sentences import Said
from common.templatetags.house import icon, sparkline
from groups.models import ArchiveAccess, Group, Visibility
from groups.templatetags.groups import group_icon


def listed(groups: Iterable[Group]) -> SafeString:
    """Groups as groups.directory.finding.shown() gives them: with their archive, member_count and lately."""
    row = _Row()
    return mark_safe("\n".join(map(row.of, groups)))  # noqa: S308 - escaped where it is put together


class _Row:
    def __init__(self) -> None:
        _ = self.say = Said()
        self.zone = timezone.get_current_timezone()
        self.private, self.members_read = (_tag(_("private"), "lock"), _tag(_("members read"), "lock"))
        self.taken_down = f' <span class="tag">{escape(_("taken down"))}</span>'
        self.before, _slug, self.behind = reverse("group-home", args=["0"]).rpartition("0")  # once, for all rows
        self.day_form, self.none = _("j M Y"), escape(_("no letters yet"))
        # Translators: the tag stays as it is
        self.last = _('last letter <time datetime="%(moment)s">%(day)s</time>')

    def of(self, group: Group) -> str:
        archive: Any = getattr(group, "archive", None)
        count = archive.message_count if archive else 0
        summary = f'<p class="summary"><bdi>{escape(group.summary)}</bdi></p>' if group.summary else ""
        picture = sparkline(archive.monthly, group.name) if count else ""
        lately, members = getattr(group, "lately", 0), getattr(group, "member_count", 0)
        last = self._last(archive.last_at if archive else None)
        counts = " · ".join(filter(None, [self._letters(count, lately), self._members(members), last]))
        return (
            f'<li data-key-item><h2>{group_icon(group)}<a class="quiet" href="{self.before}{group.slug}{self.behind}">'
            f"<bdi>{escape(group.name)}</bdi></a>{self._tags(group)}</h2>{summary}\n"
            f'<p class="count">{counts}</p>{picture}</li>'
        )

    def _tags(self, group: Group) -> str:
        tag = ""
        if group.visibility == Visibility.PRIVATE:
            tag = self.private
        elif group.archive_access == ArchiveAccess.MEMBERS:
            tag = self.members_read
        return f"{tag}{self.taken_down if group.taken_down_at else ''}"

    def _letters(self, count: int, lately: int) -> str:
        if not count:
            return ""
        told = {"number": intcomma(count), "lately": intcomma(lately)}
        if not lately:
            return escape(ngettext("%(number)s letter", "%(number)s letters", count) % told)
        both = ngettext(
            "%(number)s letter, %(lately)s in the last month", "%(number)s letters, %(lately)s in the last month", count
        )
        return escape(both % told)

    def _members(self, count: int) -> str:
        return escape(ngettext("%(number)s member", "%(number)s members", count) % {"number": intcomma(count)})

    def _last(self, moment: Any) -> str:
        if moment is None:
            return self.none
        local = moment.astimezone(self.zone)
        return self.last % {"moment": local.isoformat(), "day": dateformat.format(local, self.day_form)}


def _tag(words: str, picture: str) -> str:
    return f' <span class="tag plain">{icon(picture)}{escape(words)}</span>'
