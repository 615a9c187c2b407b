"""Leaving: at once, by whatever way, and always answered by a mail that undoes it."""

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from common import notices
from common.sentences import as_kept
from groups.actions.leaving import LastOwner, come_back, leave
from groups.models import Membership, PastMember
from mail import tokens
from mail.addressing import site_address, unseal
from mail.commands.asker import Asker
from mail.inbound.posts import Outcome
from mail.tokens import Yes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def unsubscribe(asker: Asker) -> Outcome:
    membership = asker.membership
    if membership is None:
        asker.answer_stranger("not_a_member")
        return asker.done("The address is not a member.")
    if asker.is_disowned:
        wish = pgettext_lazy("a mail in your name asked to", "leave the group")
        return ask_first(asker, membership, tokens.to_confirm(Yes.LEAVE, membership.pk), wish)
    return _leave(asker, membership)


def leave_by_token(asker: Asker) -> Outcome:
    """leave+TOKEN@: the mail twin of the link in each copy."""
    membership = of_token(asker.address.token)
    return asker.done("Nobody has that token any more.") if membership is None else _leave(asker, membership)


def _leave(asker: Asker, membership: Membership) -> Outcome:
    try:
        leave_now(membership, how="mail")
    except LastOwner as error:
        if asker.may_be_answered(membership.mail_address):
            asker.answer("last_owner", membership.mail_address, {"group": membership.group})
        return asker.done(str(error))
    return asker.done("Has left, and was sent the way back.")


def ask_first(asker: Asker, membership: Membership, token: str, wish: "StrOrPromise") -> Outcome:
    """The letter may be forged: its supposed author is asked, once a day, in words of ours alone."""
    context = {"group": membership.group, "wish": wish, **tokens.ways(token)}
    notices.send(
        "asked_first",
        membership.mail_address,
        context,
        answers="",
        once_in=notices.DAY,
        kept_apart=membership.group_id,
        sender_name=membership.group.name,
        reply_to=site_address("confirm", token),
    )
    return asker.done(f"Somebody wants to {as_kept(wish)}, and the address may be forged: its owner is asked first.")


def of_token(token: str) -> Membership | None:
    """The membership of a link to leave; None where it is over, or the token is none of ours."""
    numbers = unseal("leave", token) or ()
    found = Membership.objects.filter(pk=numbers[0] if numbers else 0)
    return found.select_related("user", "group").first()


def leave_now(membership: Membership, *, how: str) -> PastMember:
    """Take the member out, and mail them the way back. Raises LastOwner."""
    group = membership.group
    past = leave(membership, how=how)
    token = tokens.to_confirm(Yes.COME_BACK, past.pk)
    context = {"group": group, "days": tokens.UNDO_DAYS, **tokens.ways(token)}
    notices.send("goodbye", past.address, context, sender_name=group.name, reply_to=site_address("confirm", token))
    return past


def return_to(pk: int) -> tuple[PastMember | None, Membership | None]:
    """Undo a leaving: (what was left, the membership again)."""
    past = PastMember.objects.select_related("group").filter(pk=pk).first()
    return past, come_back(past) if past is not None else None
