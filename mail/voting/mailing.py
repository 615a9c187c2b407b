"""Polls go to their group as any post does: archived as a topic, fanned out as each member wants. In the transaction that opens
or closes them."""

from datetime import datetime, timedelta
from email.utils import formataddr

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.db.models.functions import Lower
from django.utils import timezone

from archive.actions.storing import store_letters
from archive.actions.tagging import tag_arrivals
from archive.models import Message
from archive.prepare import Hints, prepare
from archive.search.health import INDEX_TASK
from common import notices
from common.absence import present
from common.doorbell import ring
from groups.languages import in_language_of
from groups.models import Delivery, GroupState, Membership
from groups.polls.models import Poll
from mail.addressing import list_address
from mail.delivery.ballots import POLL_ID, answer_address
from mail.delivery.post import group_shape, send_on
from mail.models import Kind, Mailbox, MailboxState, PollLetter
from mail.outbox.queue import queue_letter
from mail.polls import house, letters
from mail.transforms import shape

AHEAD = timedelta(days=1)  # of its end a poll is reminded of


def opened(poll: Poll) -> None:
    """Tell the group; from then on its members answer by mail."""
    asked, _ = PollLetter.objects.update_or_create(poll=poll, defaults={"asked": house.fingerprint(poll)})
    if poll.announce:
        _ask(poll, asked)


def changed(poll: Poll) -> None:
    """Where other options are asked, or in another way, answers to what was mailed before count no longer: it is mailed anew."""
    asked = PollLetter.objects.select_related("letter").filter(poll=poll).first()
    if asked is None or asked.asked == house.fingerprint(poll):
        return
    asked.asked, asked.edition = house.fingerprint(poll), asked.edition + 1
    asked.save(update_fields=["asked", "edition"])
    if poll.announce:
        _ask(poll, asked)


def _ask(poll: Poll, asked: PollLetter) -> None:
    now = timezone.now()
    before = asked.letter.message_id if asked.letter else ""
    with in_language_of(poll.group):
        raw = letters.opened(
            house.about(poll),
            message_id=_message_id(poll, f"open{asked.edition}", now),
            date=_date(now),
            answers=before,
        )
    asked.letter = _archived(poll, raw)
    asked.save(update_fields=["letter"])
    _send(poll, asked.letter)


def closed(poll: Poll) -> None:
    """Tell the result in the same topic, where members may see it at all."""
    with in_language_of(poll.group):
        _tell_result(poll)


def _tell_result(poll: Poll) -> None:
    result = house.result_in_words(poll) if poll.announce else None
    known = PollLetter.objects.filter(poll=poll).select_related("letter").first()
    if result is None or known is None:
        return
    now = timezone.now()
    raw = letters.closed(
        house.about(poll),
        message_id=_message_id(poll, "closed", now),
        date=_date(now),
        answers=known.letter.message_id if known.letter else "",
        result=result,
    )
    message = _archived(poll, raw)
    known.result = message
    known.save(update_fields=["result"])
    _send(poll, message)


def _message_id(poll: Poll, what: str, now: datetime) -> str:
    return f"{POLL_ID}{what}.{poll.pk}.{now:%Y%m%d%H%M%S}@{settings.MAIL_DOMAIN}"


def _date(now: datetime) -> datetime:
    return timezone.localtime(now).replace(microsecond=0)


def _archived(poll: Poll, raw: bytes) -> Message:
    stored = store_letters(poll.group, [prepare(raw, Hints(arrival=timezone.now()))])
    ((pk, _),) = stored.letters
    message = Message.objects.select_related("thread", "content").get(pk=pk)
    message.group = poll.group
    tag_arrivals(poll.group, [message])
    ring(INDEX_TASK)
    return message


def _send(poll: Poll, message: Message) -> None:
    if poll.group.state != GroupState.RETIRED:
        send_on(message)


def remind_due(now: datetime | None = None) -> int:
    """Remind of polls that close within a day, once each, those who have not answered. Returns how many copies."""
    now = now or timezone.now()
    return sum(_remind(poll, now) for poll in house.to_remind_of(now, AHEAD))


@transaction.atomic
def _remind(poll: Poll, now: datetime) -> int:
    """Whoever claims the row reminds; a crash leaves both or neither."""
    asked, _ = PollLetter.objects.get_or_create(poll=poll)
    if not PollLetter.objects.filter(poll=poll, reminded_at__isnull=True).update(reminded_at=now):
        return 0
    voted = house.voters(poll)
    to = [each for each in _reachable(house.may_vote(poll), now) if each[1] not in voted]
    if not to:
        return 0
    address = list_address(poll.group)
    with in_language_of(poll.group):
        letter = notices.compose("poll_reminder", address, {"group": poll.group, "poll": house.about(poll)})
    letter.from_email = formataddr((" ".join(poll.group.name.split()), address))
    message = letter.message()
    own = group_shape(
        poll.group, subject_tag="", header_text="", footer_text="", answers_to=answer_address(poll.pk, asked.edition)
    )
    queue_letter(
        Kind.NOTICE,
        shape(message.as_bytes(), own),
        to,
        group=poll.group,
        subject=str(letter.subject),
        message_id=str(message["Message-ID"]).strip("<>"),
    )
    return len(to)


def _reachable(members: QuerySet[Membership], now: datetime) -> list[tuple[str, int]]:
    """(address, person) of those who get mail of the group today."""
    rows = members.filter(present(now), present(now, "user__"), paused_at__isnull=True, user__is_active=True)
    rows = rows.exclude(delivery=Delivery.NONE).annotate(
        to=Lower(Case(When(address="", then="user__email"), default="address"))
    )
    suspended = Mailbox.objects.filter(state=MailboxState.SUSPENDED, address=OuterRef("to"))
    found = rows.exclude(Exists(suspended)).order_by("pk").values_list("address", "user__email", "user_id")
    return [(address or own, user) for address, own, user in found]
