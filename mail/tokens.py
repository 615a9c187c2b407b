"""What the tokens in our own mails mean: the answer to "yes" by reply (confirm+TOKEN@) or by link, and a moderator's.

One purpose, `confirm`, serves every question that a mail of ours asks; its first number says which.
"""

from enum import IntEnum

from django.conf import settings

from groups.models import Delivery
from mail.addressing import seal, site_address, unseal

JOIN_DAYS = 7
UNDO_DAYS = 30
MODERATE_DAYS = 60
DELIVERIES = (Delivery.EVERY, Delivery.DIGEST, Delivery.SUMMARY, Delivery.SPECIAL, Delivery.NONE)  # sealed by place
WISHES = ("", "follow", "mute")  # sealed by place; "": neither


class Yes(IntEnum):
    """What saying yes does, and the numbers that follow. Stable: tokens are in people's mailboxes."""

    JOIN = 0  # join request
    COME_BACK = 1  # past member
    DELIVERY = 2  # membership, place in DELIVERIES; goes on where the membership was paused
    LEAVE = 3  # membership
    TOPIC = 4  # user, message, place in WISHES
    DAILY = 5  # user, 1 or 0
    MAILBOX = 6  # mailbox that is to get mail again
    INVITATION = 7  # invitation


class Case(IntEnum):
    """What a moderator decides about."""

    LETTER = 0  # a held inbound
    JOINING = 1  # join request
    REPORT = 2  # letter of the archive that was reported


KIND_OF = {Case.LETTER: "letter", Case.JOINING: "request", Case.REPORT: "report"}  # in the moderators' queue


def to_confirm(yes: Yes, *numbers: int) -> str:
    return seal("confirm", yes, *numbers, days=JOIN_DAYS if yes == Yes.JOIN else UNDO_DAYS)


def to_deliver(membership: int, delivery: str) -> str:
    """Sets what a member gets."""
    return to_confirm(Yes.DELIVERY, membership, DELIVERIES.index(Delivery(delivery)))


def confirmed(token: str) -> tuple[Yes, tuple[int, ...]] | None:
    """What the token says yes to; None where it is not ours or has ended."""
    numbers = unseal("confirm", token)
    if not numbers or numbers[0] not in tuple(Yes):
        return None
    return Yes(numbers[0]), numbers[1:]


def to_moderate(case: Case, pk: int, moderator: int) -> str:
    """Good for this one case and as long as this person moderates."""
    return seal("moderate", case, pk, moderator, days=MODERATE_DAYS)


def moderated(token: str) -> tuple[Case, int, int] | None:
    """(case, its key, the moderator's key)."""
    numbers = unseal("moderate", token)
    if not numbers or len(numbers) != 3 or numbers[0] not in tuple(Case):
        return None
    return Case(numbers[0]), numbers[1], numbers[2]


def link(page: str, token: str) -> str:
    """Address of the page behind a token: confirm, leave, mute, daily, moderate."""
    return f"{settings.SITE_URL}/mail/{page}/{token}/"


def ways(token: str) -> dict[str, str]:
    """Both ways to say yes, for the words of a notice."""
    return {"yes_link": link("confirm", token), "yes_address": site_address("confirm", token)}
