"""One daily mail for all groups: everything new since the last one, at the person's hour; none where nothing is new.

Letters are those that came by mail or web into groups the person is a member of, since the last mail and until SETTLED ago: a
letter whose transaction commits late falls into the next span instead of between two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import dateformat, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from archive.models import Message
from common.absence import present
from groups.languages import first_spoken
from groups.models import Delivery as Wanted
from groups.models import Membership
from mail.addressing import seal, site_address
from mail.delivery.hashtags import wishes_by_hashtag
from mail.digests.items import Topic, held_back, items_of, topics_of
from mail.digests.polls import OpenPoll, open_to
from mail.digests.schedule import next_hour, zone_named
from mail.models import DailyMark, Kind, Mailbox, MailboxState, TopicChoice, TopicWish
from mail.outbox.queue import queue_letter

SETTLED = timedelta(minutes=2)
LONGEST_SPAN = timedelta(days=8)  # after a longer absence the rest is on the web
MOST_LETTERS = 200
SHORT_TEXT = 1200  # characters of one letter
DAILY_PATH = "/mail/daily/{token}/"


@dataclass(frozen=True, slots=True)
class Section:
    """What is new in one group."""

    name: str
    url: str
    topics: tuple[Topic, ...]
    polls: tuple[OpenPoll, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(topic.items) for topic in self.topics)


def send_due(now: datetime | None = None) -> int:
    """Queue the daily mail of everybody whose hour has come. Returns how many mails."""
    now = now or timezone.now()
    _begin_marks(now)
    due = DailyMark.objects.filter(next_at__lte=now, user__daily_mail=True, user__is_active=True)
    return sum(_send_one(mark, now) for mark in due.order_by("pk").values_list("pk", flat=True).iterator(2000))


def _begin_marks(now: datetime) -> None:
    without = User.objects.filter(daily_mail=True, is_active=True).exclude(pk__in=DailyMark.objects.values("user"))
    DailyMark.objects.bulk_create(
        [DailyMark(user=user, last_at=now - SETTLED, next_at=_next(user, now)) for user in without],
        ignore_conflicts=True,
    )


def _next(user: User, now: datetime) -> datetime:
    return next_hour(now, zone_named(user.time_zone, settings.TIME_ZONE), user.mail_hour)


@transaction.atomic
def _send_one(mark_id: int, now: datetime) -> int:
    marks = DailyMark.objects.select_related("user").filter(pk=mark_id, next_at__lte=now)
    if connection.features.has_select_for_update_skip_locked:
        marks = marks.select_for_update(of=("self",), skip_locked=True)
    mark = marks.first()
    if mark is None:
        return 0  # another worker was quicker
    until = now - SETTLED
    since = max(mark.last_at or until, until - LONGEST_SPAN)
    gets_mail = not mark.user.is_away(now) and not _is_suspended(mark.user.email)
    mark.last_at, mark.next_at = until, _next(mark.user, now)
    mark.save()
    if not gets_mail:
        return 0
    with translation.override(first_spoken(mark.user.language)):
        sections = sections_of(mark.user, since, until)
        if not sections:
            return 0
        raw, headers = daily_letter(mark.user, sections, now)
    queue_letter(
        Kind.DAILY,
        raw,
        [(mark.user.email, mark.user.pk)],
        subject=headers["Subject"],
        message_id=headers["Message-ID"].strip("<>"),
    )
    return 1


def _is_suspended(address: str) -> bool:
    return Mailbox.objects.filter(address=address.lower(), state=MailboxState.SUSPENDED).exists()


def sections_of(user: User, since: datetime, until: datetime) -> list[Section]:
    """What is new to this person in each of their groups, by topic, without what they muted."""
    memberships = Membership.objects.filter(
        present(until), user=user, paused_at__isnull=True, group__taken_down_at__isnull=True
    )
    memberships = memberships.exclude(delivery=Wanted.SPECIAL)
    groups = {row.group_id: row.group for row in memberships.select_related("group").order_by("group__name")}
    found = (
        Message.objects.filter(
            group__in=groups, created_at__gt=since, created_at__lte=until, transfer__isnull=True, hidden_at__isnull=True
        )
        .exclude(held_back())
        .order_by("group", "number")[:MOST_LETTERS]
    )
    letters = _without_muted(user, list(found))
    polls = open_to(user.pk, [letter.group_id for letter in letters], until)
    return [
        Section(group.name, group.url, tuple(topics_of(items_of(theirs, group))), tuple(polls.get(pk, ())))
        for pk, group in groups.items()
        if (theirs := [letter for letter in letters if letter.group_id == pk])
    ]


def _without_muted(user: User, letters: Sequence[Message]) -> list[Message]:
    threads = {letter.thread_id for letter in letters}
    latest = {thread: wish for (_, thread), wish in wishes_by_hashtag(threads, user.pk).items()}
    choices = TopicChoice.objects.filter(user=user, message__thread__in=threads)
    latest |= dict(choices.order_by("at", "pk").values_list("message__thread_id", "wish"))
    return [letter for letter in letters if latest.get(letter.thread_id) != TopicWish.MUTE]


def _subject(day: str, count: int, sections: Sequence[Section]) -> str:
    said = {"day": day, "count": count, "group": sections[0].name, "more": len(sections) - 1}
    if len(sections) == 1:
        return ngettext("%(day)s: %(count)s new in %(group)s", "%(day)s: %(count)s new in %(group)s", count) % said
    return _("%(day)s: %(count)s new in %(group)s and %(more)s more") % said


def daily_letter(user: User, sections: Sequence[Section], now: datetime) -> tuple[bytes, EmailMessage]:
    """(RFC 5322 bytes, the same as a message object): plain text and HTML, in the language of the moment."""
    zone = zone_named(user.time_zone, settings.TIME_ZONE)
    count = sum(section.count for section in sections)
    token = seal("daily", user.pk)
    stop_url = settings.SITE_URL + DAILY_PATH.format(token=token)
    day = dateformat.format(now.astimezone(zone), _("l, j F"))
    context = {
        "sections": sections, "count": count, "day": day, "zone": zone, "stop_url": stop_url, "site": settings.SITE_NAME,
        "site_url": settings.SITE_URL, "most": SHORT_TEXT,
    }  # fmt: skip
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(settings.SITE_NAME, addr_spec=f"noreply@{settings.MAIL_DOMAIN}")
    letter["To"] = user.email
    letter["Subject"] = _subject(day, count, sections)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = make_msgid("daily", settings.MAIL_DOMAIN)
    letter["Auto-Submitted"] = "auto-generated"
    letter["Precedence"] = "list"
    letter["List-Id"] = f"<daily.{settings.MAIL_DOMAIN}>"
    letter["List-Unsubscribe"] = f"<{stop_url}>, <mailto:{site_address('daily', token)}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(render_to_string("mail/daily.txt", context), cte="quoted-printable")
    letter.add_alternative(render_to_string("mail/daily.html", context), subtype="html", cte="quoted-printable")
    return letter.as_bytes(), letter
