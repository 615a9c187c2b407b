"""Joining: whoever asks, the owner of the address says yes, by reply or by link. The same by mail and on the web."""

from common import notices
from groups.actions.joining import Asked, Confirmed, Wish, ask_to_join, confirm_request, decline_request
from groups.models import Delivery, Group, JoinRequest, JoinState, Membership, Right, Visibility
from mail import tokens
from mail.addressing import list_address, seal, site_address
from mail.commands.asker import Asker
from mail.inbound.posts import Outcome
from mail.inbound.telling import ask_moderators
from mail.tokens import Case, Yes


def subscribe(asker: Asker) -> Outcome:
    """Ask the owner of the address in From, and nobody else: what the letter says of other addresses is not read."""
    group = asker.group
    if not asker.author:
        return asker.ignored("It does not say which address wants to join.")
    if asker.membership is not None:
        return _already_here(asker, asker.membership)
    if group.visibility == Visibility.PRIVATE:
        return asker.ignored("A stranger to a private group is told nothing of it.")
    if asker.post.authentication.forged:
        return asker.ignored("The domain of the address says that the letter is forged.")
    wish = ask_to_join(group=group, address=asker.author, name=asker.incoming.parsed.sender.name, by_mail=True)
    if ask_owner(wish):
        return asker.done(f"{asker.author} was asked to confirm.")
    if wish.outcome == Asked.INVITATION:
        asker.answer_stranger("by_invitation", {"owner_address": list_address(group, "owner")})
    return asker.done(wish.outcome)


def _already_here(asker: Asker, membership: Membership) -> Outcome:
    if asker.may_be_answered(membership.mail_address):
        asker.answer("already_member", membership.mail_address, member_links(membership))
    return asker.done("The address is a member already.")


def ask_owner(wish: Wish) -> bool:
    """Mail the question to the address, where it is due. It carries no word of whoever asked: no name, no subject, no
    Message-ID."""
    request = wish.request
    if not wish.mail_due or request is None:
        return False
    token = tokens.to_confirm(Yes.JOIN, request.pk)
    context = {"group": request.group, "days": tokens.JOIN_DAYS, **tokens.ways(token)}
    notices.send(
        "confirm",
        request.address,
        context,
        answers="" if request.by_mail else None,
        sender_name=request.group.name,
        reply_to=site_address("confirm", token),
    )
    return True


def confirm(pk: int) -> tuple[Confirmed, JoinRequest | None]:
    """The owner of the address says yes: they, or the moderators, hear what follows."""
    is_new = JoinRequest.objects.filter(pk=pk, state=JoinState.UNCONFIRMED).exists()
    outcome, request = confirm_request(pk)
    if request is not None and outcome == Confirmed.JOINED:
        welcome(request.group, request.address)
    elif request is not None and outcome == Confirmed.PENDING and is_new:
        ask_for_approval(request)
    return outcome, request


def decline(pk: int) -> bool:
    return decline_request(pk)


def ask_for_approval(request: JoinRequest) -> None:
    """The applicant hears that a moderator looks at it, and the moderators hear of it."""
    group = request.group
    notices.send("pending", request.address, {"group": group}, sender_name=group.name)
    context = {"group": group, "address": request.address, "name": request.name, "answers": request.answers}
    ask_moderators("wants_to_join", group, context, Case.JOINING, request.pk, Right.MEMBERS)


def welcome(group: Group, address: str) -> None:
    membership = Membership.objects.filter(group=group, user__email__iexact=address).select_related("user").first()
    membership = membership or Membership.objects.filter(group=group, address__iexact=address).first()
    if membership is not None:
        context = {"group": group, **member_links(membership)}
        notices.send("welcome", membership.mail_address, context, sender_name=group.name)


def refused(request: JoinRequest, reason: str) -> None:
    group = request.group
    notices.send("refused", request.address, {"group": group, "reason": reason}, sender_name=group.name)


def member_links(membership: Membership) -> dict[str, object]:
    """What a member may want to do next; the link to leave is theirs alone."""
    group = membership.group
    return {
        "group": group,
        "home": group.url,
        "leave_link": tokens.link("leave", seal("leave", membership.pk)),
        "help_address": list_address(group, "help"),
        "leave_address": list_address(group, "unsubscribe"),
        "delivery": Delivery(membership.delivery).label,
    }
