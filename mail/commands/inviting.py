"""Mailing invitations, and what answers to them do. Accepting and declining need no account: the token is the authority."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import notices
from groups.actions import inviting
from groups.actions.inviting import ANSWER_WITHIN, Invited
from groups.models import Group, Invitation, InvitationState, JoinRequest, Membership
from groups.pasted import Pasted
from mail import tokens
from mail.addressing import site_address
from mail.commands.joining import welcome
from mail.tokens import Yes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def invite(*, group: Group, people: list[Pasted], words: str, by: User) -> Invited:
    outcome = inviting.invite(group=group, people=people, words=words, by=by)
    for invitation in outcome.sent:
        _mail(invitation)
    return outcome


@transaction.atomic
def invite_again(invitation: Invitation, *, by: User) -> str:
    """Why not; empty where it is on its way."""
    because = inviting.invite_again(invitation, by=by)
    if not because:
        _mail(invitation)
    return because


def _mail(invitation: Invitation) -> None:
    token = tokens.to_confirm(Yes.INVITATION, invitation.pk)
    group = invitation.group
    context = {
        "group": group,
        "by": invitation.by_name,
        "reason": _with_words(invitation),
        "days": ANSWER_WITHIN.days,
        "yes_link": tokens.link("invitation", token),
    }
    reply_to = site_address("confirm", token)
    notices.send("invited", invitation.address, context, sender_name=group.name, reply_to=reply_to)


def _with_words(invitation: Invitation) -> "StrOrPromise":
    if not invitation.words:
        return ""
    return format_lazy(
        "{who}\n\n{words}", who=format_lazy(_("{by} writes:"), by=invitation.by_name), words=invitation.words
    )


def of_token(token: str) -> Invitation | None:
    meaning = tokens.confirmed(token)
    if meaning is None or meaning[0] is not Yes.INVITATION or len(meaning[1]) != 1:
        return None
    return of_number(meaning[1][0])


def of_number(pk: int) -> Invitation | None:
    """The invitation, while it can be answered or has been accepted."""
    answered = (InvitationState.SENT, InvitationState.ACCEPTED)
    return Invitation.objects.filter(pk=pk, state__in=answered).select_related("group").first()


@transaction.atomic
def accept(invitation: Invitation) -> Membership | None:
    membership = inviting.accept(invitation)
    if membership is not None:
        welcome(invitation.group, invitation.address)
    return membership


def tell_expired(request: JoinRequest) -> None:
    """Nobody decided in time: the applicant may ask again."""
    group = request.group
    again = group.url + "join/"
    about = {"group": group, "again": again, "days": group.wait_days}
    notices.send("request_expired", request.address, about, sender_name=group.name)
