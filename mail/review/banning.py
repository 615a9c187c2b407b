"""Letting somebody write no more."""

from accounts.models import User
from groups.actions import banning
from groups.models import BanKind, Group
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
    try:
        return banning.ban(group=group, kind=BanKind.ADDRESS, value=address, by=by, reason=reason)[1]
    except banning.NotBanned:
        return False
