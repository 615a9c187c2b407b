"""What a member wants to get of a group, changed by mail or by a link: harmless, told to them, undone by one reply."""

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common import notices
from common.sentences import as_kept
from groups.models import Delivery, Membership
from mail import tokens
from mail.addressing import site_address, unseal
from mail.commands.asker import Asker
from mail.commands.leaving import ask_first
from mail.digests import marks
from mail.inbound.posts import Outcome
from mail.tokens import Yes

WORDS = {
    "every": Delivery.EVERY,
    "digest": Delivery.DIGEST,
    "summary": Delivery.SUMMARY,
    "special": Delivery.SPECIAL,
    "nomail": Delivery.NONE,
}


def choose(asker: Asker) -> Outcome:
    """+every +digest +summary +special +nomail, by a member."""
    membership, wanted = asker.membership, WORDS[asker.command]
    if membership is None:
        asker.answer_stranger("not_a_member")
        return asker.done("The address is not a member.")
    if asker.is_disowned:
        token = tokens.to_deliver(membership.pk, wanted)
        wish = format_lazy(pgettext_lazy("a mail in your name asked to", "get “{what}”"), what=wanted.label)
        return ask_first(asker, membership, token, wish)
    if not asker.may_be_answered(membership.mail_address):
        return asker.ignored(
            "So many commands came from this address today that it could not be told of another change."
        )
    set_delivery(membership, wanted)
    return asker.done(f"Gets now: {as_kept(wanted.label)}.")


@transaction.atomic
def set_delivery(membership: Membership, wanted: str) -> Delivery:
    """Change what the member gets, let paused mail go on, and tell them, with the way back. Returns what it was before."""
    before = Delivery(membership.delivery)
    was_paused = membership.paused_at is not None
    marks.choose_delivery(membership, wanted)
    Membership.objects.filter(pk=membership.pk).update(paused_at=None, paused_because="")
    membership.paused_at, membership.paused_because = None, ""
    if before != wanted or was_paused:
        _tell(membership, before)
    return before


def _tell(membership: Membership, before: Delivery) -> None:
    token = tokens.to_deliver(membership.pk, before)
    context = {"group": membership.group, "now": Delivery(membership.delivery).label, "before": before.label}
    notices.send(
        "choices_changed",
        membership.mail_address,
        {**context, **tokens.ways(token)},
        sender_name=membership.group.name,
        reply_to=site_address("confirm", token),
    )


def deliver(membership_pk: int, place: int) -> Membership | None:
    """What a sealed choice says."""
    active = Membership.objects.filter(user__is_active=True, group__taken_down_at__isnull=True)
    membership = active.select_related("user", "group").filter(pk=membership_pk).first()
    if membership is None or not 0 <= place < len(tokens.DELIVERIES):
        return None
    set_delivery(membership, tokens.DELIVERIES[place])
    return membership


def stop_daily(asker: Asker) -> Outcome:
    """daily+TOKEN@."""
    user = of_daily_token(asker.address.token)
    if user is None:
        return asker.done("Nobody has that token any more.")
    set_daily(user, wanted=False)
    return asker.done("Gets no daily mail any more.")


def of_daily_token(token: str) -> User | None:
    numbers = unseal("daily", token) or ()
    return User.objects.filter(pk=numbers[0] if numbers else 0, is_active=True).first()


@transaction.atomic
def set_daily(user: User, *, wanted: bool) -> bool:
    """Switch the daily mail, and tell; False where it was so already."""
    if not User.objects.filter(pk=user.pk, daily_mail=not wanted).update(daily_mail=wanted):
        return False
    user.daily_mail = wanted
    marks.choose_daily(user, daily=wanted)
    token = tokens.to_confirm(Yes.DAILY, user.pk, int(not wanted))
    context = {"wanted": wanted, **tokens.ways(token)}
    notices.send("daily_changed", user.email, context, reply_to=site_address("confirm", token))
    return True
