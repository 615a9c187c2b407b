"""Rows of the lists of members as HTML. Written here and not in templates, which take several times as long: a page has sixty.
Whatever people wrote goes through `escape`; the rest is ours."""

from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from archive.moments import short_day
from common.sentences import Said, small
from common.templatetags.house import avatar, icon
from groups import roster
from groups.models import Delivery, Group, Membership, Posting, Role
from mail.models import MailboxState


def shown(memberships: Iterable[Membership], group: Group, me: User | None) -> SafeString:
    """The people of a group as its members see them; `me` is told apart, and nobody reports themselves."""
    row = _Shown(group, me)
    return mark_safe("".join(map(row.of, memberships)))  # noqa: S308 - escaped where it is put together


def to_work_on(memberships: Iterable[Membership], group: Group) -> SafeString:
    """The same for those who look after them; `mailbox_state` of each membership is told already."""
    row = _ToWorkOn(group)
    return mark_safe("\n".join(map(row.of, memberships)))  # noqa: S308 - escaped where it is put together


class _Row:
    """What both kinds of rows say."""

    def __init__(self, group: Group, url_name: str) -> None:
        _ = self.say = Said()
        self.group, self.zone = group, timezone.get_current_timezone()
        self.since = escape(_("since %(day)s"))
        self.url = reverse(url_name, args=[group.slug, 0])

    def _since(self, membership: Membership) -> str:
        return self.since % {"day": short_day(membership.joined_at, self.zone)}

    def _url(self, membership: Membership) -> str:
        before, _, behind = self.url.rpartition("/0/")
        return escape(f"{before}/{membership.user_id}/{behind}")

    def _role(self, membership: Membership) -> str:
        if membership.role == Role.MEMBER:
            return ""
        return f' <span class="tag">{escape(small(self.say.label(Role(membership.role).label)))}</span>'


class _Shown(_Row):
    def __init__(self, group: Group, me: User | None) -> None:
        super().__init__(group, "report-person")
        _ = self.say
        self.me = me.pk if me else None
        self.nameless, self.you, self.report = (
            escape(_("A member without a name")), escape(_("you")), escape(_("Report"))
        )  # fmt: skip

    def of(self, membership: Membership) -> str:
        person, shows = membership.user, roster.shows_address(membership, self.group)
        called = person.name or (person.email if shows else "")
        face = avatar(called, person.email) if shows else avatar(person.name or "?", str(membership.pk))
        address = f"<small>{escape(person.email)}</small>" if person.name and shows else ""
        return (
            f'<li data-key-item>{face}<div class="who-is"><strong dir="auto">{escape(called) or self.nameless}</strong>'
            f"{self._role(membership)}{self._you(membership)}{address}</div>"
            f'<span class="count">{self._since(membership)}{self._report(membership)}</span></li>'
        )

    def _you(self, membership: Membership) -> str:
        return f' <span class="tag plain">{self.you}</span>' if membership.user_id == self.me else ""

    def _report(self, membership: Membership) -> str:
        if membership.user_id == self.me:
            return ""
        return f' · <a href="{self._url(membership)}" rel="nofollow">{self.report}</a>'


class _ToWorkOn(_Row):
    def __init__(self, group: Group) -> None:
        super().__init__(group, "member")
        _ = self.say
        self.suspended = f'<span class="tag new">{icon("warn")}{escape(_("mail comes back"))}</span>'
        self.soft = f'<span class="tag new">{escape(_("some mail came back"))}</span>'
        self.paused = f' <span class="tag plain">{escape(_("paused"))}</span>'

    def of(self, membership: Membership) -> str:
        person, key, called = membership.user, membership.pk, escape(str(membership.user))
        return (
            f'<li data-key-item><input type="hidden" name="shown" value="{key}">'
            f'<input type="checkbox" name="who" value="{key}" aria-label="{called}">'
            f'{avatar(person.name or person.email, person.email)}<div class="who-is">'
            f'<a class="quiet" data-key-open href="{self._url(membership)}"><strong dir="auto">{called}</strong></a>'
            f"{self._role(membership)}{self._states(membership)}<small>{self._mail(membership)}</small></div>"
            f'<span class="count">{self._since(membership)}</span></li>'
        )

    def _states(self, membership: Membership) -> str:
        state = getattr(membership, "mailbox_state", "")
        mailbox = f" {self.suspended if state == MailboxState.SUSPENDED else self.soft}" if state else ""
        posting = ""
        if membership.posting != Posting.DEFAULT:
            label = small(self.say.label(Posting(membership.posting).label))
            posting = f' <span class="tag plain">{escape(label)}</span>'
        return f"{mailbox}{self.paused if membership.paused_at else ''}{posting}"

    def _mail(self, membership: Membership) -> str:
        gets = escape(small(self.say.label(Delivery(membership.delivery).label)))
        address = membership.mail_address
        return f"{escape(address)} · {gets}" if membership.user.name or membership.address else gets
