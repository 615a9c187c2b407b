"""Letting somebody write no more."""

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Ban, BanKind, Group, Membership, Role
from mail.inbound.facts import authors_of, headers_of
from mail.models import Inbound
from mail.review.letters import discard


def drop_and_ban(letter: Inbound, by: User, reason: str = "") -> bool:
    """Drop the letter, and let its authors write here no more."""
    if not discard(letter, by, outcome="ban"):
        return False
    assert letter.group is not None
    for author in authors_of(headers_of(letter.spooled.raw_bytes)):
        ban(letter.group, author, by, reason)
    return True


def ban(group: Group, address: str, by: User, reason: str = "") -> bool:
    """Whether the address is banned now for the first time. Who moderates is never banned from the queue."""
    running = Membership.objects.filter(group=group, user__email=address.lower()).exclude(role=Role.MEMBER)
    if running.exists() or "@" not in address:
        return False
    given = {"made_by": by, "reason": " ".join(reason.split())[:200]}
    _, made = Ban.objects.get_or_create(group=group, kind=BanKind.ADDRESS, value=address.lower(), defaults=given)
    if made:
        note(Action.BANNED, group=group, by=by, about=address.lower(), reason=reason)
    return made
