"""Why did somebody get a letter, or not get it? The whole story of one letter and one address, from the rows that are there.
Sentences name nobody, so that they read well to the member and to a moderator alike.

What a member chose is known only as it is now; sentences say so where it matters.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from archive.keys import key_of
from archive.models import Message, Reach
from groups.actions.joining import membership_of, person_of
from groups.models import Delivery as Wanted
from groups.models import Group, Membership, PastMember
from mail.delivery.hashtags import wishes_by_hashtag
from mail.delivery.post import addressed_in, authors_of
from mail.models import (
    BounceEvent,
    Delivery,
    DeliveryState,
    DigestMark,
    Door,
    Inbound,
    InboundState,
    Kind,
    Mailbox,
    MailboxState,
    Outgoing,
    TopicChoice,
    TopicWish,
)
from mail.outbox.personal import with_crlf
from mail.transforms.fields import split


@dataclass(frozen=True, slots=True)
class Event:
    """One step: when (None: as it is now), a word for programs, a sentence for people, and what a server said."""

    at: datetime | None
    what: str
    sentence: str
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat() if self.at else None}


def story(message: Message, address: str) -> list[Event]:
    """How the letter came, and what became of the copy to this address."""
    return [*came(message), *_Recipient(message, address).events()]


def came(message: Message) -> list[Event]:
    """How the letter came in, who decided, when it was archived."""
    inbounds = list(
        Inbound.objects.filter(letter=message)
        .select_related("spooled", "decided_by")
        .defer("spooled__raw")
        .order_by("pk")
    )
    events = [event for inbound in inbounds for event in _decided(inbound)]
    if message.transfer_id is not None:
        events.append(
            Event(message.created_at, "imported", _("It was imported with an older archive, and not sent to members."))
        )
    else:
        archived = _("It was archived as letter %(number)s.") % {"number": message.number}
        events.append(Event(message.created_at, "archived", archived))
    return events


def never_archived(group: Group | None, message_id: str) -> list[Event]:
    """Letters of that Message-ID that came in and are not in the archive."""
    rows = Inbound.objects.filter(message_id_key=key_of(message_id), message_id=message_id, letter__isnull=True)
    rows = rows.filter(group=group) if group is not None else rows
    rows = rows.select_related("spooled", "decided_by").defer("spooled__raw").order_by("pk")[:20]
    return [event for inbound in rows for event in (*_decided(inbound), _ended(inbound))]


def _decided(inbound: Inbound) -> Iterator[Event]:
    if inbound.spooled.door == Door.WEB:
        came_in = _("It came in on the web.")
    else:
        came_in = _("It came in by mail, for %(address)s.") % {"address": inbound.recipient}
    yield Event(inbound.received_at, "accepted", came_in)
    if inbound.decided_by is not None:
        reason = inbound.reason if inbound.state == InboundState.ARCHIVED else ""
        waited = " ".join(filter(None, (_("It waited for a moderator."), reason)))
        yield Event(inbound.received_at, "held", waited, f"rule: {inbound.rule}")
        if inbound.state == InboundState.ARCHIVED:
            approved = _("%(name)s approved it.") % {"name": inbound.decided_by}
            yield Event(inbound.decided_at, "approved", approved)


def _ended(inbound: Inbound) -> Event:
    sentences = [_("It is not in the archive: %(state)s.") % {"state": inbound.get_state_display()}, inbound.reason]
    if inbound.decided_by is not None:
        sentences.append(_("%(name)s decided so.") % {"name": inbound.decided_by})
    said = " ".join(sentence for sentence in sentences if sentence)
    return Event(inbound.decided_at, inbound.state, said, f"rule: {inbound.rule}" if inbound.rule else "")


class _Recipient:
    """One person's side of a letter."""

    def __init__(self, message: Message, address: str) -> None:
        self.message, self.group = message, message.group
        self.address = address.strip()
        self.user = person_of(self.address)
        self.member = membership_of(self.group, self.address)
        self.copies = self._copies()

    def _copies(self) -> list[Delivery]:
        """Copies to any address of the person, or to their membership, whatever its address was then."""
        outgoings = list(Outgoing.objects.filter(letter=self.message).values_list("pk", flat=True))
        if not outgoings:
            return []
        rows = Delivery.objects.filter(outgoing__in=outgoings).select_related("outgoing").defer("outgoing__template")
        found = list(rows.filter(address__in=self._spellings()).order_by("pk"))
        return found or list(rows.filter(membership=self.member).order_by("pk") if self.member is not None else ())

    def _spellings(self) -> list[str]:
        addresses = {self.address}
        if self.user is not None:
            confirmed = EmailAddress.objects.filter(user=self.user, verified=True)
            addresses |= {self.user.email, *confirmed.values_list("email", flat=True)}
        if self.member is not None and self.member.address:
            addresses.add(self.member.address)
        return sorted(addresses | {address.lower() for address in addresses})

    def events(self) -> list[Event]:
        posts = [copy for copy in self.copies if copy.outgoing.kind == Kind.POST]
        found = [] if posts else list(self._why_no_copy())
        for copy in self.copies:
            found += self._copy(copy)
        return found

    # A copy

    def _copy(self, copy: Delivery) -> list[Event]:
        queued, about = copy.outgoing.queued_at or copy.outgoing.made_at, {"address": copy.address}
        if copy.outgoing.kind == Kind.RESEND:
            said = _("A copy, sent again on request, was queued for %(address)s.") % about
            events = [Event(queued, "resent", said)]
        else:
            events = [Event(queued, "queued", _("A copy was queued for %(address)s.") % about)]
        if copy.sent_at is not None:
            answer = _answer(copy) if copy.state == DeliveryState.SENT else ""
            events.append(Event(copy.sent_at, "sent", _("It was sent, and the next mail server took it."), answer))
        if copy.state == DeliveryState.SENDING:
            events.append(Event(copy.claimed_at, "sending", _("It is being sent.")))
        if copy.state == DeliveryState.QUEUED and copy.attempts == 0:
            events.append(Event(None, "waits", _("It has not been sent yet.")))
        if copy.state == DeliveryState.DEFERRED or (copy.state == DeliveryState.QUEUED and copy.attempts):
            tried = ngettext(
                "Tried %(count)s time; it will be tried again then.",
                "Tried %(count)s times; it will be tried again then.",
                copy.attempts,
            ) % {"count": copy.attempts}
            events.append(Event(copy.due_at, "deferred", tried, _answer(copy)))
        if copy.state == DeliveryState.FAILED:
            events.append(Event(None, "failed", _("It was refused for good."), _answer(copy)))
        if copy.state == DeliveryState.STOPPED:
            events.append(Event(None, "stopped", _("The people who run the site stopped it.")))
        reports = list(BounceEvent.objects.filter(delivery=copy).order_by("at", "pk")[:20])
        events += [
            Event(
                one.at, "bounced", _("A report came back: %(what)s.") % {"what": one.get_category_display()}, _said(one)
            )
            for one in reports
        ]
        if copy.state == DeliveryState.BOUNCED and not reports:
            events.append(Event(None, "bounced", _("It came back."), _answer(copy)))
        return events

    # No copy

    def _why_no_copy(self) -> Iterator[Event]:
        if self.message.transfer_id is not None:
            return
        if self.member is None:
            yield self._no_member()
            return
        if self.member.joined_at > self.message.created_at:
            yield Event(self.member.joined_at, "not-member", _("The membership began after it was sent."))
            return
        reasons = [reason for reason in self._reasons(self.member, self.member.user) if reason is not None]
        yield from reasons
        if not reasons:
            yield Event(None, "unknown", _("No copy was made. Perhaps something else was chosen then than now."))

    def _no_member(self) -> Event:
        past = PastMember.objects.filter(Q(address__iexact=self.address) | Q(user=self.user), group=self.group)
        left = past.filter(returned_at__isnull=True).order_by("-left_at").first()
        if left is not None:
            before = left.left_at <= self.message.created_at
            said = (
                _("The membership ended before it was sent.")
                if before
                else _("The membership ended after it was sent.")
            )
            return Event(left.left_at, "not-member", said)
        said = _("%(address)s is not a member of the group.") % {"address": self.address}
        return Event(None, "not-member", said)

    def _reasons(self, member: Membership, user: User) -> Iterator[Event | None]:
        wish = self._wish(user)
        yield self._topic(wish)
        if not user.is_active:
            yield Event(None, "inactive", _("The account is closed."))
        if member.paused_at is not None:
            paused = " ".join(filter(None, (_("The group’s mail to this member is paused."), member.paused_because)))
            yield Event(member.paused_at, "paused", paused)
        yield from self._away(member, user)
        yield self._suspended(member)
        by_tag = None if wish is not None else self._wish_by_hashtag(user)
        if wish is not None and wish.wish == TopicWish.MUTE:
            yield Event(wish.at, "muted", _("This topic is muted."))
        elif by_tag == TopicWish.MUTE:
            yield Event(None, "muted", _("A hashtag of this topic is muted."))
        elif wish is None and by_tag is None and member.delivery != Wanted.EVERY:
            yield from self._other_ways(member, user)
        if not member.own_posts and user.pk in self._authors():
            yield Event(None, "own-post", _("The member wrote it, and has chosen no copies of their own letters."))
        if member.skip_addressed and member.mail_address.lower() in self._addressed():
            directly = _("It went to the member directly (To or Cc), and the choice is: no second copy.")
            yield Event(None, "addressed", directly)

    def _topic(self, wish: TopicChoice | None) -> Event | None:
        """Whether the moderators let the topic's letters go out; as it is now, and was since then."""
        thread = self.message.thread
        before = thread.reach_since is not None and self.message.created_at < thread.reach_since
        follows = wish is not None and wish.wish == TopicWish.FOLLOW
        if thread.reach == Reach.USUAL or before or (thread.reach == Reach.FOLLOWERS and follows):
            return None
        if thread.reach == Reach.NOBODY:
            words = _("The moderators set this topic so that its letters are archived and sent to nobody.")
        else:
            words = _("The moderators set this topic so that its letters go only to people who follow it.")
        return Event(thread.reach_since, f"topic-{thread.reach}", words)

    def _away(self, member: Membership, user: User) -> Iterator[Event]:
        here = _("They were away and wanted no mail from this group until %(when)s.")
        anywhere = _("They were away and wanted no mail from any group until %(when)s.")
        for absent, words in ((member, here), (user, anywhere)):
            if absent.is_away(self.message.created_at):
                until = f"{absent.away_until:%Y-%m-%d %H:%M %Z}"
                yield Event(absent.away_from, "away", words % {"when": until})

    def _wish(self, user: User) -> TopicChoice | None:
        choices = TopicChoice.objects.filter(user=user, message__thread=self.message.thread_id)
        return choices.order_by("-at", "-pk").first()

    def _wish_by_hashtag(self, user: User) -> str | None:
        thread = self.message.thread_id
        return wishes_by_hashtag([thread], user.pk).get((user.pk, thread))

    def _suspended(self, member: Membership) -> Event | None:
        mailbox = Mailbox.objects.filter(address=member.mail_address.lower(), state=MailboxState.SUSPENDED).first()
        if mailbox is None:
            return None
        last = BounceEvent.objects.filter(address=mailbox.address).order_by("-at", "-pk").first()
        sentence = _("No mail goes to %(address)s: letters came back several times.") % {"address": member.mail_address}
        return Event(mailbox.suspended_at, "suspended", sentence, _said(last) if last else "")

    def _other_ways(self, member: Membership, user: User) -> Iterator[Event]:
        chosen = Wanted(member.delivery)
        if chosen in (Wanted.DIGEST, Wanted.SUMMARY):
            yield self._in_digest(member, chosen)
        else:
            only = chosen == Wanted.SPECIAL
            words = _("Only special notices are chosen.") if only else _("No mail from this group is chosen.")
            yield Event(None, f"delivery-{chosen.value}", words)
        if user.daily_mail:
            yield from self._in_daily(user)

    def _in_digest(self, member: Membership, chosen: Wanted) -> Event:
        sent = Delivery.objects.filter(
            membership=member, outgoing__kind=Kind.DIGEST, outgoing__made_at__gt=self.message.created_at
        )
        first = sent.select_related("outgoing").defer("outgoing__template").order_by("outgoing__made_at").first()
        if first is not None:
            if chosen == Wanted.DIGEST:
                words = _("A digest is chosen; the next after this letter: %(state)s.")
            else:
                words = _("A daily list of topics is chosen; the next after this letter: %(state)s.")
            said = words % {"state": DeliveryState(first.state).label}
            return Event(first.outgoing.made_at, "in-digest", said, _answer(first))
        mark = DigestMark.objects.filter(membership=member).first()
        if chosen == Wanted.DIGEST:
            words = _("A digest is chosen; it comes with the next one.")
        else:
            words = _("A daily list of topics is chosen; it comes with the next one.")
        return Event(mark.next_at if mark else None, "digest-waits", words)

    def _in_daily(self, user: User) -> Iterator[Event]:
        sent = Delivery.objects.filter(
            address__in=self._spellings(), outgoing__kind=Kind.DAILY, outgoing__made_at__gt=self.message.created_at
        )
        first = sent.select_related("outgoing").defer("outgoing__template").order_by("outgoing__made_at").first()
        if first is not None:
            words = _("It was for the daily mail: %(state)s.") % {"state": DeliveryState(first.state).label}
            yield Event(first.outgoing.made_at, "in-daily", words, _answer(first))

    def _inbound(self) -> Inbound | None:
        found = Inbound.objects.filter(letter=self.message).select_related("spooled").defer("spooled__raw")
        return found.order_by("pk").first()

    def _authors(self) -> set[int]:
        return authors_of(self.message, self._inbound())

    def _addressed(self) -> set[str]:
        return addressed_in(split(with_crlf(self.message.content.raw_bytes))[0])


def _answer(copy: Delivery) -> str:
    return " ".join(str(word) for word in (copy.code, copy.status, copy.reply) if word)


def _said(event: BounceEvent) -> str:
    return " ".join(word for word in (event.status, event.diagnostic) if word)
