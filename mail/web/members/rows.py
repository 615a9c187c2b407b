"""Rows of the directory that members see, as HTML. Written here and not in templates, which take several times as long: a page
has sixty. Whatever people wrote goes through `escape`."""

from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from archive.moments import short_day
from common.sentences import small
from common.templatetags.house import avatar
from groups import roster
from groups.models import Group, Membership, Role


def shown(memberships: Iterable[Membership], group: Group, me: User | None) -> SafeString:
    """The people of a group as others see them; `me` is told apart, and nobody reports themselves."""
    row = _Row(group, me)
    return mark_safe("".join(map(row.of, memberships)))  # noqa: S308 - escaped where it is put together


class _Row:
    def __init__(self, group: Group, me: User | None) -> None:
        self.group, self.me = group, me.pk if me else None
        self.zone = timezone.get_current_timezone()
        self.nameless, self.you, self.report = (
            escape(_("A member without a name")),
            escape(_("you")),
            escape(_("Report")),
        )
        self.since = escape(_("since %(day)s"))
        self.report_url = reverse("report-person", args=[group.slug, 0])

    def of(self, membership: Membership) -> str:
        person, shows = membership.user, roster.shows_address(membership, self.group)
        called = person.name or (person.email if shows else "")
        face = avatar(called, person.email) if shows else avatar(person.name or "?", str(membership.pk))
        address = f"<small>{escape(person.email)}</small>" if person.name and shows else ""
        since = self.since % {"day": short_day(membership.joined_at, self.zone)}
        return (
            f'<li data-key-item>{face}<div class="who-is"><strong dir="auto">{escape(called) or self.nameless}</strong>'
            f"{self._tags(membership)}{address}</div>"
            f'<span class="count">{since}{self._report(membership)}</span></li>'
        )

    def _tags(self, membership: Membership) -> str:
        role = f' <span class="tag">{escape(small(membership.get_role_display()))}</span>'
        you = f' <span class="tag plain">{self.you}</span>'
        return f"{role if membership.role != Role.MEMBER else ''}{you if membership.user_id == self.me else ''}"

    def _report(self, membership: Membership) -> str:
        if membership.user_id == self.me:
            return ""
        url = f"{self.report_url.removesuffix('0/')}{membership.user_id}/"
        return f' · <a href="{escape(url)}" rel="nofollow">{self.report}</a>'
